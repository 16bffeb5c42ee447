#!/bin/sh
# Builds purgatory with the toolchain of the swiftc in PATH:
#
#   build.sh OBJECT [SWIFT]    OBJECT: the relocatable object; SWIFT: the same as a Swift source file
#
# The same sources and toolchain give the same bytes wherever this runs: every path the tools see is relative.
set -eu

absolute() { case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }
object=$(absolute "$1")
swift=${2:+$(absolute "$2")}
cd "$(dirname "$0")"

# swiftc may be a link or a proxy; the compiler knows where its toolchain is.
tools=$(swiftc -print-target-info | sed -n 's|.*"runtimeResourcePath": *"\(.*\)/lib/swift".*|\1/bin|p')
for tool in clang ld.lld llvm-objcopy; do
    [ -x "$tools/$tool" ] || { echo "$0: no $tool beside swiftc, in '$tools'" >&2; exit 1; }
done

work=$(mktemp -d "$(dirname "$object")/purgatory.XXXXXX")
trap 'rm -rf "$work"' EXIT

# -function-sections, with --gc-sections below, leaves the Swift runtime out.
# -disable-stack-protector: nothing sets its canary up here.
# -mstrict-align: with the MMU off memory is Device memory, and an unaligned access faults. It reaches
#   Swift code too, where byte loads are otherwise merged into unaligned words.
# -mgeneral-regs-only: SIMD registers are accessible only while the crypto extension is in use.
swiftc -target aarch64-none-none-elf -enable-experimental-feature Embedded -wmo -parse-as-library -Osize \
    -module-name Purgatory -module-cache-path "$work/modules" \
    -Xfrontend -disable-stack-protector -Xfrontend -function-sections -Xfrontend -no-allocations \
    -Xcc -mstrict-align -Xcc -mgeneral-regs-only -Xcc -ffreestanding \
    -I include -emit-object -o "$work/swift.o" \
    Console.swift SHA256.swift SHA256Portable.swift Segment.swift Verification.swift

set --
for source in entry mmu caches report vectors console parameters sha256_ce sha256_constants memory; do
    "$tools/clang" --target=aarch64-none-elf -I include -c "$source.S" -o "$work/$source.o"
    set -- "$@" "$work/$source.o"
done
"$tools/ld.lld" -r --gc-sections -e purgatory_start -T purgatory.ld -o "$work/purgatory.o" "$@" "$work/swift.o"

# ld.lld unites the flags of what it joins; strings must not make a table of .rodata (SHF_MERGE, SHF_STRINGS).
"$tools/llvm-objcopy" --set-section-flags .text=alloc,readonly,code --set-section-flags .rodata=alloc,readonly,data \
    "$work/purgatory.o" "$object"

[ -n "$swift" ] || exit 0
{
    echo 'let builtPurgatory: [UInt8] = ['
    od -An -v -tu1 "$object" | sed 's/  */, /g; s/^, /    /; s/$/,/'
    echo ']'
} >"$swift"
