"""kplan's commands on a machine, in one guest for all of them."""

import re

from harness import PATIENCE, ROOT, check, flipped, once, run_kplan, test
from kexec import INPUTS, SIMPLEST, payload, plan

# run NAME COMMAND...: the command's output, status, and whether an image is loaded afterwards.
RUN = """
run() {
    local name=$1
    shift
    "$@" > /tmp/out 2> /tmp/err
    local status=$?
    awk -v name="$name" '{ print "KPLAN-OUT " name " " $0 }' /tmp/out
    awk -v name="$name" '{ print "KPLAN-ERR " name " " $0 }' /tmp/err
    echo "KPLAN-RAN $name status=$status loaded=$(cat /sys/kernel/kexec_loaded)"
}
apply="kplan apply /kplan/plan.json --inputs /kplan/inputs"
"""

COMMANDS = (
    RUN
    + """
run dry-run $apply --dry-run
run stale-initrd kplan apply /kplan/plan.json --inputs /kplan/stale
run file-load-not-built-in kplan apply /kplan/files.json --inputs /kplan/inputs
run x86-plan kplan apply /kplan/x86.json --inputs /kplan/inputs
run load $apply
"""
)

class Ran:
    """What a command on a guest did."""

    def __init__(self, machine, name):
        ((_, match),) = machine.expect(rf"^KPLAN-RAN {name} status=([0-9]+) loaded=([01])$", within=PATIENCE)
        self.name = name
        self.status = int(match[1])
        self.loaded = match[2] == "1"
        self.out = machine.text(rf"^KPLAN-OUT {name} (.*)$")
        self.err = machine.text(rf"^KPLAN-ERR {name} (.*)$")

    @classmethod
    def all(cls, machine, script):
        """What each `run` of a script did, by its name."""
        return {name: cls(machine, name) for name in re.findall(r"^run ([a-z0-9-]+) ", script, re.MULTILINE)}

    def check(self, statuses, loaded):
        seen = f"standard error:\n{self.err}\nstandard output:\n{self.out}"
        check(
            self.status in statuses,
            f"{self.name}: status {self.status}, expected {' or '.join(map(str, statuses))}; {seen}",
        )
        check(
            self.loaded == loaded,
            f"{self.name}: /sys/kernel/kexec_loaded is {int(self.loaded)}, expected {int(loaded)}; {seen}",
        )

    def check_refusal(self, statuses, message, loaded=False):
        """Nothing is loaded but what was before, and standard error says why, once."""
        self.check(statuses, loaded)
        check(
            re.search(message, self.err),
            f"{self.name}: standard error says nothing that matches /{message}/:\n{self.err}",
        )
        errors = [line for line in self.err.splitlines() if line.startswith("kplan: ")]
        check(len(errors) == 1, f"{self.name}: {len(errors)} messages of kplan, expected one:\n{self.err}")
        check(
            not re.search(r"Fatal error|Backtrace|Illegal instruction|\bat /", self.err),
            f"{self.name}: standard error shows a crash:\n{self.err}",
        )


@once
def commands():
    folder, _, _ = plan(SIMPLEST)
    files = payload(folder, COMMANDS)
    files["kplan/stale/second.cpio.gz"] = flipped(files["kplan/inputs/second.cpio.gz"])
    for name in INPUTS:
        files.setdefault(f"kplan/stale/{name}", (f"../inputs/{name}",))
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "vmlinuz", "--command-line", "quiet", "-o", "files.json",
        folder=folder,
    )  # fmt: skip
    files["kplan/files.json"] = (folder / "files.json").read_bytes()
    files["kplan/x86.json"] = (ROOT / "Tests/Golden/sample-file-load-plan.json").read_bytes()
    with SIMPLEST.boot("commands", files) as machine:
        return Ran.all(machine, COMMANDS)


@test("dry-run")
def dry_run():
    """The layout is shown, nothing is loaded."""
    ran = commands()["dry-run"]
    ran.check((0,), loaded=False)
    _, document, _ = plan(SIMPLEST)
    for segment in document["segments"]:
        check(
            segment["role"] in ran.out and segment["address"].removeprefix("0x") in ran.out,
            f"the layout does not show segment {segment['role']} at {segment['address']}:\n{ran.out}",
        )


@test("load-without-exec")
def load_without_exec():
    commands()["load"].check((0,), loaded=True)


@test("apply-stale-initrd")
def apply_stale_initrd():
    """The initrd is not the one that the plan was made of."""
    commands()["stale-initrd"].check_refusal((1,), r"second\.cpio\.gz: is not the initrd")


@test("apply-plan-of-x86")
def apply_plan_of_x86():
    commands()["x86-plan"].check_refusal((1,), r"is for x86_64, this machine is aarch64")


@test("apply-file-load-not-built-in")
def apply_file_load_not_built_in():
    """Debian's arm64 kernels have no kexec_file_load."""
    commands()["file-load-not-built-in"].check_refusal((2,), r"(?s)kexec_file_load.*CONFIG_KEXEC_FILE")
