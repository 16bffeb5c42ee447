"""A session as a user has it, from what a machine says of itself to its next kernel.

docs/SESSION.md is what was typed and printed: KPLAN_REGENERATE=1 writes it anew, and fails. README.md shows
parts of it (Tests/checks/readme).
"""

import difflib
import itertools
import os
import secrets
import shutil
import subprocess

import bare
from capture import file_of
from harness import ARM64, CONSOLE, KPLAN, PATIENCE, ROOT, Failure, check, test
from kexec import WITH_STATUS, command_line, expect_init, expect_second_kernel, inputs
from masking import masked

DOCUMENT = ROOT / "docs/SESSION.md"

# say COMMAND...: what is typed, what comes of it.
SAY = """
dmesg -n 1
say() { echo "KPLAN-SAID # $*"; "$@" 2>&1 | sed 's/^/KPLAN-SAID /'; }
mkdir -p /root /run
"""

CAPTURE = (
    SAY
    + """
cd /root
say kplan capture -o machine.json
gzip -c machine.json > /tmp/machine.gz
echo "KPLAN-FILE machine $(sha256sum < /tmp/machine.gz | cut -d' ' -f1)"
base64 /tmp/machine.gz
echo "KPLAN-FILE-END machine"
"""
)

APPLY = (
    SAY
    + """
cd /kplan/inputs
say kplan apply plan.json --check
dmesg -n 8
echo "KPLAN-APPLY"
kplan apply plan.json --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""
)


def said(machine):
    return machine.text(r"^KPLAN-SAID (.*)$")


class Folder:
    """Where files of the session are, and what kplan prints there."""

    def __init__(self, path):
        self.path = path

    def say(self, *arguments, status=0):
        """The command as it is typed, with what it prints."""
        result = subprocess.run(
            [KPLAN, *arguments], cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        typed = " ".join(f'"{word}"' if " " in word else word for word in arguments)
        if result.returncode != status:
            raise Failure(f"kplan {typed} ended with status {result.returncode}, due is {status}:\n{result.stdout}")
        return f"$ kplan {typed.replace(' --command-line', ' ' + chr(92) + chr(10) + '    --command-line')}\n{result.stdout}"


def session():
    """Title and text, part by part."""
    path = WITH_STATUS.work / "session"
    path.mkdir(parents=True)
    files = {"kplan/run.sh": CAPTURE.encode(), "kplan/kplan": (ARM64 / "kplan").read_bytes()}
    with WITH_STATUS.boot("session-capture", files) as machine:
        machine.expect(expect_init(WITH_STATUS), within=PATIENCE)
        (path / "machine.json").write_bytes(file_of(machine, "machine"))
        yield "The machine says what it is", said(machine)

    shutil.copyfile(WITH_STATUS.kernel, path / "vmlinuz")
    shutil.copyfile(inputs(WITH_STATUS) / "second.cpio.gz", path / "initrd.img")
    here = Folder(path)
    token = secrets.token_hex(8)
    make = ("make", "--kernel", "vmlinuz", "--initrd", "initrd.img", "--machine", "machine.json",
            "--console", CONSOLE)  # fmt: skip
    line = ("--command-line", command_line(token))
    yield "A plan is made of it, anywhere", here.say(*make, *line, "-o", "plan.json") + here.say("show", "plan.json", "--width", "90")
    yield "It is proven, without any machine", here.say("verify", "plan.json") + here.say(
        "simulate", "plan.json", "--cpu", "cortex-a72", "--el", "2"
    )

    # What maps the middle of the initrd is taken out of the tables.
    here.say("emit", "plan.json", "--output-dir", "emitted")
    tables = path / "emitted/page-tables.bin"
    content = bytearray(tables.read_bytes())
    emitted = bare.emitted(path)
    initrd = emitted.part("initrd")
    offset = bare.leaf(emitted, initrd.address + len(initrd.content) // 2)
    content[offset : offset + 8] = bytes(8)
    tables.write_bytes(content)
    yield "A fault in the bytes is told in words", here.say(
        "simulate", "plan.json", "--cpu", "cortex-a72", "--el", "2", "--segments", "emitted", status=1
    )

    quieter = ("--command-line", command_line(token) + " loglevel=4")
    yield "A change is reviewed as a difference", here.say(*make, *quieter, "-o", "new.json") + here.say(
        "diff", "plan.json", "new.json", status=1
    )

    files = {
        "kplan/run.sh": APPLY.encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        **{
            f"kplan/inputs/{name}": (path / name).read_bytes()
            for name in ("plan.json", "vmlinuz", "initrd.img", "machine.json")
        },
    }
    with WITH_STATUS.boot("session-apply", files) as machine:
        ((begin, _),) = machine.expect(r"^KPLAN-APPLY$", within=PATIENCE)
        never = (r"KPLAN-APPLY-RETURNED",)
        expect_second_kernel(machine, WITH_STATUS, token, never)
        machine.expect(r"^KPLAN-STATUS +crash kernel ", within=PATIENCE)
        yield "On the machine again, the plan is compared with what is there", said(machine)
        end = machine.first(r"Booting Linux on physical CPU")
        printed = [text for text in machine.between(begin, end).splitlines() if not text.startswith("[")]
        yield "It is loaded, and the machine jumps", "\n".join(["# kplan apply plan.json --exec", *printed])
        yield "The next kernel tells how it came", "# kplan status\n" + machine.text(r"^KPLAN-STATUS (.*)$")


def document(parts):
    lines = [
        "# A session",
        "",
        "From what a machine says of itself to its next kernel: what was typed, and all that was printed. The machine is a guest under QEMU",
        "(a cortex-a72 at EL2 with 1 GiB), so times are of an emulated CPU. `Tests/Machine/run session` does it again and compares; numbers",
        "may differ.",
    ]
    for title, text in parts:
        lines += ["", f"## {title}", ""]
        lines += [("    " + line).rstrip() for line in text.rstrip().splitlines()]
    return "\n".join(lines) + "\n"


@test("session")
def compared():
    """docs/SESSION.md says what was seen."""
    made = document(list(session()))
    if os.environ.get("KPLAN_REGENERATE"):
        DOCUMENT.write_text(made)
        raise Failure(f"{DOCUMENT} is written anew")
    seen, due = ([masked(line) for line in text.splitlines()] for text in (made, DOCUMENT.read_text()))
    different = difflib.unified_diff(due, seen, "due", "seen", lineterm="", n=0)
    check(
        seen == due,
        f"{DOCUMENT} is not what was seen: KPLAN_REGENERATE=1 Tests/Machine/run '^session$' writes it\n"
        + "\n".join(itertools.islice(different, 20)),
    )
