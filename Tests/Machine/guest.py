"""Runs one guest under QEMU and reads its console.

    with Guest(linux(machine, kernel, initrd), log) as guest:
        started, second = guest.expect(r"Starting new kernel", r"KPLAN-SECOND .*", within=60)
"""

import re
import subprocess
import threading
import time
from dataclasses import dataclass

MEMORY = "1024"
COMMAND_LINE = "panic=-1 quiet"

# Whatever a test waits for, after one of these it won't come.
TROUBLE = (r"Kernel panic", r"Internal error: ", r"Unable to handle kernel", r"BUG: ")

# A guest that nobody reads any more ends by itself after this many seconds.
LONGEST_LIFE = 900


@dataclass(frozen=True)
class Machine:
    """A virtual machine that differs from others in what purgatory meets there."""

    name: str
    cpu: str
    options: str
    level: str  # the exception level, in purgatory's words; none on x86_64
    program: str = "qemu-system-aarch64"
    console: str = "ttyAMA0"  # what the kernel calls the first serial port

    def arguments(self, memory):
        return (
            "-M", self.options, "-cpu", self.cpu, "-m", memory, "-smp", "1", "-accel", "tcg,thread=multi",
        )  # fmt: skip


# its=off: after a boot with a device tree the interrupt controller goes on writing to tables in
# memory that nothing reserves, and a second kernel may lie there.
EL1 = Machine("el1", "cortex-a72", "virt,gic-version=3,its=off", "EL1")
EL2 = Machine("el2", "cortex-a72", "virt,gic-version=3,its=off,virtualization=on", "EL2")
EL2_E2H = Machine("el2-e2h", "neoverse-n1", "virt,gic-version=3,its=off,virtualization=on", "EL2 with E2H")
X86_64 = Machine("x86", "max", "q35", "", "qemu-system-x86_64", "ttyS0")


@dataclass(frozen=True)
class Line:
    """A line of the console, and when it was complete: seconds since the start of QEMU."""

    time: float
    text: str


class GuestFailure(Exception):
    """A guest did not do what was expected; its text ends with the console's last lines."""


def linux(machine, kernel, initrd, more=""):
    """QEMU's arguments for a machine that boots a kernel, with more words on its command line."""
    command_line = f"console={machine.console} {COMMAND_LINE} {more}".rstrip()
    return (*machine.arguments(MEMORY), "-kernel", str(kernel), "-initrd", str(initrd), "-append", command_line)


_running = set()


def end_all():
    """Ends every guest there is: for a test run that is broken off."""
    for running in list(_running):
        running.end()


class Guest:
    """A QEMU with the arguments, whose first serial port is read."""

    def __init__(self, arguments, log, program="qemu-system-aarch64"):
        self._log = log
        self._command = [
            "timeout", "--kill-after=5", str(LONGEST_LIFE), program, *arguments,
            "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
        ]  # fmt: skip
        self._changed = threading.Condition()
        self._lines = []
        self._ended = False
        self._next = 0  # the first line that no expectation has looked at

    def __enter__(self):
        self._start = time.monotonic()
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        _running.add(self)
        return self

    def __exit__(self, *_):
        self.end()
        self._reader.join(timeout=10)
        _running.discard(self)

    def end(self):
        # timeout(1) passes the signal on to QEMU.
        self._process.terminate()
        self._process.wait()

    def now(self):
        return time.monotonic() - self._start

    def expect(self, *patterns, within, never=(), trouble=TROUBLE):
        """Waits for lines that match the patterns, in this order, other lines between them.

        Returns a list of (Line, re.Match). Fails at the time limit, when the guest ends,
        and at once when a line matches one of `never` or looks like a kernel in trouble.
        """
        deadline = self.now() + within
        found = []
        for pattern in patterns:
            found.append(self._find(pattern, deadline, within, (*never, *trouble)))
        return found

    def stay_without(self, pattern, seconds):
        """Fails if a line that matches comes within the time; the guest may end meanwhile."""
        deadline = self.now() + seconds
        with self._changed:
            while True:
                for line in self._lines[self._next :]:
                    if re.search(pattern, line.text):
                        raise self.failure(f"a line came that must not come: {line.text}")
                if self._ended or not self._changed.wait(max(0, deadline - self.now())):
                    return

    def between(self, begin, end):
        """The text of the lines between two lines."""
        with self._changed:
            first, last = self._lines.index(begin) + 1, self._lines.index(end)
            return "\n".join(line.text for line in self._lines[first:last])

    def first(self, pattern):
        """The first line so far that matches."""
        with self._changed:
            return next(line for line in self._lines if re.search(pattern, line.text))

    def text(self, pattern):
        """The pattern's first group of all lines so far that match."""
        with self._changed:
            matches = [re.search(pattern, line.text) for line in self._lines]
        return "\n".join(match[1] for match in matches if match)

    def failure(self, message):
        tail = "\n".join(f"  {line.time:8.3f} {line.text}" for line in self._lines[-40:])
        return GuestFailure(f"{message}\n  the console's last lines (all of it: {self._log}):\n{tail}")

    def _find(self, pattern, deadline, within, never):
        with self._changed:
            while True:
                while self._next < len(self._lines):
                    line = self._lines[self._next]
                    self._next += 1
                    match = re.search(pattern, line.text)
                    if match:
                        return line, match
                    if any(re.search(bad, line.text) for bad in never):
                        raise self.failure(f"waiting for /{pattern}/, but this came: {line.text}")
                if self._ended:
                    raise self.failure(f"the guest ended before a line matched /{pattern}/")
                if self.now() >= deadline:
                    raise self.failure(f"no line matched /{pattern}/ within {within} s")
                self._changed.wait(deadline - self.now())

    def _read(self):
        with open(self._log, "w", encoding="utf-8") as log:
            log.write("# " + " ".join(self._command) + "\n")
            for raw in self._process.stdout:
                line = Line(self.now(), raw.decode("utf-8", "replace").rstrip("\r\n"))
                log.write(f"{line.time:8.3f} {line.text}\n")
                log.flush()
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
