"""What the tests on machines have in common: where things are, how a test registers, fails and is run."""

import functools
import inspect
import os
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "Tests/Machine"
WORK = ROOT / ".build-machine"
ARM64 = ROOT / ".build-arm64"
KPLAN = Path(os.environ.get("KPLAN") or ROOT / ".build/debug/kplan").resolve()
CACHE = Path(
    os.environ.get("KPLAN_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kplan"
)

# Seconds. A guest does all of it in 5 to 15 on an idle machine; a busy one may take five times that.
PATIENCE = 120

CONSOLE = "pl011,0x9000000"


class Failure(Exception):
    """A test failed; the text says what was expected and what was seen."""


class Skipped(Exception):
    """A test needs something that can't be had; the text says what."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def flipped(content):
    """The bytes with one bit in their middle changed: the size stays, the digest doesn't."""
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)


# Name → function, in the order in which they are listed. A test returns a note for its line, or None.
TESTS = {}

# Tests that measure time: nothing else runs beside them.
ALONE = set()


# Name → a function made by `once` that takes minutes the first time: it begins before all tests.
AHEAD = {}


def test(name, alone=False, ahead=None):
    def register(function):
        TESTS[name] = function
        if alone:
            ALONE.add(name)
        if ahead:
            AHEAD[name] = ahead
        return function

    return register


def once(function):
    """A value that several tests need is made once; if that fails, it fails for each of them.
    Tests run side by side: the second that needs the value waits for it."""
    results = {}
    locks = {}
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrapper(*arguments):
        # A default that is given is the same value as one that is not.
        bound = signature.bind(*arguments)
        bound.apply_defaults()
        arguments = bound.args
        with locks.setdefault(arguments, threading.Lock()):
            if arguments not in results:
                try:
                    results[arguments] = function(*arguments), None
                except Exception as error:
                    results[arguments] = None, error
        value, error = results[arguments]
        if error:
            raise error
        return value

    return wrapper


SCRIPTS_RUNNING = set()


def run_script(name, *arguments):
    """One of the scripts beside this file; what it says is part of the tests' output."""
    # In a session of its own, so that all of its processes can be ended.
    process = subprocess.Popen(["nice", SCRIPTS / name, *arguments], start_new_session=True)
    SCRIPTS_RUNNING.add(process)
    status = process.wait()
    SCRIPTS_RUNNING.discard(process)
    if status == 75:
        raise Skipped(f"what Tests/Machine/{name} {' '.join(arguments)} gets can't be had any more")
    check(status == 0, f"Tests/Machine/{name} {' '.join(arguments)} ended with status {status}")


def end_scripts():
    for process in list(SCRIPTS_RUNNING):
        os.killpg(process.pid, signal.SIGTERM)


def run_kplan(*arguments, folder, program=(KPLAN,)):
    command = list(map(str, (*program, *arguments)))
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure(
            f"{' '.join(command)} (in {folder}) ended with status {result.returncode}:\n{result.stderr}{result.stdout}"
        )
    return result.stdout
