"""A guest whose init is systemd: the package's units load and unload, and `apply --exec` jumps by way of a shutdown."""

import re
import subprocess
import tempfile
from pathlib import Path

import package
from commands import RUN, Ran
from harness import CACHE, PATIENCE, check, run_script, test
from kexec import INPUTS, SIMPLEST, plan

# The rest of systemd has no part in it: no device, no disk, no login.
UNITS = (
    "basic.target", "sysinit.target", "local-fs.target", "local-fs-pre.target", "sockets.target", "timers.target", "paths.target",
    "slices.target", "shutdown.target", "umount.target", "final.target", "kexec.target", "systemd-kexec.service", "reboot.target",
    "systemd-reboot.service", "swap.target", "multi-user.target", "-.slice", "system.slice",
)  # fmt: skip
PROGRAMS = ("lib/systemd/systemd", "lib/systemd/systemd-shutdown", "bin/systemctl")

TEST_SERVICE = """[Unit]
Description=What the guest is for
After=basic.target
Wants=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh /kplan/test.sh
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
"""

# The init of every guest starts this; here it becomes systemd.
START = """
mkdir -p /run /var/log
mount -t tmpfs run /run
echo > /etc/machine-id
exec /lib/systemd/systemd --show-status=no --log-level=warning --log-target=console
"""

TEST = (
    "export PATH=/kplan:/usr/bin:/bin\n"
    + RUN
    + """
echo "KPLAN-SYSTEMD $(cat /proc/1/comm)"
run start systemctl start kplan-load@next
run active systemctl is-active kplan-load@next
run status kplan status
run stop systemctl stop kplan-load@next
run missing systemctl start kplan-load@missing
run crash systemctl start kplan-crash
run start-again systemctl start kplan-load@next
echo "KPLAN-EXEC"
kplan apply /etc/kplan/next.json --exec
# The shutdown ends this script.
sleep 60
echo "KPLAN-STILL-THERE"
"""
)


def payload(folder):
    run_script("fetch", "systemd-arm64")
    files, systemd = {}, CACHE / "systemd-arm64"
    for program in PROGRAMS:
        files[program] = (systemd / program).read_bytes()
    # By the names that programs ask for, which are links; systemd's own libraries have no number.
    for library in systemd.rglob("lib*/**/*.so*"):
        if library.is_file() and re.search(r"^(lib|ld-).*\.so\.[0-9]+$|^libsystemd-", library.name):
            files[f"lib/{library.name}"] = library.read_bytes()
    for unit in UNITS:
        path = systemd / "lib/systemd/system" / unit
        if path.exists():
            files[f"lib/systemd/system/{unit}"] = path.read_bytes()
    with tempfile.TemporaryDirectory() as unpacked:
        subprocess.run(["dpkg-deb", "-x", package.package(), unpacked], check=True)
        for path in ("usr/bin/kplan", *(f"usr/lib/systemd/system/{name}" for name in package.UNITS)):
            files[path] = (Path(unpacked) / path).read_bytes()
    files |= {f"etc/kplan/{name}": (folder / name).read_bytes() for name in INPUTS}
    files["etc/kplan/next.json"] = (folder / "plan.json").read_bytes()
    files["lib/systemd/system/test.service"] = TEST_SERVICE.encode()
    files["lib/systemd/system/default.target"] = b"[Unit]\nWants=basic.target test.service\n"
    files["kplan/test.sh"] = TEST.encode()
    files["kplan/run.sh"] = START.encode()
    return files


@test("systemd")
def systemd():
    """kplan-load@ loads, unloads, and doesn't unload in the shutdown before the jump."""
    folder, _, token = plan(SIMPLEST)
    with SIMPLEST.boot("systemd", payload(folder)) as machine:
        machine.expect(r"^KPLAN-SYSTEMD systemd$", within=PATIENCE)
        Ran(machine, "start").check((0,), loaded=True)
        Ran(machine, "active").check((0,), loaded=True)
        status = Ran(machine, "status")
        check("(/etc/kplan/next.json), by kexec_load, as kplan's record has it" in status.out, status.out)
        Ran(machine, "stop").check((0,), loaded=False)
        # Neither plan is there, and that is no error.
        Ran(machine, "missing").check((0,), loaded=False)
        Ran(machine, "crash").check((0,), loaded=False)
        Ran(machine, "start-again").check((0,), loaded=True)
        (begin, _), _, (second, _) = machine.expect(
            r"^KPLAN-EXEC$",
            r"purgatory: [0-9]+ segments, [0-9]+ bytes verified, MMU on", rf"^KPLAN-SECOND kplan\.token={token}$",
            within=PATIENCE, never=(r"KPLAN-STILL-THERE",),
        )  # fmt: skip
        return f"second kernel {second.time - begin.time:.1f} s after apply --exec"
