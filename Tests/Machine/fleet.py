"""One plan for machines of two sizes, each of which gives its own device tree when the plan is applied there."""

import gzip
import json
import secrets
import shutil
from dataclasses import dataclass

import guest
from capture import file_of
from commands import RUN, Ran
from harness import ARM64, CONSOLE, PATIENCE, WORK, check, once, run_kplan, test
from initrd import busybox_archive
from kexec import Configuration, busybox, command_line, expect_init, expect_second_kernel


@dataclass(frozen=True)
class Sized(guest.Machine):
    """A machine with so much memory (MiB) and so many CPUs."""

    megabytes: int = 1024
    cpus: int = 1

    def arguments(self, memory):
        return (
            "-M", self.options, "-cpu", self.cpu, "-m", str(self.megabytes), "-smp", str(self.cpus),
            "-accel", "tcg,thread=multi",
        )  # fmt: skip


OPTIONS = "virt,gic-version=3,its=off"
SMALL = Sized("fleet-small", "cortex-a72", OPTIONS, "EL1")
LARGE = Sized("fleet-large", "cortex-a72", OPTIONS, "EL1", megabytes=2048, cpus=2)
MACHINES = [Configuration("6.1-cloud", machine) for machine in (SMALL, LARGE)]

CAPTURE = """
dmesg -n 1
kplan capture -o /tmp/machine.json
gzip -c /tmp/machine.json > /tmp/machine.gz
echo "KPLAN-FILE machine $(sha256sum < /tmp/machine.gz | cut -d' ' -f1)"
base64 /tmp/machine.gz
echo "KPLAN-FILE-END machine"
"""

# As /init does without a script, and what the kernel believes to have.
SECOND = """
for word in $(cat /proc/cmdline); do
    case $word in kplan.token=*) echo "KPLAN-SECOND $word" ;; esac
done
echo "KPLAN-REPORT $(hexdump -v -e '1/1 "%02x"' /sys/firmware/devicetree/base/chosen/kplan,purgatory-report)"
echo "KPLAN-HAS cpus=$(grep -c ^processor /proc/cpuinfo) kilobytes=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)"
"""

APPLY = (
    RUN
    + """
run check kplan apply /kplan/plan.json --inputs /kplan/inputs --check
run dry-run kplan apply /kplan/plan.json --inputs /kplan/inputs --dry-run
dmesg -n 8
kplan apply /kplan/plan.json --inputs /kplan/inputs --exec
echo "KPLAN-RETURNED status=$?"
"""
)


@once
def plan():
    """The folder with the plan of both, and the token of its second kernel."""
    folder = WORK / "fleet"
    folder.mkdir(parents=True)
    captures = []
    for configuration in MACHINES:
        files = {"kplan/run.sh": CAPTURE.encode(), "kplan/kplan": (ARM64 / "kplan").read_bytes()}
        with configuration.boot("capture", files) as machine:
            machine.expect(expect_init(configuration), within=PATIENCE)
            name = f"{configuration.machine.name}.json"
            (folder / name).write_bytes(file_of(machine, "machine"))
            captures.append(name)
    shutil.copyfile(MACHINES[0].kernel, folder / "vmlinuz")
    archive = busybox_archive(busybox())
    archive.program("kplan/run.sh", SECOND.encode())
    (folder / "second.cpio.gz").write_bytes(gzip.compress(archive.finished(), mtime=0))
    token = secrets.token_hex(8)

    def make(*more):
        machines = [word for name in captures for word in ("--machine", name)]
        return run_kplan(
            "make", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz", *machines, "--console", CONSOLE,
            "--command-line", command_line(token), "-o", "plan.json", *more, folder=folder,
        )  # fmt: skip

    make("--dtb", "live")
    return folder, token


def boots(configuration):
    folder, token = plan()
    files = {
        "kplan/run.sh": APPLY.encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/plan.json": (folder / "plan.json").read_bytes(),
        # No capture: each machine says itself what it is.
        **{f"kplan/inputs/{name}": (folder / name).read_bytes() for name in ("vmlinuz", "second.cpio.gz")},
    }
    with configuration.boot("live", files) as machine:
        ran = Ran.all(machine, APPLY)
        ran["check"].check((0,), loaded=False)
        ran["dry-run"].check((0,), loaded=False)
        text = expect_second_kernel(machine, configuration, token, (r"KPLAN-RETURNED",))
        ((_, has),) = machine.expect(r"^KPLAN-HAS cpus=([0-9]+) kilobytes=([0-9]+)$", within=PATIENCE)
    cpus, kilobytes = int(has[1]), int(has[2])
    due = configuration.machine
    check(cpus == due.cpus, f"the second kernel has {cpus} CPUs of {due.cpus}")
    check(
        (due.megabytes - 128) << 10 < kilobytes <= due.megabytes << 10,
        f"the second kernel has {kilobytes} KiB of RAM, the machine {due.megabytes} MiB",
    )
    return f"{cpus} CPUs, {kilobytes >> 10} MiB; {text}"


@test("live-tree-small")
def live_tree_small():
    """A plan for both boots the machine with 1 GiB and a CPU, with what it has."""
    return boots(MACHINES[0])


@test("live-tree-large")
def live_tree_large():
    """The same plan boots the machine with 2 GiB and two CPUs, with all of that."""
    return boots(MACHINES[1])


@test("live-tree-plan")
def live_tree_plan():
    """The plan has its segments in what both have, and a row for each machine."""
    folder, _ = plan()
    document = json.loads((folder / "plan.json").read_text())
    check(document["device_tree"]["source"] == "live", "the device tree is not live")
    check([item["role"] for item in document["inputs"]].count("machine") == 2, "there are not two machines")
    ram = sum(int(item["end"], 16) - int(item["start"], 16) for item in document["machine"]["memory"])
    check(ram <= SMALL.megabytes << 20, f"{ram} bytes of RAM in common")
