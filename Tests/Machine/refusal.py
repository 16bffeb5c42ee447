"""What provokes refusals in guests: a refusal, asking the kernel without kplan, and guests of their own kinds."""

import re

import guest
from commands import Ran
from harness import ARM64, CACHE, WORK, check, once, run_kplan
from initrd import busybox_archive
from kexec import SIMPLEST, busybox, plan

FOLDER = WORK / "refusals"
TOOLS = ("raw-load", "without", "appraise")
# KEXEC_ARCH_AARCH64
ARM64_FLAGS = "0xb70000"
# A segment that any kernel takes, on the machine with 1 GiB.
GOOD = "0x50000000:0x10000:0x1000"
BEFORE = "kexec_load would be refused; nothing was tried"
FILES_BEFORE = "kexec_file_load would be refused; nothing was tried"

SECURITYFS = """
mount -t securityfs none /sys/kernel/security
"""


class Refusal:
    """A cause; what the kernel says to it, and kplan: before it asks the kernel, or after."""

    def __init__(self, cause, name, message, status=2, raw=None, errno=None, loaded=False):
        self.cause, self.name, self.message, self.status = cause, name, message, status
        self.raw, self.errno, self.loaded = raw, errno, loaded

    def check(self, ran):
        ran[self.name].check_refusal((self.status,), self.message, self.loaded)
        if self.raw:
            said = ran[self.raw].out.strip()
            check(said == self.errno, f"{self.raw}: the kernel says {said}, expected {self.errno}")


def raw(flags, *segments, entry="0x50000000"):
    return " ".join(("raw-load", flags, entry, *segments))


def tools():
    return {f"kplan/{name}": (ARM64 / name).read_bytes() for name in TOOLS}


def results(machine, script):
    """What the commands of a script did that it runs one after the other."""
    return {name: Ran(machine, name) for name in re.findall(r"^run ([a-z0-9-]+) ", script, re.MULTILINE)}


@once
def plan_of_files(files="sealed"):
    """A plan for kexec_file_load, of the inputs of SIMPLEST."""
    folder, _, _ = plan(SIMPLEST)
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "vmlinuz", "--initrd", "second.cpio.gz",
        "--command-line", "console=ttyAMA0", "--files", files, "-o", f"{files}.json", folder=folder,
    )  # fmt: skip
    return (folder / f"{files}.json").read_bytes()


def boot(name, kernel, machine, files, *more, command_line=""):
    """A guest of its own kind, with the facts of SIMPLEST where they fit."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    archive = busybox_archive(busybox())
    for path, content in files.items():
        archive.program(path, content)
    initrd = FOLDER / f"{name}.cpio"
    initrd.write_bytes(archive.finished())
    arguments = list(guest.linux(machine, CACHE / "kernels" / kernel / "vmlinuz", initrd))
    arguments[-1] += " " + command_line
    return guest.Guest((*arguments, *more), FOLDER / f"{name}.log")
