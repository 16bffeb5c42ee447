"""A machine captures itself; a plan from that keeps away from what the interrupt controller writes."""

import base64
import gzip
import hashlib
import json
import re
import secrets
import shutil

import guest
from harness import ARM64, CONSOLE, PATIENCE, ROOT, check, once, run_kplan, test
from initrd import busybox_archive
from kexec import Configuration, busybox, check_placement, command_line, expect_init, expect_second_kernel

# With its ITS: what other guests go without (guest.py).
ITS = guest.Machine("el1-its", "cortex-a72", "virt,gic-version=3", "EL1")
MACHINE = Configuration("6.1-cloud", ITS)

CAPTURE = """
dmesg -n 1
kplan capture -o /tmp/machine.json
echo "KPLAN-RAN capture status=$?"
kplan capture > /tmp/again.json
cmp /tmp/machine.json /tmp/again.json && echo "KPLAN-AGAIN same"
su user -s /bin/sh -c "PATH=$PATH kplan capture" > /tmp/user.json 2> /tmp/user.err
echo "KPLAN-RAN user status=$?"
sed 's/^/KPLAN-ERR /' /tmp/user.err
for name in machine user; do
    gzip -c /tmp/$name.json > /tmp/$name.gz
    echo "KPLAN-FILE $name $(sha256sum < /tmp/$name.gz | cut -d' ' -f1)"
    base64 /tmp/$name.gz
    echo "KPLAN-FILE-END $name"
done
"""

TABLES = r"@0x([0-9a-f]+)$"


def file_of(machine, name):
    """A file that the guest printed."""
    (begin, announced), (end, _) = machine.expect(
        rf"^KPLAN-FILE {name} ([0-9a-f]{{64}})$", rf"^KPLAN-FILE-END {name}$", within=PATIENCE
    )
    packed = base64.b64decode(machine.between(begin, end))
    if hashlib.sha256(packed).hexdigest() != announced[1]:
        raise machine.failure(f"{name} did not come over the console unharmed (SHA-256 differs)")
    return gzip.decompress(packed)


@once
def captured():
    """The folder with machine.json, and what kplan said to a user without privilege."""
    files = {"kplan/run.sh": CAPTURE.encode(), "kplan/kplan": (ARM64 / "kplan").read_bytes()}
    with MACHINE.boot("capture", files) as machine:
        machine.expect(
            expect_init(MACHINE),
            r"^KPLAN-RAN capture status=0$",
            r"^KPLAN-AGAIN same$",
            r"^KPLAN-RAN user status=0$",
            within=PATIENCE,
        )
        document, user = file_of(machine, "machine"), file_of(machine, "user")
        errors = machine.text(r"^KPLAN-ERR (.*)$")
    folder = MACHINE.work / "inputs"
    folder.mkdir()
    (folder / "machine.json").write_bytes(document)
    (folder / "user.json").write_bytes(user)
    shutil.copyfile(MACHINE.kernel, folder / "vmlinuz")
    (folder / "second.cpio").write_bytes(busybox_archive(busybox()).finished(8 << 20))
    return folder, errors


def make(folder, machine, output, token, *more):
    run_kplan(
        "make", "--kernel", "vmlinuz", "--initrd", "second.cpio", "--machine", machine,
        "--command-line", command_line(token), "--console", CONSOLE, "-o", output, *more, folder=folder,
    )  # fmt: skip
    return json.loads((folder / output).read_text())


def spans(items, size="memory_size"):
    return [(int(item["address"], 16), int(item["address"], 16) + int(item[size], 16)) for item in items]


def overlaps(segments, tables):
    return [
        (segment["role"], hex(low))
        for segment, (start, end) in zip(segments, spans(segments), strict=True)
        for low, high in tables
        if start < high and low < end
    ]


@test("capture")
def capture():
    """What a machine says of itself is what it is; without privilege it says what it can't."""
    import jsonschema  # Debian's python3-jsonschema: no other test needs it

    folder, errors = captured()
    schema = json.loads((ROOT / "schemas/machine-1.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    root, user = (json.loads((folder / name).read_text()) for name in ("machine.json", "user.json"))
    for document in (root, user):
        validator.validate(document)

    def due(path, value):
        found = root
        for key in path.split("."):
            found = found[int(key) if key.isdigit() else key]
        check(found == value, f"machine.json: {path} is {found}, due is {value}")

    due("architecture", "arm64")
    due("kernel.release", MACHINE.release)
    due("kernel.page_size", "0x1000")
    due("processors.models.0.name", "Cortex-A72")
    due("processors.exception_level", 1)
    due("processors.enable_methods", ["psci"])
    due("consoles.active", ["ttyAMA0"])
    due("interrupts.its", True)
    due("kexec.loaded", False)
    due("firmware.efi", False)
    due("zeroed", ["device_tree:/chosen/kaslr-seed"])
    check("sha2" in root["processors"]["features"], "machine.json: the features lack sha2")
    check(not any(item["reason"] == "forbidden" for item in root["unreadable"]), f"{root['unreadable']}")
    reasons = {item["what"]: item["reason"] for item in user["unreadable"]}
    check(reasons.get("memory_map") == "hidden", f"to a user the memory map is {reasons.get('memory_map')}")
    check(reasons.get("device_tree") == "forbidden", f"to a user the tree is {reasons.get('device_tree')}")
    check("the capture has no memory_map" in errors, f"standard error, as user:\n{errors}")


@test("kexec-by-capture-6.1-el1-its")
def kexec_by_capture():
    """The LPI tables stay in use across the kexec. In a window where a plan that doesn't know of them
    takes their memory, one from the capture doesn't, and the second kernel starts."""
    folder, _ = captured()
    document = json.loads((folder / "machine.json").read_text())
    tables = [(int(table["start"], 16), int(table["end"], 16)) for table in document["interrupts"]["tables"]]
    check(len(tables) >= 4, f"the capture has the tables {tables}")
    token = secrets.token_hex(8)
    # Above the tables is room for the kernel and what is small, and none for the initrd: that goes over them, or far below.
    window = ("--mem-max", hex(max(high for _, high in tables) + (30 << 20) - 1))
    document["interrupts"] = {"its": True, "tables": [], "tables_complete": True}
    (folder / "unknowing.json").write_text(json.dumps(document))
    unknowing = make(folder, "unknowing.json", "unknowing-plan.json", token, *window)
    plan = make(folder, "machine.json", "plan.json", token, *window)
    check(overlaps(unknowing["segments"], tables), "without the capture's tables nothing would overlap them")
    reserved = {item["kind"] for item in plan["machine"]["reserved"]}
    check("GICv3 LPI pending table" in reserved, f"the plan's reserved memory is {reserved}")

    script = """
echo "KPLAN-IOMEM"
cat /proc/iomem
echo "KPLAN-IOMEM-END"
dmesg | grep -E 'LPI (property|pending) table @' | sed 's/.*GICv3/KPLAN-TABLE GICv3/'
dmesg -n 8
echo "KPLAN-APPLY"
kplan apply /kplan/plan.json --inputs /kplan/inputs --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""
    files = {
        "kplan/run.sh": script.encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/plan.json": (folder / "plan.json").read_bytes(),
        **{
            f"kplan/inputs/{name}": (folder / name).read_bytes()
            for name in ("vmlinuz", "second.cpio", "machine.json")
        },
    }
    with MACHINE.boot("kexec", files) as machine:
        never = (r"KPLAN-APPLY-RETURNED",)
        (iomem, _), (iomem_end, _), _ = machine.expect(
            r"^KPLAN-IOMEM$", r"^KPLAN-IOMEM-END$", r"^KPLAN-APPLY$", within=PATIENCE, never=never
        )
        check_placement(plan["segments"], machine.between(iomem, iomem_end))
        # Of this boot, not of the one that was captured.
        found = [int(line, 16) for line in machine.text(rf"^KPLAN-TABLE .*{TABLES}").splitlines()]
        check(len(found) == 2, f"this boot's tables are {[hex(start) for start in found]}")
        here = overlaps(plan["segments"], [(start, start + 0x10000) for start in found])
        check(not here, f"this boot has its tables elsewhere than the captured one, in segments: {here}")
        text = expect_second_kernel(machine, MACHINE, token, never)
        # Without `quiet` the second kernel says that it uses an ITS, and that LPIs were on all the time.
        messages = machine.text(r"(GICv3: CPU0: .*LPI.*)")
        check(re.search(r"using \w+ LPI pending table", messages), f"the second kernel's ITS is off:\n{messages}")
        check("Booted with LPIs enabled" in messages, f"LPIs were not on across the kexec:\n{messages}")
        return text
