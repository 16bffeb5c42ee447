"""How long a machine is between two kernels, beside kexec-tools: the same machine, kernel, initrd and command line."""

import re

from harness import CACHE, PATIENCE, check, once, run_script, test
from kexec import CONFIGURATIONS, command_line, expect_init, payload, plan

# What servers have: EL2 with E2H, and the SHA-256 instructions.
CONFIGURATION = CONFIGURATIONS[2]


@once
def kexec_tools():
    """Debian's kexec with its libraries, as files of an initrd."""
    run_script("fetch", "kexec-runtime")
    folder = CACHE / "kexec-runtime"
    libraries = {f"lib/{file.name}": file.read_bytes() for file in (folder / "lib").iterdir()}
    version = re.search(r"[0-9]+\.[0-9.]+[0-9]", (folder / "version").read_text())[0]
    return version, {"kplan/kexec": (folder / "kexec").read_bytes(), **libraries}


def seconds_to_first_line(what, load_and_jump, files):
    """From the old kernel's last line to the new one's first, which comes by earlycon."""
    folder, _, token = plan(CONFIGURATION)
    script = f'dmesg -n 8\n{load_and_jump}\necho "KPLAN-RETURNED status=$?"\n'
    with CONFIGURATION.boot(f"timing-{what}", {**payload(folder, script), **files}) as machine:
        (jump, _), (boot, _), _, _ = machine.expect(
            r"Starting new kernel",
            r"Booting Linux on physical CPU",
            expect_init(CONFIGURATION),
            rf"^KPLAN-SECOND kplan\.token={token}$",
            within=PATIENCE,
            never=(r"KPLAN-RETURNED", r"purgatory: stopped"),
        )
        return boot.time - jump.time


@test("time-beside-kexec-tools", alone=True)
def time_beside_kexec_tools():
    _, document, token = plan(CONFIGURATION)
    version, files = kexec_tools()
    inputs = f"/kplan/inputs/vmlinuz --initrd=/kplan/inputs/second.cpio.gz --command-line='{command_line(token)}'"
    with_checks = seconds_to_first_line(
        "kplan", "kplan apply /kplan/plan.json --inputs /kplan/inputs --exec", {}
    )
    tools_with_checks = seconds_to_first_line("kexec-tools", f"kexec -c -l {inputs} && kexec -e", files)
    tools_without = seconds_to_first_line("kexec-tools-i", f"kexec -c -i -l {inputs} && kexec -e", files)
    check(
        with_checks < tools_with_checks,
        f"with checks, kplan takes {with_checks:.2f} s and kexec-tools {tools_with_checks:.2f} s",
    )
    loaded = sum(int(segment["content_size"], 16) for segment in document["segments"])
    return (
        "seconds from the jump to the kernel's first line, emulated "
        f"({CONFIGURATION.machine.cpu}, {CONFIGURATION.machine.level}, {loaded / 1e6:.1f} MB):\n"
        f"    | kplan with checks | kexec-tools {version} with checks | kexec-tools {version} -i |\n"
        f"    | {with_checks:.2f} | {tools_with_checks:.2f} | {tools_without:.2f} |"
    )
