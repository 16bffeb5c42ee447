"""kplan under the name kexec, called as scripts call it: two guests, one whose kernel has kexec_load alone, one with both calls."""

import json
import secrets

import fileload
import pages
from commands import RUN, Ran
from harness import ARM64, CONSOLE, PATIENCE, check, test
from kexec import SIMPLEST, expect_init, expect_second_kernel

BOTH_CALLS = fileload.SMALL_PAGES[0]


def payload(configuration, script):
    return {
        "kplan/run.sh": (RUN + "mkdir /run\nK=/kplan/vmlinuz\nI=/kplan/initrd\n" + script).encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/kexec": ("kplan",),
        "kplan/vmlinuz": configuration.kernel.read_bytes(),
        "kplan/initrd": fileload.second_initrd(),
    }


def jumps(token):
    """What is added to the first kernel's command line, which is quiet."""
    return f"loglevel=8 earlycon={CONSOLE} kplan.token={token}"


# Debian's arm64 kernels have no kexec_file_load.
SEGMENTS = """
run nothing kexec -S -l
run exec-nothing kexec -e
run files kexec -l -s $K --initrd=$I --reuse-cmdline
run crash kexec -p $K --initrd=$I --reuse-cmdline
run as-user su user -s /bin/sh -c "PATH=$PATH kexec -l $K --append="
run load kexec -l $K --initrd=$I --reuse-cmdline
run loaded kexec --status --load
run record kplan status --json
run unload kexec -u
run unloaded kexec --status --load
run selftest-load kexec --load $K
run selftest-unload kexec --unload
run load-again kexec -l $K --initrd=$I --reuse-cmdline --append="MORE"
dmesg -n 8
kexec -e -x
echo "KPLAN-APPLY-RETURNED status=$?"
"""


def check_record(ran, method):
    """kplan status names what kexec has loaded."""
    loaded = json.loads(ran.out)["kernel_origin"]["plans"]
    check(
        len(loaded) == 1 and loaded[0]["method"] == method and loaded[0]["path"] == "in memory, for /kplan/vmlinuz",
        f"{ran.name}: due is one plan for {method}, in memory:\n{ran.out}",
    )


@test("front-kexec-load")
def segments():
    """Load, status, unload, the selftests' calls, and the jump: through kplan's purgatory, with MMU and caches on."""
    token = secrets.token_hex(8)
    script = SEGMENTS.replace("MORE", jumps(token))
    with SIMPLEST.boot("front", payload(SIMPLEST, script)) as machine:
        never = (r"KPLAN-APPLY-RETURNED",)
        Ran(machine, "nothing").check((0,), loaded=False)
        Ran(machine, "exec-nothing").check_refusal((2,), r"nothing is executed: /sys/kernel/kexec_loaded says that nothing")
        Ran(machine, "files").check_refusal((2,), r"(?s)kexec_file_load.*CONFIG_KEXEC_FILE")
        Ran(machine, "crash").check_refusal((1, 2), r"(?s)kexec_file_load.*CONFIG_KEXEC_FILE")
        Ran(machine, "as-user").check_refusal((2,), r"as root|CAP_SYS_BOOT")
        Ran(machine, "load").check((0,), loaded=True)
        Ran(machine, "loaded").check((1,), loaded=True)
        check_record(Ran(machine, "record"), "kexec_load")
        Ran(machine, "unload").check((0,), loaded=False)
        Ran(machine, "unloaded").check((0,), loaded=False)
        bare = Ran(machine, "selftest-load")
        bare.check((0,), loaded=True)
        check("no command line is given: the device tree's is kept" in bare.err, f"no note:\n{bare.err}")
        Ran(machine, "selftest-unload").check((0,), loaded=False)
        Ran(machine, "load-again").check((0,), loaded=True)
        return expect_second_kernel(machine, SIMPLEST, token, never)


FILES = """
run auto kexec -a -l $K --initrd=$I --append=quiet
run auto-record kplan status --json
run unload kexec -u
run by-dtb kexec -a -l $K --dtb=/sys/firmware/fdt --append=
run by-dtb-record kplan status --json
run replaced kexec -lc $K --initrd $I --command-line quiet -i
run replaced-record kplan status --json
run unload-again kexec --unload
run selftest-load kexec --load --kexec-file-syscall $K
run selftest-unload kexec --unload --kexec-file-syscall
run no-crash kexec -S
run crash kexec -s -d -p --command-line="irqpoll reset_devices" --initrd=$I $K
run crash-loaded kexec -S
run crash-unload kexec -p -u
run crash-unloaded kexec --status
run size kexec --print-ckr-size
dmesg -n 8
kexec -f -s $K --initrd=$I --reuse-cmdline --append="MORE"
echo "KPLAN-APPLY-RETURNED status=$?"
"""


@test("front-kexec-file-load", ahead=pages.built_kernels)
def files():
    """-a takes kexec_file_load, but for what that would ignore; kdumpctl's calls; load and jump in one."""
    pages.built_kernels()
    token = secrets.token_hex(8)
    script = FILES.replace("MORE", jumps(token))
    with BOTH_CALLS.boot("front", payload(BOTH_CALLS, script), "crashkernel=128M") as machine:
        Ran(machine, "auto").check((0,), loaded=True)
        check_record(Ran(machine, "auto-record"), "kexec_file_load")
        Ran(machine, "unload").check((0,), loaded=False)
        for name in ("by-dtb", "replaced"):
            Ran(machine, name).check((0,), loaded=True)
            check_record(Ran(machine, f"{name}-record"), "kexec_load")
        Ran(machine, "unload-again").check((0,), loaded=False)
        Ran(machine, "selftest-load").check((0,), loaded=True)
        Ran(machine, "selftest-unload").check((0,), loaded=False)
        Ran(machine, "no-crash").check((0,), loaded=False)
        crash = Ran(machine, "crash")
        crash.check((0,), loaded=False)
        check("by kexec_file_load, to run after a panic" in crash.err, f"-d shows no plan:\n{crash.err}")
        check("Loaded initrd at 0x" in crash.err, f"-d shows nothing of the kernel's log:\n{crash.err}")
        Ran(machine, "crash-loaded").check((1,), loaded=False)
        Ran(machine, "crash-unload").check((0,), loaded=False)
        Ran(machine, "crash-unloaded").check((0,), loaded=False)
        size = Ran(machine, "size").out
        check(size == str(128 << 20), f"--print-ckr-size says {size}")
        start, _, second = machine.expect(
            r"Starting new kernel", expect_init(BOTH_CALLS), rf"^KPLAN-SECOND kplan\.token={token}$",
            within=PATIENCE, never=(r"KPLAN-APPLY-RETURNED", r"purgatory: "),
        )  # fmt: skip
        return f"second kernel's /init {second[0].time - start[0].time:.1f} s after the jump"
