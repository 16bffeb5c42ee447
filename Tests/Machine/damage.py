"""A wrong byte, loaded behind kplan's back."""

import json

from harness import ARM64, PATIENCE, once, run_kplan, test
from kexec import SIMPLEST, expect_second_kernel, plan

# How long a second kernel is given to appear where it must not (it takes about 2).
SILENCE = 10


@once
def emitted(folder):
    run_kplan("emit", "plan.json", "--inputs", ".", "--output-dir", "emitted", folder=folder)
    return folder / "emitted", json.loads((folder / "emitted/segments.json").read_text())


def load_segments(what, change, folder):
    """A guest that loads the segments of the folder's plan as they are, after `change` of (role, bytes)."""
    folder, description = emitted(folder)
    files = {"kplan/load-segments": (ARM64 / "load-segments").read_bytes()}
    arguments = [description["entry"]]
    for segment in description["segments"]:
        content = change(segment["role"], (folder / segment["file"]).read_bytes())
        files[f"kplan/{segment['file']}"] = content
        arguments.append(f"{segment['address']}:{segment['memory_size']}:/kplan/{segment['file']}")
    script = f"""
dmesg -n 8
echo "KPLAN-LOAD"
load-segments {" ".join(arguments)}
echo "KPLAN-LOAD-RETURNED status=$?"
"""
    files["kplan/run.sh"] = script.encode()
    return SIMPLEST.boot(what, files)


@test("unchanged-segments-start")
def unchanged_segments_start():
    """The test below can fail: the same loader starts a second kernel if no byte is wrong."""
    folder, _, token = plan(SIMPLEST)
    with load_segments("unchanged", lambda role, content: content, folder) as machine:
        return expect_second_kernel(machine, SIMPLEST, token, never=(r"KPLAN-LOAD-RETURNED",))


def flip_initrd(role, content):
    """One bit of the initrd changed, in the middle."""
    if role != "initrd":
        return content
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@test("changed-initrd-stops")
def changed_initrd_stops():
    """One bit of the loaded initrd is not what the plan says: purgatory names it and stops."""
    folder, _, _ = plan(SIMPLEST)
    with load_segments("changed", flip_initrd, folder) as machine:
        (jump, _), _, (stopped, _) = machine.expect(
            r"Starting new kernel",
            r"purgatory: initrd 0x[0-9a-f]+: SHA-256 mismatch",
            r"purgatory: stopped, the kernel was not started",
            within=PATIENCE,
            never=(r"KPLAN-LOAD-RETURNED", r"Booting Linux on physical CPU"),
        )
        machine.stay_without(r"Booting Linux on physical CPU|KPLAN-INIT|KPLAN-SECOND", SILENCE)
        return f"stopped {stopped.time - jump.time:.1f} s after the jump, silent for {SILENCE} s"
