# shellcheck shell=bash
# Sourced by the scripts around kplan: messages, apt packages, the download cache.

# shellcheck disable=SC2034  # used by the scripts that source this file
KPLAN_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What is downloaded or made from downloads, and can be thrown away at any time.
KPLAN_CACHE=${KPLAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kplan}

# What `swift build` and `swift test` link with.
# shellcheck disable=SC2034
KPLAN_BUILD_PACKAGES=(libelf-dev libfdt-dev libjson-c-dev zlib1g-dev libarchive-dev)
# The same for kplan-simulate.
# shellcheck disable=SC2034
KPLAN_SIMULATE_PACKAGES=(libunicorn-dev)
# shellcheck disable=SC2034
KPLAN_TEST_PACKAGES=("${KPLAN_SIMULATE_PACKAGES[@]}" cmark-gfm device-tree-compiler git openssh-client python3 python3-jsonschema shellcheck)

say() { printf '%s %s\n' "$(date +%T)" "$*"; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# as_root COMMAND...: directly as root, else by a sudo that asks nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# need_packages PACKAGE...: installs by apt what is missing, and nothing else.
need_packages() {
    command -v apt-get dpkg-query >/dev/null ||
        die "no apt here: this script is for Debian 12; elsewhere install: $*"
    local package missing=()
    for package; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        die "not root, and sudo does not work without a password; run as root: apt-get install ${missing[*]}"
    fi
    say "apt-get install ${missing[*]}"
    mkdir -p "$KPLAN_CACHE"
    local log=$KPLAN_CACHE/apt-install.log lock
    # One script at a time: apt waits for another dpkg, but not for another update.
    exec {lock}>"$KPLAN_CACHE/.apt-lock"
    flock "$lock"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "${missing[@]}")
    # The lists are only renewed when they are missing or too old to find a package.
    as_root "${install[@]}" >"$log" 2>&1 ||
        { as_root apt-get update -q >>"$log" 2>&1 && as_root "${install[@]}" >>"$log" 2>&1; } ||
        { tail -n 8 "$log" >&2; die "apt-get install ${missing[*]} failed; all of its output: $log"; }
    exec {lock}>&-
}

# lock_cache: until this script ends, no other script changes the cache.
lock_cache() {
    mkdir -p "$KPLAN_CACHE"
    # A caller that holds the lock passes it on.
    [ "${KPLAN_CACHE_LOCKED:-}" != "$KPLAN_CACHE" ] || return 0
    exec {KPLAN_LOCK_FD}>"$KPLAN_CACHE/.lock"
    if ! flock -n "$KPLAN_LOCK_FD"; then
        say "waiting for another script that uses $KPLAN_CACHE"
        flock "$KPLAN_LOCK_FD"
    fi
    export KPLAN_CACHE_LOCKED=$KPLAN_CACHE
}

# host_swift: the folder of the toolchain whose swiftc is in PATH (it holds usr/bin/swiftc).
host_swift() {
    local swiftc
    swiftc=$(command -v swiftc) || die "no swiftc in PATH: install Swift 6.2 or later and put its usr/bin into PATH"
    realpath "$(dirname "$(realpath "$swiftc")")/../.."
}
