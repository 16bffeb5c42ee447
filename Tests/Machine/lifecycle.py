"""What is loaded, and who knows: apply, unload and status one after the other, at once, and killed in between; the jump."""

import json
import random
import re
import secrets
import shutil

import fileload
import pages
from commands import RUN, Ran
from harness import ARM64, CONSOLE, PATIENCE, check, flipped, once, run_kplan, test
from kexec import INPUTS, command_line, expect_init, inputs

# Small, so that a load takes a moment; with kexec_load and kexec_file_load.
CONFIGURATION = fileload.SMALL_PAGES[0]
LOADS = 50  # in each of two halves
KILLS = 50


class Planned:
    """A plan, with what tells it from others when it is loaded."""

    def __init__(self, folder, name, *options):
        self.name = name
        self.token = secrets.token_hex(8)
        run_kplan(
            "make", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz", "--dtb", "fdt", "--memory-map", "iomem",
            "--command-line", command_line(self.token), "--console", CONSOLE, *options, "-o", f"{name}.json",
            folder=folder,
        )  # fmt: skip
        self.file = (folder / f"{name}.json").read_bytes()
        self.entry = json.loads(self.file)["entry"]
        self.id = run_kplan("show", "--id", f"{name}.json", folder=folder).strip()


@once
def plans():
    """Two plans of the same inputs at different places, and the folder that they are in."""
    pages.built_kernels()
    folder = CONFIGURATION.work / "lifecycle"
    shutil.copytree(inputs(CONFIGURATION), folder)
    first, second = Planned(folder, "a"), Planned(folder, "b", "--mem-max", "0x70000000")
    check(first.entry != second.entry, f"both plans enter {first.entry}, and could not be told from each other")
    return folder, first, second


def payload(script):
    folder, *both = plans()
    return {
        "kplan/run.sh": (RUN + START + script).encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/loaded-entry": (ARM64 / "loaded-entry").read_bytes(),
        **{f"kplan/{planned.name}.json": planned.file for planned in both},
        **{f"kplan/inputs/{name}": (folder / name).read_bytes() for name in INPUTS},
        "kplan/stale.cpio.gz": flipped((folder / "second.cpio.gz").read_bytes()),
    }


START = """
a() { kplan apply /kplan/a.json --inputs /kplan/inputs "$@"; }
b() { kplan apply /kplan/b.json --inputs /kplan/inputs "$@"; }
stale() { kplan apply /kplan/b.json --inputs /kplan/inputs --initrd /kplan/stale.cpio.gz "$@"; }
"""

COMMANDS = """
run without-run a
run without-run-status kplan status
mkdir /run
run unrecorded kplan status
run unload-unrecorded kplan unload
run unload-nothing kplan unload
run unload-no-crash-kernel kplan unload --crash
run load a
run load-status kplan status
run load-json kplan status --json
run replace b
run replace-status kplan status
run stale-exec stale --exec
run stale-status kplan status
run unload kplan unload
run unload-status kplan status
run unload-user su user -s /bin/sh -c "PATH=$PATH kplan unload --crash"
run load-again a
run unload-as-user su user -s /bin/sh -c "PATH=$PATH kplan unload"

apply="kplan apply --inputs /kplan/inputs"
$apply /kplan/a.json --exec --exec-delay 600 > /tmp/delay.out 2> /tmp/delay.err &
delayed=$!
until grep -q 'jumps in' /tmp/delay.err; do usleep 100000; done
echo "KPLAN-DELAYED $delayed"
run locked-out b
run unload-locked-out kplan unload
kill -TERM $delayed
wait $delayed
echo "KPLAN-CALLED-OFF status=$? loaded=$(cat /sys/kernel/kexec_loaded) $(tail -n 1 /tmp/delay.err)"

for round in 1 2 3 4 5 6; do
    a 2> /tmp/race.a & first=$!
    b 2> /tmp/race.b & second=$!
    wait $first; one=$?
    wait $second; two=$?
    cat /tmp/race.a /tmp/race.b | sed 's/^/KPLAN-RACE-ERR /'
    echo "KPLAN-RACE a=$one b=$two entry=$(loaded-entry) json=$(kplan status --json | tr -d '\\n')"
done

mkdir -p /run/systemd/system
printf '#!/bin/sh\\necho "$@" > /tmp/systemctl\\nexit $(cat /tmp/answer)\\n' > /bin/systemctl
chmod 755 /bin/systemctl
echo 0 > /tmp/answer
run by-systemd a --exec
echo "KPLAN-SYSTEMCTL $(cat /tmp/systemctl)"
echo 5 > /tmp/answer
run systemctl-fails a --exec
rm /bin/systemctl
run no-systemctl a --exec --exec-delay 1
run b-at-last b
echo "KPLAN-FORCE $(ls -A /run/kplan | tr '\\n' ' ')"
b --exec --force
echo "KPLAN-RETURNED $?"
"""


def status_line(ran, name):
    """A line of `kplan status`, without its name."""
    match = re.search(rf"(?m)^  {name} +(.*)$", ran.out)
    check(match, f"{ran.name}: kplan status has no line {name}:\n{ran.out}")
    return match[1]


def expect_status(machine, name, expected):
    ran = Ran(machine, name)
    ran.check((1,), loaded=expected != "none loaded")
    seen = status_line(ran, "next kernel")
    check(seen == expected, f"{name}: the next kernel is said to be: {seen}\n  expected: {expected}")


def of(planned):
    return f"plan {planned.id[:16]} (/kplan/{planned.name}.json), by kexec_load, as kplan's record has it"


def says(ran, statuses, loaded, text):
    ran.check(statuses, loaded)
    check(text in ran.err, f"{ran.name}: standard error doesn't say {text!r}:\n{ran.err}")


@test("lifecycle")
def lifecycle():
    """Load, replace, unload, lock out, call off, race, systemd or not; at the end the jump that --force makes."""
    _, a, b = plans()
    with CONFIGURATION.boot("lifecycle", payload(COMMANDS)) as machine:
        says(Ran(machine, "without-run"), (0,), True, "kplan: note: /run: open: No such file or directory (ENOENT)")
        expect_status(machine, "without-run-status", "loaded by someone else: kplan has no record of it")
        expect_status(machine, "unrecorded", "loaded by someone else: kplan has no record of it")
        says(Ran(machine, "unload-unrecorded"), (0,), False, "kplan: unloaded the kernel, by kexec_file_load")
        says(Ran(machine, "unload-nothing"), (0,), False, "kplan: no kernel is loaded: nothing to do")
        says(Ran(machine, "unload-no-crash-kernel"), (0,), False, "kplan: no crash kernel is loaded: nothing to do")
        says(Ran(machine, "load"), (0,), True, f"kplan: loaded /kplan/a.json (plan {a.id[:16]})")
        expect_status(machine, "load-status", of(a))
        document = json.loads(Ran(machine, "load-json").out)
        origin = {
            "record": "plan", "may_be_other": False,
            "plans": [{"id": a.id, "path": "/kplan/a.json", "method": "kexec_load", "type": "normal"}],
        }  # fmt: skip
        check(document["kernel_origin"] == origin, f"status --json: {document}")
        check(document["crash_memory"] == "0x0", f"status --json: {document}")
        Ran(machine, "replace").check((0,), loaded=True)
        expect_status(machine, "replace-status", of(b))
        Ran(machine, "stale-exec").check((1,), loaded=True)
        expect_status(machine, "stale-status", of(b))
        says(
            Ran(machine, "unload"), (0,), False,
            f"kplan: unloaded the kernel, plan {b.id[:16]} (/kplan/b.json), by kexec_file_load",
        )  # fmt: skip
        expect_status(machine, "unload-status", "none loaded")
        Ran(machine, "unload-user").check((0,), loaded=False)
        Ran(machine, "load-again").check((0,), loaded=True)
        Ran(machine, "unload-as-user").check_refusal((2,), "CAP_SYS_BOOT", loaded=True)

        ((_, delayed),) = machine.expect(r"^KPLAN-DELAYED ([0-9]+)$", within=PATIENCE)
        busy = f"kplan: another kplan (pid {delayed[1]}, apply of plan {a.id[:16]} (/kplan/a.json)) is changing"
        says(Ran(machine, "locked-out"), (2,), True, busy)
        says(Ran(machine, "unload-locked-out"), (2,), True, busy)
        machine.expect(
            r"^KPLAN-CALLED-OFF status=3 loaded=1 kplan: .*plan\.json: is loaded, but not executed: called off by SIGTERM$",
            within=PATIENCE,
        )
        races = check_races(machine, a, b)

        says(Ran(machine, "by-systemd"), (0,), True, "kplan: systemd shuts this system down, and jumps then")
        machine.expect(r"^KPLAN-SYSTEMCTL kexec$", within=PATIENCE)
        says(Ran(machine, "systemctl-fails"), (3,), True, "systemctl kexec ended with status 5; --force")
        says(Ran(machine, "no-systemctl"), (3,), True, "systemctl kexec could not be run: No such file or directory")
        Ran(machine, "b-at-last").check((0,), loaded=True)
        # No temporary file is left.
        machine.expect(
            r"^KPLAN-FORCE loaded\.json lock $",
            r"purgatory: [0-9]+ segments, [0-9]+ bytes verified, MMU on",
            expect_init(CONFIGURATION),
            rf"^KPLAN-SECOND kplan\.token={b.token}$",
            within=PATIENCE,
            never=(r"KPLAN-RETURNED",),
        )
    return races


def check_races(machine, a, b):
    """Two applies at once: one may be locked out, and says so; what is loaded is what status says."""
    locked_out = 0
    for _ in range(6):
        ((_, race),) = machine.expect(
            r"^KPLAN-RACE a=([0-9]+) b=([0-9]+) entry=(0x[0-9a-f]+) json=(.*)$", within=PATIENCE
        )
        ends = (race[1], race[2])
        check(ends in (("0", "0"), ("0", "2"), ("2", "0")), f"two applies at once ended with {ends}")
        locked_out += ends != ("0", "0")
        document = json.loads(race[4])
        loaded = {a.entry: a, b.entry: b}[race[3]]
        said = [plan["id"] for plan in document["kernel_origin"]["plans"]]
        check(said == [loaded.id], f"loaded is {loaded.name}, status says {document}")
        if ends != ("0", "0"):
            winner = a if ends == ("0", "2") else b
            check(loaded is winner, f"{winner.name} went through, loaded is {loaded.name}")
    check(locked_out > 0, "two applies at once never met")
    errors = machine.text(r"^KPLAN-RACE-ERR (.*)$")
    check(errors.count("is changing what is loaded") >= locked_out, f"who was locked out did not say so:\n{errors}")
    return f"of 6 pairs of applies at once, {locked_out} met"


MEMORY = """
memory() {
    sync
    echo 3 > /proc/sys/vm/drop_caches
    usleep 500000
    free=$(awk '/^MemFree:/ { print $2 }' /proc/meminfo)
    # Pages that a CPU keeps for itself are free, and up to 40 MiB of them not in MemFree.
    kept=$(awk '/^ +count:/ { pages += $2 } END { print pages * 4 }' /proc/zoneinfo)
    echo "KPLAN-MEMORY $((free + kept)) $(awk '/^Slab:/ { print $2 }' /proc/meminfo) $(cut -f1 /proc/sys/fs/file-nr)"
}
mkdir /run
loads() {
    local count=0
    while [ $count -lt LOADS ]; do
        count=$((count + 1))
        case $((count % 2)) in 0) a ;; *) b ;; esac > /tmp/out 2>&1 || cat /tmp/out
        [ $((count % 5)) != 0 ] || kplan unload > /tmp/out 2>&1 || cat /tmp/out
    done
    kplan unload > /tmp/out 2>&1
    echo "KPLAN-LOADED loaded=$(cat /sys/kernel/kexec_loaded)"
}
a
kplan unload
memory
loads
memory
loads
memory
echo "KPLAN-LEFT $(ls -A /run/kplan | tr '\\n' ' ')"
""".replace("LOADS", str(LOADS))

# What may be gone after 50 loads, in KiB: less than 5 pages a load, where an image has 2000.
TOLERANCE = 1000


@test("lifecycle-100-loads")
def hundred_loads():
    """The second 50 loads, with unloads between them, leave no more memory and no more open files behind."""
    with CONFIGURATION.boot("loads", payload(MEMORY)) as machine:
        seen = []
        for _ in range(3):
            ((line, match),) = machine.expect(
                r"^KPLAN-MEMORY ([0-9]+) ([0-9]+) ([0-9]+)$", within=3 * PATIENCE, never=(r"^kplan: .*(fail|can't)",)
            )
            seen.append((line.time, *map(int, match.groups())))
        machine.expect(r"^KPLAN-LEFT lock $", within=PATIENCE)
        loads = [line for line in machine.text(r"^KPLAN-LOADED (.*)$").splitlines()]
    check(loads == ["loaded=0"] * 2, f"after the loads: {loads}")
    (_, *before), (begin, free, slab, files), (end, free_after, slab_after, files_after) = seen
    figures = f"MemFree, Slab (KiB), files: {before}, {[free, slab, files]}, {[free_after, slab_after, files_after]}"
    check(free_after > free - TOLERANCE, f"memory is gone: {figures}")
    check(slab_after < slab + TOLERANCE, f"the kernel's objects grow: {figures}")
    check(files_after <= files + 16, f"files stay open: {figures}")
    return f"{LOADS} loads in {end - begin:.0f} s; {figures}"


KILLED = """
mkdir /run
a
end=$(cut -d' ' -f1 /proc/uptime)
begin=$end
b
end=$(cut -d' ' -f1 /proc/uptime)
span=$(awk -v a=$begin -v b=$end 'BEGIN { print int((b - a) * 1000000) }')
echo "KPLAN-SPAN $span"
kill_after() {
    local name=$1 share=$2
    # Not the function: the process would be a shell.
    kplan apply /kplan/$name.json --inputs /kplan/inputs > /dev/null 2>&1 &
    local process=$!
    usleep $((span * share / 1000))
    kill -9 $process 2> /dev/null
    wait $process
    echo "KPLAN-KILLED $name status=$? entry=$(loaded-entry) left=$(ls -A /run/kplan | grep -c '^\\.') json=$(kplan status --json | tr -d '\\n')"
}
KILLS
run killed-status kplan status
run next a
echo "KPLAN-LEFT $(ls -A /run/kplan | tr '\\n' ' ')"
run next-status kplan status
a --exec
"""


@test("lifecycle-50-kills")
def kills():
    """SIGKILL at random moments of apply: what is loaded is the old or the new plan, as the kernel's own memory has it,
    and what status says of it is never wrong."""
    seed = 20261123
    generator = random.Random(seed)
    # In thousandths of the time that an apply takes.
    moments = [(generator.choice("ab"), generator.randrange(20, 1000)) for _ in range(KILLS)]
    lines = "\n".join(f"kill_after {name} {share}" for name, share in moments)
    _, a, b = plans()
    by_entry, by_name = {a.entry: a, b.entry: b}, {"a": a, "b": b}
    loaded, counts = b, {"old": 0, "new": 0, "done": 0, "unsure": 0}
    with CONFIGURATION.boot("kills", payload(KILLED.replace("KILLS", lines))) as machine:
        ((_, span),) = machine.expect(r"^KPLAN-SPAN ([0-9]+)$", within=PATIENCE)
        for name, share in moments:
            ((_, kill),) = machine.expect(
                rf"^KPLAN-KILLED {name} status=([0-9]+) entry=(0x[0-9a-f]+) left=([0-9]+) json=(.*)$", within=PATIENCE
            )
            what = f"seed {seed}, {name} killed after {share} of 1000: "
            now = by_entry.get(kill[2])
            check(now in (loaded, by_name[name]), f"{what}the kernel has {kill[2]}, neither the old nor the new plan")
            check(kill[1] in ("0", "137"), f"{what}status {kill[1]}")
            if kill[1] == "0":
                check(now is by_name[name], f"{what}apply said that it was done, and {now.name} is loaded")
            origin = json.loads(kill[4])["kernel_origin"]
            said = [plan["id"] for plan in origin["plans"]]
            check(now.id in said and not origin["may_be_other"], f"{what}loaded is {now.id}, status says {origin}")
            check(len(said) == 1 or origin["record"] == "interrupted", f"{what}{origin}")
            check(int(kill[3]) <= 1, f"{what}{kill[3]} temporary files in /run/kplan")
            counts["unsure"] += len(said) > 1
            counts["done" if kill[1] == "0" else "new" if now is by_name[name] else "old"] += 1
            loaded = now
        Ran(machine, "killed-status").check((1,), loaded=True)
        Ran(machine, "next").check((0,), loaded=True)
        machine.expect(r"^KPLAN-LEFT loaded\.json lock $", within=PATIENCE)
        expect_status(machine, "next-status", of(a))
        machine.expect(expect_init(CONFIGURATION), rf"^KPLAN-SECOND kplan\.token={a.token}$", within=PATIENCE)
    return f"an apply takes {int(span[1]) / 1e6:.2f} s; killed ones left {counts}"
