"""Guests that kexec by kexec_file_load: kernels with pages of 4K, 16K and 64K, at EL1 and EL2, and a crash kernel."""

import functools
import gzip
import json
import secrets
import shutil

import guest
import pages
from commands import RUN, Ran
from harness import ARM64, CACHE, PATIENCE, ROOT, check, flipped, once, run_kplan, test
from initrd import busybox_archive
from kexec import Configuration, busybox, command_line, expect_init

# A cortex-a72 has no 16K granule: other kernels need another CPU.
SMALL_PAGES = [Configuration("6.12-4k", machine) for machine in (guest.EL1, guest.EL2)]
CONFIGURATIONS = SMALL_PAGES + pages.CONFIGURATIONS
# The kernel gets the files themselves here, and sealed copies elsewhere.
WITH_ORIGINALS = pages.CONFIGURATIONS[1]
FOREIGN_KERNEL = CACHE / "kernels/6.12-16k/vmlinuz"


@once
def second_initrd():
    return gzip.compress(busybox_archive(busybox()).finished(), mtime=0)


@once
def plan(configuration, name, *options):
    """Makes a plan here, without anything from the machine that it is for: the folder with the plan and its inputs,
    the plan itself, and the token that the second kernel will say."""
    pages.built_kernels()
    folder = configuration.work / name
    folder.mkdir(parents=True)
    shutil.copyfile(configuration.kernel, folder / "vmlinuz")
    (folder / "second.cpio.gz").write_bytes(second_initrd())
    token = secrets.token_hex(8)
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz",
        "--command-line", command_line(token), *options, "-o", "plan.json", folder=folder,
    )  # fmt: skip
    run_kplan("verify", "plan.json", folder=folder)
    return folder, json.loads((folder / "plan.json").read_text()), token


def payload(folder, script):
    """What a guest needs to apply a plan, and an initrd of which one bit is wrong."""
    files = {f"kplan/inputs/{name}": (folder / name).read_bytes() for name in ("vmlinuz", "second.cpio.gz")}
    return {
        "kplan/run.sh": (RUN + script).encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/plan.json": (folder / "plan.json").read_bytes(),
        "kplan/stale/vmlinuz": ("../inputs/vmlinuz",),
        "kplan/stale/second.cpio.gz": flipped(files["kplan/inputs/second.cpio.gz"]),
        **files,
    }


JUMP = """
run dry-run $apply --dry-run
run stale-initrd kplan apply /kplan/plan.json --inputs /kplan/stale
run load $apply --debug
run unload kplan unload
dmesg -n 8
echo "KPLAN-APPLY"
$apply --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""


def jump(configuration):
    """What is refused, what is shown, and the jump: the second kernel says its token, and no purgatory says a word."""
    files = "original" if configuration is WITH_ORIGINALS else "sealed"
    folder, document, token = plan(configuration, "fileload", "--files", files)
    check(document["request"]["files"] == files, f"the plan says {document['request']['files']}, due is {files}")
    with configuration.boot("fileload", payload(folder, JUMP)) as machine:
        dry = Ran(machine, "dry-run")
        dry.check((0,), loaded=False)
        for text in (*(entry["sha256"] for entry in document["inputs"]), token, "flags        0x0"):
            check(text in dry.out, f"--dry-run doesn't say {text}:\n{dry.out}")
        Ran(machine, "stale-initrd").check_refusal((1,), r"second\.cpio\.gz: is not the initrd")
        load = Ran(machine, "load")
        load.check((0,), loaded=True)
        check(
            "Loaded initrd at 0x" in load.err,
            f"--debug shows nothing of the kernel's log:\n{load.err}",
        )
        Ran(machine, "unload").check((0,), loaded=False)
        never = (r"KPLAN-APPLY-RETURNED", r"purgatory: ")
        begin, start, boot, _, second = machine.expect(
            r"^KPLAN-APPLY$",
            r"Starting new kernel",
            r"Booting Linux on physical CPU",
            expect_init(configuration),
            rf"^KPLAN-SECOND kplan\.token={token}$",
            within=PATIENCE,
            never=never,
        )
    return (
        f"{files} files, loaded in {start[0].time - begin[0].time:.1f} s, second kernel "
        f"{boot[0].time - start[0].time:.1f} s after the jump, its /init {second[0].time - start[0].time:.1f} s"
    )


for configuration in CONFIGURATIONS:
    test(f"file-load-{configuration.name}", ahead=pages.built_kernels)(functools.partial(jump, configuration))


# An initrd of zeros that is larger than the memory for the crash kernel.
TOO_LARGE = 140

CRASH = f"""
run crash-exec $apply --exec
run crash $apply
mkdir /kplan/large
ln -s ../inputs/vmlinuz /kplan/large/vmlinuz
dd if=/dev/zero of=/kplan/large/zeros bs=1M count={TOO_LARGE}
run crash-too-large kplan apply /kplan/large.json --inputs /kplan/large
rm -r /kplan/large
echo "KPLAN-CRASH-LOADED $(cat /sys/kernel/kexec_crash_loaded)"
run crash-again $apply
echo "KPLAN-CRASH-LOADED $(cat /sys/kernel/kexec_crash_loaded)"
dmesg -n 8
echo c > /proc/sysrq-trigger
"""


@test("file-load-crash", ahead=pages.built_kernels)
def crash():
    """A crash kernel is loaded, the machine panics, and the crash kernel finds what was."""
    configuration = SMALL_PAGES[0]
    folder, document, token = plan(configuration, "crash", "--type", "crash")
    check(document["type"] == "crash", f"the plan is for a {document['type']} kernel")
    with open(folder / "zeros", "wb") as zeros:
        zeros.truncate(TOO_LARGE << 20)
    run_kplan(
        "make", "--method", "kexec_file_load", "--type", "crash", "--kernel", "vmlinuz", "--initrd", "zeros",
        "--command-line", "quiet", "-o", "large.json", folder=folder,
    )  # fmt: skip
    files = payload(folder, CRASH)
    files["kplan/large.json"] = (folder / "large.json").read_bytes()
    with configuration.boot("crash", files, "crashkernel=128M") as machine:
        Ran(machine, "crash-exec").check_refusal((64,), r"starts after a panic")
        Ran(machine, "crash").check((0,), loaded=False)
        large = Ran(machine, "crash-too-large")
        large.check_refusal((2,), r"EADDRNOTAVAIL")
        check("the crash kernel that was loaded before is gone" in large.err, f"not said:\n{large.err}")
        machine.expect(r"^KPLAN-CRASH-LOADED 0$", within=PATIENCE)
        Ran(machine, "crash-again").check((0,), loaded=False)
        found = machine.expect(
            r"^KPLAN-CRASH-LOADED 1$",
            r"Kernel panic - not syncing: sysrq triggered crash",
            expect_init(configuration),
            rf"^KPLAN-SECOND kplan\.token={token}$",
            r"^KPLAN-VMCORE 7f454c46$",
            within=PATIENCE,
            trouble=(),
        )
    return f"the crash kernel's /init {found[3][0].time - found[1][0].time:.1f} s after the panic"


NO_MEMORY = """
run crash $apply
echo "KPLAN-CRASH-LOADED $(cat /sys/kernel/kexec_crash_loaded)"
run foreign-load kplan apply /kplan/segments.json --inputs /kplan/foreign
run foreign-file-load kplan apply /kplan/files.json --inputs /kplan/foreign
"""


@once
def refusals():
    """One guest without memory for a crash kernel, and with plans of a kernel that its CPU can't run."""
    configuration = SMALL_PAGES[0]
    folder, _, _ = plan(configuration, "crash", "--type", "crash")
    foreign = configuration.work / "foreign"
    foreign.mkdir(parents=True)
    shutil.copyfile(FOREIGN_KERNEL, foreign / "vmlinuz")
    # Whose memory and device tree these are doesn't matter: what the CPU lacks is seen before.
    machine = ROOT / "Tests/Fixtures/machines/2g-el1"
    common = ("make", "--kernel", "vmlinuz", "--command-line", "quiet")
    run_kplan(*common, "--method", "kexec_file_load", "-o", "files.json", folder=foreign)
    run_kplan(
        *common, "--dtb", machine / "fdt", "--memory-map", machine / "iomem", "-o", "segments.json", folder=foreign
    )
    files = payload(folder, NO_MEMORY)
    for name in ("files.json", "segments.json"):
        files[f"kplan/{name}"] = (foreign / name).read_bytes()
    files["kplan/foreign/vmlinuz"] = (foreign / "vmlinuz").read_bytes()
    with configuration.boot("refusals", files) as machine:
        crash = Ran(machine, "crash")
        machine.expect(r"^KPLAN-CRASH-LOADED 0$", within=PATIENCE)
        return {"crash": crash, **{name: Ran(machine, name) for name in ("foreign-load", "foreign-file-load")}}


@test("file-load-crash-without-memory", ahead=pages.built_kernels)
def crash_without_memory():
    refusals()["crash"].check_refusal((1,), r"no memory is reserved for a crash kernel")


for method in ("load", "file-load"):

    def foreign_pages(method=method):
        """A kernel whose pages the CPU lacks is refused by name: loaded by kexec_load, the jump would hang in silence."""
        refusals()[f"foreign-{method}"].check_refusal((1,), r"16K.*Cortex-A72")

    test(f"{method}-of-foreign-pages", ahead=pages.built_kernels)(foreign_pages)
