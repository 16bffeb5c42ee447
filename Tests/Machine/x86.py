"""kplan on x86_64 machines: Debian's kernels under QEMU, which kexec by kexec_file_load."""

import contextlib
import gzip
import json
import re
import secrets
import shutil

import guest
from commands import RUN, Ran
from harness import CACHE, PATIENCE, ROOT, WORK, check, flipped, once, run_kplan, run_script, test
from initrd import busybox_archive
from kexec import SIMPLEST

PROGRAM = ROOT / ".build-x86_64/kplan"
INPUTS = ("vmlinuz", "second.cpio.gz")
PLANS = ("plan.json", "crash.json", "force-dtb.json")
CRASH_MEMORY = "crashkernel=192M"


@once
def prepared():
    """What all of these tests need, beyond what every machine test does."""
    run_script("fetch", "x86-6.1-cloud", "x86-7-cloud", "busybox-amd64")
    run_script("static-build")


def archive():
    return busybox_archive((CACHE / "busybox-amd64/busybox").read_bytes())


@contextlib.contextmanager
def boot(kernel, what, files, more=""):
    """A guest whose initrd has the files beside busybox, with more words on the kernel's command line."""
    prepared()
    content = archive()
    for path, data in files.items():
        if isinstance(data, tuple):
            content.link(path, *data)
        else:
            content.program(path, data)
    folder = WORK / kernel
    folder.mkdir(parents=True, exist_ok=True)
    initrd = folder / f"{what}.cpio"
    initrd.write_bytes(content.finished())
    arguments = guest.linux(guest.X86_64, CACHE / f"kernels/{kernel}/vmlinuz", initrd, more)
    with guest.Guest(arguments, folder / f"{what}.log", guest.X86_64.program) as machine:
        yield machine
    initrd.unlink()


def expect_init(kernel):
    release = (CACHE / f"kernels/{kernel}/release").read_text().strip()
    return rf"^KPLAN-INIT up=[0-9.]+ release={re.escape(release)} pages=4K$"


@once
def inputs(kernel):
    """The folder with what a plan is made of: that kernel, and an initrd that says the token."""
    prepared()
    folder = WORK / kernel / "inputs"
    folder.mkdir(parents=True)
    shutil.copyfile(CACHE / f"kernels/{kernel}/vmlinuz", folder / "vmlinuz")
    second = archive()
    second.program("kplan/kplan", PROGRAM.read_bytes())
    (folder / "second.cpio.gz").write_bytes(gzip.compress(second.finished(), mtime=0))
    return folder


def make(folder, token, output, *more):
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz",
        "--command-line", f"console=ttyS0 panic=-1 kplan.token={token}", "-o", output, *more, folder=folder,
    )  # fmt: skip
    return json.loads((folder / output).read_text())


@once
def plans(kernel):
    """The folder with plans for a restart, with and without a flag, and for a crash kernel, and the token of them all."""
    folder, token = inputs(kernel), secrets.token_hex(8)
    document = make(folder, token, "plan.json")
    check(
        (document["architecture"], document["purgatory"], document["kernel"]["signed"]) == ("x86_64", "kernel", True),
        f"{folder}/plan.json: not a plan for a signed kernel of x86_64",
    )
    make(folder, token, "crash.json", "--type", "crash")
    make(folder, token, "force-dtb.json", "--force-dtb")
    for name in PLANS:
        run_kplan("verify", name, folder=folder)
    return folder, token


def payload(kernel, script):
    folder, _ = plans(kernel)
    return {
        "kplan/run.sh": (RUN + script).encode(),
        "kplan/kplan": PROGRAM.read_bytes(),
        **{f"kplan/{name}": (folder / name).read_bytes() for name in PLANS},
        **{f"kplan/inputs/{name}": (folder / name).read_bytes() for name in INPUTS},
    }


def expect_second(machine, kernel, token):
    return machine.expect(
        expect_init(kernel), rf"^KPLAN-SECOND kplan\.token={token}$", within=PATIENCE, never=(r"RETURNED",)
    )


COMMANDS = """
mkdir /run
run dry-run $apply --dry-run
run as-user su user -s /bin/sh -c "PATH=$PATH $apply"
run stale-initrd kplan apply /kplan/plan.json --inputs /kplan/stale
run arm64-plan kplan apply /kplan/arm64.json --inputs /kplan/inputs
run crash-without-memory kplan apply /kplan/crash.json --inputs /kplan/inputs
run force-dtb kplan apply /kplan/force-dtb.json --inputs /kplan/inputs
run load $apply
run status kplan status
run unload kplan unload
run status-after kplan status
run original kplan apply /kplan/original.json --inputs /kplan/inputs
dmesg -n 8
echo "KPLAN-APPLY"
$apply --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""


@once
def commands():
    """One guest, which ends with the jump: what each command did, and the times of the jump."""
    kernel = "x86-6.1-cloud"
    folder, token = plans(kernel)
    files = payload(kernel, COMMANDS)
    files["kplan/stale/second.cpio.gz"] = flipped(files["kplan/inputs/second.cpio.gz"])
    files["kplan/stale/vmlinuz"] = ("../inputs/vmlinuz",)
    make(folder, token, "original.json", "--files", "original")
    files["kplan/original.json"] = (folder / "original.json").read_bytes()
    shutil.copyfile(SIMPLEST.kernel, folder / "Image")
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "Image", "--command-line", "quiet", "-o", "arm64.json",
        folder=folder,
    )  # fmt: skip
    files["kplan/arm64.json"] = (folder / "arm64.json").read_bytes()
    with boot(kernel, "commands", files) as machine:
        ran = Ran.all(machine, COMMANDS)
        (begin, _), (jump, _) = machine.expect(r"^KPLAN-APPLY$", r"kexec_core: Starting new kernel", within=PATIENCE)
        _, (second, _) = expect_second(machine, kernel, token)
        # The kernel's own purgatory leaves no report, and x86_64 has no device tree that it could be in.
        machine.expect(r"^KPLAN-STATUS *started by *not known", within=PATIENCE)
        return ran, f"loaded in {jump.time - begin.time:.1f} s, second /init {second.time - jump.time:.1f} s after the jump"


@test("x86-kexec", ahead=prepared)
def x86_kexec():
    """The running kernel's purgatory starts the second kernel, which says the token."""
    return commands()[1]


@test("x86-dry-run", ahead=prepared)
def x86_dry_run():
    ran = commands()[0]["dry-run"]
    ran.check((0,), loaded=False)
    check("kexec_file_load" in ran.out and "second.cpio.gz" in ran.out, f"--dry-run doesn't say what:\n{ran.out}")


@test("x86-refusals", ahead=prepared)
def x86_refusals():
    ran = commands()[0]
    ran["as-user"].check_refusal((2,), r"CAP_SYS_BOOT|EPERM|as root")
    ran["stale-initrd"].check_refusal((1,), r"second\.cpio\.gz: is not the initrd")
    ran["arm64-plan"].check_refusal((1,), r"is for arm64 \(aarch64\), this machine is x86_64")
    ran["crash-without-memory"].check_refusal((1,), r"crashkernel=")
    ran["force-dtb"].check_refusal((2,), r"KEXEC_FILE_FORCE_DTB, which came with Linux 6\.18")


@test("x86-load", ahead=prepared)
def x86_load():
    """From sealed copies, and from the files themselves."""
    ran = commands()[0]
    ran["load"].check((0,), loaded=True)
    ran["original"].check((0,), loaded=True)


@test("x86-unload", ahead=prepared)
def x86_unload():
    """The record of a load tells the plan, also of a load by kexec_file_load."""
    ran, _ = commands()
    folder, _ = plans("x86-6.1-cloud")
    identity = run_kplan("show", "plan.json", "--id", folder=folder).strip()
    check(identity[:16] in ran["status"].out, f"status doesn't tell plan {identity}:\n{ran['status'].out}")
    ran["unload"].check((0,), loaded=False)
    after = ran["status-after"].out
    check(re.search(r"next kernel +none loaded", after), f"status after unload:\n{after}")


CRASH = """
mkdir /run
run force-dtb kplan apply /kplan/force-dtb.json --inputs /kplan/inputs
run crash-first kplan apply /kplan/crash.json --inputs /kplan/inputs
run crash-unload kplan unload --crash
echo "KPLAN-CRASH-LOADED $(cat /sys/kernel/kexec_crash_loaded)"
run crash kplan apply /kplan/crash.json --inputs /kplan/inputs
echo "KPLAN-CRASH-LOADED $(cat /sys/kernel/kexec_crash_loaded)"
dmesg -n 8
echo c > /proc/sysrq-trigger
"""


@test("x86-crash-kernel", ahead=prepared)
def x86_crash_kernel():
    """A crash kernel is loaded and the machine panics: the crash kernel says the token, and has a vmcore."""
    kernel = "x86-7-cloud"
    _, token = plans(kernel)
    with boot(kernel, "crash", payload(kernel, CRASH), CRASH_MEMORY) as machine:
        # This kernel knows the flag, and has no device tree that it could pass on. What is loaded stays so.
        Ran(machine, "force-dtb").check((0,), loaded=True)
        Ran(machine, "crash-first").check((0,), loaded=True)
        Ran(machine, "crash-unload").check((0,), loaded=True)
        machine.expect(r"^KPLAN-CRASH-LOADED 0$", within=PATIENCE)
        Ran(machine, "crash").check((0,), loaded=True)
        found = machine.expect(
            r"^KPLAN-CRASH-LOADED 1$",
            r"Kernel panic - not syncing: sysrq triggered crash",
            expect_init(kernel),
            rf"^KPLAN-SECOND kplan\.token={token}$",
            r"^KPLAN-VMCORE 7f454c46$",
            within=PATIENCE,
            trouble=(),
        )
    return f"the crash kernel's /init {found[3][0].time - found[1][0].time:.1f} s after the panic"


LOCKED_DOWN = """
mount -t securityfs none /sys/kernel/security
echo "KPLAN-LOCKDOWN $(cat /sys/kernel/security/lockdown)"
run locked-down $apply
"""


@test("x86-lockdown", ahead=prepared)
def x86_lockdown():
    """Debian's kernel is signed by a key that only Secure Boot makes trusted: a locked down kernel refuses it."""
    kernel = "x86-7-cloud"
    with boot(kernel, "lockdown", payload(kernel, LOCKED_DOWN), "lockdown=integrity") as machine:
        machine.expect(r"^KPLAN-LOCKDOWN none \[integrity\] confidentiality$", within=PATIENCE)
        ran = Ran(machine, "locked-down")
        ran.check_refusal((2,), r"the kernel is locked down \(integrity\).*a key signed which it trusts")
        check("kexec of unsigned images is restricted" in ran.err, f"no line of the kernel's log:\n{ran.err}")
