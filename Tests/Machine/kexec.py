"""Guests that kexec by a plan: what a machine is made of, how a plan of it is made and applied."""

import base64
import contextlib
import functools
import gzip
import hashlib
import io
import json
import re
import secrets
import shutil
import tarfile

import guest
import report
from harness import ARM64, CACHE, CONSOLE, PATIENCE, TESTS, WORK, check, once, run_kplan, test
from initrd import busybox_archive

# The first kernel's initrd always has this size, whatever is in it: its memory is then reserved in
# the same place when facts are captured and when they are used. What the kernel itself reserves at
# the top of memory still moves by a page from boot to boot.
INITRD_SIZE = 80 << 20


class Configuration:
    """A machine with a kernel; the second kernel is the same as the first."""

    def __init__(self, kernel, machine, page_size="4K"):
        self.name = f"{kernel.removesuffix('-cloud')}-{machine.name}"
        self.machine = machine
        self.page_size = page_size
        self.kernel = CACHE / "kernels" / kernel / "vmlinuz"
        self.work = WORK / self.name

    @property
    def release(self):
        """What the kernel calls itself."""
        return (self.kernel.parent / "release").read_text().strip()

    @contextlib.contextmanager
    def boot(self, what, payload, more=""):
        """A guest whose initrd has the payload (path → bytes, or (link target,)) beside busybox, with more words on
        the kernel's command line."""
        self.work.mkdir(parents=True, exist_ok=True)
        archive = busybox_archive(busybox())
        for path, content in payload.items():
            if isinstance(content, tuple):
                archive.link(path, *content)
            else:
                archive.program(path, content)
        initrd = self.work / f"{what}.cpio"
        initrd.write_bytes(archive.finished(INITRD_SIZE))
        with guest.Guest(guest.linux(self.machine, self.kernel, initrd, more), self.work / f"{what}.log") as machine:
            yield machine
        initrd.unlink()


CONFIGURATIONS = [
    Configuration(kernel, machine)
    for kernel in ("6.1-cloud", "7-cloud")
    for machine in (guest.EL1, guest.EL2, guest.EL2_E2H)
]
SIMPLEST = CONFIGURATIONS[0]
# Where the second kernel has kplan too.
WITH_STATUS = CONFIGURATIONS[1]


@once
def busybox():
    return (CACHE / "busybox-arm64/busybox").read_bytes()


CAPTURE = """
mkdir /tmp/facts
cat /proc/iomem > /tmp/facts/iomem
cat /sys/firmware/fdt > /tmp/facts/fdt
uname -a > /tmp/facts/uname
tar -C /tmp/facts -czf /tmp/facts.tar.gz .
echo "KPLAN-FACTS $(sha256sum < /tmp/facts.tar.gz | cut -d' ' -f1)"
base64 /tmp/facts.tar.gz
echo "KPLAN-FACTS-END"
"""


def expect_init(configuration):
    """What the /init of this configuration's kernel says first."""
    return rf"^KPLAN-INIT up=[0-9.]+ release={re.escape(configuration.release)} pages={configuration.page_size}$"


@once
def inputs(configuration):
    """Captures a machine's facts: the folder with all that a plan of it is made of."""
    with configuration.boot("capture", {"kplan/run.sh": CAPTURE.encode()}) as machine:
        _, (begin, announced), (end, _) = machine.expect(
            expect_init(configuration), r"^KPLAN-FACTS ([0-9a-f]{64})$", r"^KPLAN-FACTS-END$", within=PATIENCE
        )
        text = machine.between(begin, end)
        packed = base64.b64decode(text)
        if hashlib.sha256(packed).hexdigest() != announced[1]:
            raise machine.failure("the facts did not come over the console unharmed (SHA-256 differs)")

    # One folder with everything by its name in the plan, as a person would have it.
    folder = configuration.work / "inputs"
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(packed)) as facts:
        for name in ("iomem", "fdt", "uname"):
            (folder / name).write_bytes(facts.extractfile(f"./{name}").read())
    shutil.copyfile(configuration.kernel, folder / "vmlinuz")
    archive = busybox_archive(busybox())
    if configuration is WITH_STATUS:
        archive.program("kplan/kplan", (ARM64 / "kplan").read_bytes())
    second = gzip.compress(archive.finished(), mtime=0)
    (folder / "second.cpio.gz").write_bytes(second)
    return folder


@once
def plan(configuration, granule=None):
    """Makes a plan of a machine here: the folder with the plan and its inputs, the plan itself,
    and the token that the second kernel will say."""
    folder = configuration.work / f"plan{'-' + granule if granule else ''}"
    shutil.copytree(inputs(configuration), folder)
    token = secrets.token_hex(8)
    more = ("--granule", granule) if granule else ()
    run_kplan(*make_arguments(token, "plan.json", *more), folder=folder)
    return folder, json.loads((folder / "plan.json").read_text()), token


def command_line(token):
    return f"console=ttyAMA0 panic=-1 earlycon={CONSOLE} kplan.token={token}"


def make_arguments(token, output, *more):
    return (
        "make", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz", "--dtb", "fdt", "--memory-map", "iomem",
        "--command-line", command_line(token), "--console", CONSOLE, "-o", output, *more,
    )  # fmt: skip


@test("same-plan-on-arm64")
def same_plan_on_arm64():
    """The arm64 kplan, of another compiler and with another C library, makes the same bytes."""
    folder, _, token = plan(SIMPLEST)
    run_kplan(
        *make_arguments(token, "plan-arm64.json"),
        folder=folder,
        program=("qemu-aarch64-static", ARM64 / "kplan"),
    )
    check(
        (folder / "plan.json").read_bytes() == (folder / "plan-arm64.json").read_bytes(),
        f"the plans differ: diff {folder}/plan.json {folder}/plan-arm64.json",
    )


INPUTS = ("vmlinuz", "second.cpio.gz", "fdt", "iomem")


def payload(folder, script, *more_inputs):
    """What a guest needs to apply a plan."""
    return {
        "kplan/run.sh": script.encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/plan.json": (folder / "plan.json").read_bytes(),
        **{f"kplan/inputs/{name}": (folder / name).read_bytes() for name in (*INPUTS, *more_inputs)},
    }


def expect_second_kernel(machine, configuration, token, never, granule=None):
    """From the jump to the second kernel's /init; returns a text with the times."""
    (jump, _), _, (verified, _), (boot, _), _, (second, _) = machine.expect(
        r"Starting new kernel",
        rf"purgatory: {configuration.machine.level}, MMU on, {granule or '4K'} granule",
        r"purgatory: [0-9]+ segments, [0-9]+ bytes verified, MMU on",
        r"Booting Linux on physical CPU",
        expect_init(configuration),
        rf"^KPLAN-SECOND kplan\.token={token}$",
        within=PATIENCE,
        never=(*never, r"purgatory: stopped", r"SHA-256 mismatch"),
    )
    differences = report.differences(machine, configuration.machine.level, within=PATIENCE)
    check(not differences, "\n".join(differences))
    if configuration is WITH_STATUS:
        machine.expect(report.status_line(machine), within=PATIENCE)
    return (
        f"verified {verified.time - jump.time:.1f} s after the jump, "
        f"second kernel {boot.time - jump.time:.1f} s, its /init {second.time - jump.time:.1f} s"
    )


def check_placement(segments, iomem):
    """Every segment is in System RAM and touches nothing that this boot of the machine has taken.

    Written without kplan's code, and on the map of the boot that loads, not of the one captured:
    kexec_load itself checks neither.
    """
    ram, taken = [], []
    for line in iomem.splitlines():
        match = re.match(r"( *)([0-9a-f]+)-([0-9a-f]+) : (.*)", line)
        check(match, f"/proc/iomem has a line that is not a range: {line!r}")
        span = (int(match[2], 16), int(match[3], 16) + 1)
        if match[4] == "System RAM":
            ram.append(span)
        # The first kernel's own text and data are free for the second: it is gone by then.
        elif match[1] and match[4] not in ("Kernel code", "Kernel data"):
            taken.append((*span, match[4]))
    check(ram, "/proc/iomem shows no System RAM")
    for segment in segments:
        start = int(segment["address"], 16)
        end = start + int(segment["memory_size"], 16)
        what = f"segment {segment['role']}, 0x{start:x}-0x{end:x},"
        check(any(low <= start and end <= high for low, high in ram), f"{what} is not in System RAM:\n{iomem}")
        for low, high, name in taken:
            check(end <= low or high <= start, f"{what} overlaps '{name}', 0x{low:x}-0x{high:x}:\n{iomem}")


def kexec(configuration, granule=None):
    """A plan made on this machine is applied on the guest, and the second kernel says its token."""
    folder, document, token = plan(configuration, granule)
    script = """
echo "KPLAN-IOMEM"
cat /proc/iomem
echo "KPLAN-IOMEM-END"
dmesg -n 8
echo "KPLAN-APPLY"
kplan apply /kplan/plan.json --inputs /kplan/inputs --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""
    what = f"kexec{'-' + granule if granule else ''}"
    with configuration.boot(what, payload(folder, script)) as machine:
        never = (r"KPLAN-APPLY-RETURNED",)
        (iomem, _), (iomem_end, _), (begin, _) = machine.expect(
            r"^KPLAN-IOMEM$", r"^KPLAN-IOMEM-END$", r"^KPLAN-APPLY$", within=PATIENCE, never=never
        )
        check_placement(document["segments"], machine.between(iomem, iomem_end))
        text = expect_second_kernel(machine, configuration, token, never, granule)
        jump = machine.first(r"Starting new kernel")
        return f"loaded in {jump.time - begin.time:.1f} s, {text}"


for configuration in CONFIGURATIONS:
    TESTS[f"kexec-{configuration.name}"] = functools.partial(kexec, configuration)
