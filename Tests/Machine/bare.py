"""What `kplan emit` writes, run without any Linux: CPU models, exception levels, granules, and RAM
below and above 4 GiB and 1 TiB, each with each.

bare/entry.S stands in for the old kernel, bare/kernel.S for the new one, which says in which state
it was entered. QEMU puts the emitted segments in place. It models no caches.
"""

import functools
import hashlib
import itertools
import json
import re
import struct
import subprocess
from dataclasses import dataclass, replace

import guest
from harness import ARM64, PATIENCE, ROOT, WORK, Failure, check, once, run_kplan, test

BARE = WORK / "bare"

# It has the matrix as a table.
PURGATORY_PAGE = ROOT / "docs/PURGATORY.md"


@dataclass(frozen=True)
class CPU:
    """What the model has in QEMU 7.2, which its ID registers have to confirm.

    The A64FX, the Cortex-A53 and the A72 lack the 16K granule, and so do the real ones.
    """

    name: str
    address_bits: int
    granules: tuple
    vhe: bool


CPUS = (
    CPU("cortex-a53", 40, ("4K", "64K"), vhe=False),
    CPU("cortex-a72", 44, ("4K", "64K"), vhe=False),
    CPU("neoverse-n1", 48, ("4K", "16K", "64K"), vhe=True),
    CPU("a64fx", 40, ("4K", "64K"), vhe=True),
    CPU("max", 52, ("4K", "16K", "64K"), vhe=True),
)
GRANULES = ("4K", "16K", "64K")


@dataclass(frozen=True)
class Level:
    """How purgatory is entered, and its name for that."""

    name: str
    number: int
    e2h: bool = False


LEVELS = (Level("EL1", 1), Level("EL2", 2), Level("EL2 with E2H", 2, e2h=True))


@dataclass(frozen=True)
class Memory:
    """The machine's RAM, which begins at 1 GiB, and where in it the segments are to be."""

    name: str
    gigabytes: int
    lowest: int

    @property
    def address_bits(self):
        return (RAM + (self.gigabytes << 30) - 1).bit_length()


MEMORIES = (
    Memory("below 4 GiB", 1, 0),
    Memory("above 4 GiB", 8, 4 << 30),
    Memory("above 1 TiB", 1030, 1 << 40),
)

RAM = 0x4000_0000
# QEMU puts its device tree at the start of RAM; entry.S comes after it. No segment goes there.
TAKEN = 0x40_0000
ENTRY = RAM + 0x20_0000

# Contents of some size that is a multiple of nothing, the same in every run.
KERNEL_SIZE = 1_300_001
INITRD_SIZE = 300_007


# ---- the segments ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A segment. QEMU's memory is zero, so what comes after the content is."""

    role: str
    address: int
    size: int
    content: bytes


@dataclass(frozen=True)
class Segments:
    """What was emitted: the segments of segments.json, each with its file's bytes."""

    entry: int
    tables: dict
    parts: tuple  # of Part
    stack: int  # where purgatory's .bss is

    def part(self, role):
        return next(part for part in self.parts if part.role == role)

    def changed(self, role, change):
        """The same with one segment's bytes as `change`, which gets a bytearray, leaves them."""
        content = bytearray(self.part(role).content)
        change(content)
        parts = (replace(part, content=bytes(content)) if part.role == role else part for part in self.parts)
        return replace(self, parts=tuple(parts))


def noise(what, size):
    return hashlib.shake_128(what.encode()).digest(size)


def virt(cpu, level, memory):
    options = "virt,gic-version=3" + (",virtualization=on" if level.number == 2 else "")
    size = f"{memory.gigabytes}G"
    # reserve=off: more memory than this machine has is no trouble if hardly any is used.
    backend = ("-object", f"memory-backend-ram,id=ram,size={size},reserve=off")
    return (*guest.Machine("bare", cpu, f"{options},memory-backend=ram", level.name).arguments(size), *backend)


def emitted(folder):
    """What `kplan emit` wrote into a folder's "emitted", of the plan.json beside it."""
    document = json.loads((folder / "emitted/segments.json").read_text())
    parts = tuple(
        Part(
            segment["role"],
            int(segment["address"], 16),
            int(segment["memory_size"], 16),
            (folder / "emitted" / segment["file"]).read_bytes(),
        )
        for segment in document["segments"]
    )
    sections = json.loads((folder / "plan.json").read_text())["purgatory"]["sections"]
    stack = next(int(section["address"], 16) for section in sections if section["name"] == ".bss")
    return Segments(int(document["entry"], 16), document["page_tables"], parts, stack)


@once
def segments(granule, memory):
    """Made by `kplan make` and `kplan emit`, of a device tree that QEMU itself writes."""
    folder = BARE / f"{granule}-{memory.gigabytes}G"
    folder.mkdir(parents=True)
    program = (ARM64 / "bare-kernel").read_bytes()
    (folder / "kernel").write_bytes(program + noise("kernel", KERNEL_SIZE - len(program)))
    (folder / "initrd").write_bytes(noise("initrd", INITRD_SIZE))
    end = RAM + (memory.gigabytes << 30) - 1
    (folder / "iomem").write_text(
        f"{RAM:08x}-{end:08x} : System RAM\n  {RAM:08x}-{RAM + TAKEN - 1:08x} : reserved\n"
    )
    options, *others = virt("max", LEVELS[0], memory)[1:]
    subprocess.run(
        ["qemu-system-aarch64", "-M", f"{options},dumpdtb={folder}/dtb", *others], check=True, capture_output=True
    )
    run_kplan(
        "make", "--kernel", "kernel", "--initrd", "initrd", "--dtb", "dtb", "--memory-map", "iomem",
        "--command-line", "bare", "--granule", granule, "--mem-min", f"0x{memory.lowest:x}", "--seeds", "none",
        "-o", "plan.json", folder=folder,
    )  # fmt: skip
    run_kplan("emit", "plan.json", "--output-dir", "emitted", folder=folder)
    made = emitted(folder)
    for part in made.parts:
        check(
            part.address >= memory.lowest and part.address + part.size <= end + 1,
            f"{part.role} at 0x{part.address:x} is not in the machine's memory {memory.name}",
        )
    return made


# ---- a run -------------------------------------------------------------------------------------


def machine_with(cpu, level, memory, emitted, name):
    """A machine that starts with entry.S, and that has the segments in its memory."""
    folder = BARE / name
    folder.mkdir(parents=True)
    entry = bytearray((ARM64 / "bare-entry").read_bytes())
    struct.pack_into("<QQ", entry, 8, emitted.entry, level.e2h)
    arguments = [*virt(cpu, level, memory), "-semihosting"]
    for part in (*emitted.parts, Part("entry", ENTRY, 0, bytes(entry))):
        (folder / part.role).write_bytes(part.content)
        arguments += ("-device", f"loader,file={folder}/{part.role},addr=0x{part.address:x},force-raw=on")
    arguments += ("-device", f"loader,addr=0x{ENTRY:x},cpu-num=0")
    return guest.Guest(arguments, folder / "console.log")


def numbers(text):
    """The values of a line of report.inc, by name."""
    return {name: int(digits, 16) for name, digits in re.findall(r"(\w+)=([0-9a-f]{16})", text)}


def check_boot_protocol(before, kernel, level, emitted):
    """Linux, Documentation/arch/arm64/booting.rst, "Before jumping into the kernel", and what
    docs/PURGATORY.md promises beyond it; `before` is the state in which purgatory was entered."""
    rules = (
        ("x0 is the device tree's address", kernel["x0"] == emitted.part("dtb").address),
        ("the device tree is aligned to 8 bytes", kernel["x0"] % 8 == 0),
        ("the device tree's magic is there", kernel["dtb"] == 0xEDFE0DD0),
        ("x1, x2 and x3 are 0", kernel["x1"] == kernel["x2"] == kernel["x3"] == 0),
        ("D, A, I and F are masked", kernel["daif"] == 0x3C0),
        ("the exception level is the one of the entry", kernel["level"] == before["level"] == level.number << 2),
        ("the MMU is off", not kernel["sctlr"] & 1 << 0),
        ("the data cache is off", not kernel["sctlr"] & 1 << 2),
        ("data is little-endian", not kernel["sctlr"] & 1 << 25),
        ("SCTLR is as it was", kernel["sctlr"] == before["sctlr"]),
        ("CPACR or CPTR is as it was", kernel["trap"] == before["trap"]),
        ("VBAR is as it was", kernel["vbar"] == before["vbar"]),
        ("TPIDR is as it was", kernel["tpidr"] == before["tpidr"]),
        ("HCR is as it was", kernel.get("hcr") == before.get("hcr")),
        ("HCR.E2H is what the test wants", bool(kernel.get("hcr", 0) & 1 << 34) == level.e2h),
    )
    for rule, holds in rules:
        check(holds, f"not so: {rule}; entered with {before}, the kernel with {kernel}")


def granules_of(mmfr0):
    """ID_AA64MMFR0_EL1 in the Arm ARM: TGran4 and TGran64 are signed, -1 means no; for TGran16 0 does."""
    fields = {"4K": mmfr0 >> 28 & 15, "16K": mmfr0 >> 20 & 15, "64K": mmfr0 >> 24 & 15}
    return tuple(name for name in GRANULES if (fields[name] != 0 if name == "16K" else fields[name] < 8))


def check_cpu(cpu, kernel):
    has = granules_of(kernel["mmfr0"])
    check(has == cpu.granules, f"{cpu.name} says that it has granules of {has}, expected {cpu.granules}")
    vhe = bool(kernel["mmfr1"] >> 8 & 15)
    check(vhe == cpu.vhe, f"{cpu.name} {'has' if vhe else 'does not have'} VHE")
    bits = (32, 36, 40, 42, 44, 48, 52)[kernel["mmfr0"] & 15]  # PARange
    check(bits == cpu.address_bits, f"{cpu.name} has {bits} bits of physical addresses, expected {cpu.address_bits}")


def check_console(text, cpu, level, granule, emitted):
    on = granule in cpu.granules
    mmu = f"MMU on, {granule} granule" if on else f"MMU off: {granule} granule not supported by this CPU"
    expected = [f"purgatory: {re.escape(level.name)}, {re.escape(mmu)}, SHA-256 by .*"]
    expected += [rf"purgatory: {part.role} 0x{part.address:x}\b.* ok" for part in emitted.parts]
    expected += [
        rf"purgatory: {len(emitted.parts)} segments, [0-9]+ bytes verified, MMU {'on' if on else 'off'}",
        f"purgatory: starting the kernel at 0x{emitted.part('kernel').address:x}",
    ]
    for line in expected:
        check(re.search(f"^{line}$", text, re.MULTILINE), f"the console has no line /{line}/:\n{text}")


def run_combination(cpu, level, granule, memory):
    emitted = segments(granule, memory)
    name = f"{cpu.name}-{level.name.lower().replace(' ', '-')}-{granule}-{memory.gigabytes}G"
    with machine_with(cpu.name, level, memory, emitted, name) as machine:
        (_, before), (_, kernel) = machine.expect(
            r"^entry:(.*) end$", r"^kernel:(.*) end$", within=PATIENCE, never=(r"^fault:", r"purgatory: (stopped|exception)")
        )
        text = machine.text(r"^(purgatory: .*)$")
    kernel = numbers(kernel[1])
    check_boot_protocol(numbers(before[1]), kernel, level, emitted)
    check_cpu(cpu, kernel)
    check_console(text, cpu, level, granule, emitted)


# ---- the matrix --------------------------------------------------------------------------------


def matrix(cpu):
    levels = [level for level in LEVELS if cpu.vhe or not level.e2h]
    memories = [memory for memory in MEMORIES if memory.address_bits <= cpu.address_bits]
    combinations = list(itertools.product(levels, GRANULES, memories))
    for level, granule, memory in combinations:
        try:
            run_combination(cpu, level, granule, memory)
        except (guest.GuestFailure, Failure) as failure:
            raise type(failure)(f"{level.name}, {granule}, {memory.name}: {failure}") from failure
    granules = [f"{granule} MMU {'on' if granule in cpu.granules else 'off'}" for granule in GRANULES]
    cells = (cpu.name, str(cpu.address_bits), *(cell.partition(" ")[2] for cell in granules))
    cells += (", ".join(level.name for level in levels), ", ".join(memory.name for memory in memories))
    row = f"| {' | '.join((*cells, str(len(combinations))))} |"
    check(row in PURGATORY_PAGE.read_text(), f"docs/PURGATORY.md should have the line\n{row}")
    return f"{len(combinations)} of {len(combinations)} combinations: {', '.join((*granules, *cells[-2:]))}"


for cpu in CPUS:
    test(f"matrix-{cpu.name}")(functools.partial(matrix, cpu))


# ---- what has to stop --------------------------------------------------------------------------

# How long the kernel is given to appear where it must not. It takes 0.02 s after purgatory's last line.
SILENCE = 0.5

# With the MMU on, and without it.
STOPPING = ((CPUS[-1], LEVELS[2], "4K", MEMORIES[1]), (CPUS[0], LEVELS[0], "16K", MEMORIES[0]))


def run_stopping(name, cpu, level, memory, emitted, *patterns):
    """Purgatory says what matches the patterns, and the kernel isn't reached; returns the matches."""
    with machine_with(cpu.name, level, memory, emitted, name) as machine:
        found = machine.expect(*patterns, within=PATIENCE, never=(r"^kernel:", r"^fault:"))
        machine.stay_without(r"^kernel:|^fault:|purgatory: starting", SILENCE)
    return [match for _, match in found]


def flip(content, offset):
    content[offset] ^= 1


def last_entry_that_is_free(tables):
    """The offset of a descriptor that is 0; with bit 0 clear the MMU ignores the rest of it."""
    return next(offset for offset in range(len(tables) - 8, 0, -8) if not any(tables[offset : offset + 8]))


@test("bare-changed-byte")
def changed_byte():
    """One bit in any segment, or a byte after its content: purgatory names it and stops."""
    runs = 0
    for cpu, level, granule, memory in STOPPING:
        emitted = segments(granule, memory)
        kernel = emitted.part("kernel")
        padding = kernel.address + len(kernel.content) + 4321
        cases = [
            ("padding", emitted.changed("kernel", lambda content: content.extend(bytes(4321) + b"\1")),
             rf"kernel 0x{kernel.address:x}: byte at 0x{padding:x} is not zero"),
        ]  # fmt: skip
        for part in emitted.parts:
            offset = len(part.content) // 2
            if part.role == "purgatory":
                offset = len(part.content) - 1  # data, so that the code still works
            elif part.role == "page-tables":
                offset = last_entry_that_is_free(part.content) + 7
            changed = emitted.changed(part.role, functools.partial(flip, offset=offset))
            cases.append((part.role, changed, rf"{part.role} 0x{part.address:x}: SHA-256 mismatch"))
        for name, changed, message in cases:
            name = f"changed-{name}-{cpu.name}"
            run_stopping(name, cpu, level, memory, changed, f"purgatory: {message}", "purgatory: stopped")
            runs += 1
    return f"{runs} runs, all stopped"


def leaf(emitted, address):
    """Where in the page tables' segment the block or page descriptor of an address is."""
    tables = emitted.part("page-tables")
    shift = int(emitted.tables["granule"].removesuffix("K")).bit_length() - 1 + 10
    stride = shift - 3
    level = 3 - (emitted.tables["input_address_bits"] - shift - 1) // stride
    table = int(emitted.tables["root"], 16)
    while True:
        index = address >> (shift + stride * (3 - level)) & (1 << stride) - 1
        offset = table - tables.address + 8 * index
        (descriptor,) = struct.unpack_from("<Q", tables.content, offset)
        check(descriptor & 1, f"0x{address:x} is not mapped")
        if level == 3 or not descriptor & 2:
            return offset
        table = descriptor & ((1 << 48) - 1) & ~((1 << shift) - 1)
        level += 1


# ESR_ELx: EC in bits 31 to 26, WnR in bit 6, the kind of fault in bits 5 to 2 (Arm ARM, ISS of a data abort).
DATA_ABORT_SAME_LEVEL, TRANSLATION_FAULT, PERMISSION_FAULT = 0x25, 0b0001, 0b0011


@test("bare-exception")
def exception():
    """Page tables that aren't the plan's: a page of the initrd is missing, or the stack can't be written."""
    cpu, memory, runs = CPUS[-1], MEMORIES[1], 0
    for level, granule in itertools.product(LEVELS, GRANULES):
        emitted = segments(granule, memory)
        initrd, purgatory = emitted.part("initrd"), emitted.part("purgatory")
        page = int(granule.removesuffix("K")) << 10
        missing = initrd.address + INITRD_SIZE // 2 & -page

        def unmap(tables):
            struct.pack_into("<Q", tables, leaf(emitted, missing), 0)

        def make_read_only(tables):
            offset = leaf(emitted, emitted.stack)
            struct.pack_into("<Q", tables, offset, struct.unpack_from("<Q", tables, offset)[0] | 1 << 7)

        cases = (
            ("initrd", unmap, missing, TRANSLATION_FAULT, 0),
            ("stack", make_read_only, emitted.stack, PERMISSION_FAULT, 1),
        )
        for name, change, low, fault, write in cases:
            text = f"{level.name}, {granule}, {name}"
            (match,) = run_stopping(
                f"exception-{text.lower().replace(', ', '-').replace(' ', '-')}", cpu, level, memory,
                emitted.changed("page-tables", change),
                r"purgatory: exception in sync, ESR 0x([0-9a-f]+) ELR 0x([0-9a-f]+) FAR 0x([0-9a-f]+)",
            )  # fmt: skip
            esr, elr, far = (int(digits, 16) for digits in match.groups())
            check(esr >> 26 == DATA_ABORT_SAME_LEVEL, f"{text}: ESR 0x{esr:x} is no data abort")
            check(esr >> 2 & 15 == fault, f"{text}: ESR 0x{esr:x} has another kind of fault than 0b{fault:04b}")
            check(esr >> 6 & 1 == write, f"{text}: ESR 0x{esr:x}, write or read is wrong")
            check(low <= far < low + page, f"{text}: FAR 0x{far:x} is not on the page at 0x{low:x}")
            end = purgatory.address + len(purgatory.content)
            check(purgatory.address <= elr < end, f"{text}: ELR 0x{elr:x} is not in purgatory")
            runs += 1
    return f"{runs} runs, all reported"
