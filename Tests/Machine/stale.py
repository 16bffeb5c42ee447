"""A plan on a machine that has changed since: what moved is named, nothing is loaded, and a new plan for it boots."""

import re

from commands import RUN, Ran
from harness import PATIENCE, check, once, test
from kexec import SIMPLEST, expect_second_kernel, payload, plan

# The plan was made without a crash kernel, which now has the memory that the segments would go to.
CHANGE = "crashkernel=256M"

COMMANDS = (
    RUN
    + """
run check kplan apply /kplan/plan.json --check --inputs /kplan/inputs
run check-json kplan apply /kplan/plan.json --check --json
run check-as-user su user -s /bin/sh -c "PATH=$PATH kplan apply /kplan/plan.json --check"
run apply $apply
run replan-unasked $apply --replan -o /tmp/new.json
run check-new kplan apply /tmp/new.json --check
run diff kplan diff /kplan/plan.json /tmp/new.json
dmesg -n 8
echo "KPLAN-REPLAN"
kplan apply /kplan/plan.json --inputs /kplan/inputs --replan --yes --exec
echo "KPLAN-REPLAN-RETURNED status=$?"
"""
)


@once
def commands():
    folder, document, token = plan(SIMPLEST)
    with SIMPLEST.boot("stale", payload(folder, COMMANDS), CHANGE) as machine:
        ran = Ran.all(machine, COMMANDS)
        machine.expect(r"^KPLAN-REPLAN$", within=PATIENCE)
        text = expect_second_kernel(machine, SIMPLEST, token, (r"KPLAN-REPLAN-RETURNED",))
        return ran, document, text


# `purgatory 0x7abe0000–0x7abeffff is now "Crash kernel" 0x6a000000–0x79ffffff`
# or, on a console without UTF-8, with "-".
SPAN = r"0x[0-9a-f]+[–-]0x[0-9a-f]+"
MOVED = rf'(kernel|initrd|dtb|purgatory|page-tables) {SPAN} is now "Crash kernel" {SPAN}'


@test("stale-check")
def stale_check():
    """--check names what moved, loads nothing, and needs root for the addresses alone."""
    ran, _, _ = commands()
    ran["check"].check((1,), loaded=False)
    check(re.search(rf"^  no  memory +{MOVED}$", ran["check"].out, re.M), f"nothing is named:\n{ran['check'].out}")
    check("  note  device-tree" in ran["check"].out, f"another tree on the same machine:\n{ran['check'].out}")
    ran["check-json"].check((1,), loaded=False)
    check('"fits": false' in ran["check-json"].out, ran["check-json"].out)
    ran["check-as-user"].check((2,), loaded=False)
    check("run kplan as root" in ran["check-as-user"].out, ran["check-as-user"].out)


@test("stale-apply")
def stale_apply():
    commands()[0]["apply"].check_refusal((1,), MOVED)


@test("stale-replan")
def stale_replan():
    """A new plan is shown, and loaded only when that is asked for; it fits, and its kernel boots."""
    ran, _, text = commands()
    ran["replan-unasked"].check((1,), loaded=False)
    for out in (ran["replan-unasked"].out, ran["diff"].out):
        check(re.search(r"^  memory +\+ Crash kernel 0x", out, re.M), f"the reservation is no cause:\n{out}")
        check(re.search(r"^  kernel +moved 0x", out, re.M), f"the kernel has not moved:\n{out}")
    check("--yes" in ran["replan-unasked"].err, ran["replan-unasked"].err)
    ran["diff"].check((1,), loaded=False)
    ran["check-new"].check((0,), loaded=False)
    return text
