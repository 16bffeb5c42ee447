"""The Debian package: what is in it, that it installs and leaves nothing, and that its manual page and its units are right."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from harness import ARM64, ROOT, WORK, check, once, run_script, test

UNITS = ("kplan-load@.service", "kplan-crash.service")
PACKAGING = ROOT / "Sources/packaging"
KPLAN_ARM64 = ("qemu-aarch64-static", ARM64 / "kplan")


def run(*command, **options):
    """What a program prints; it may say nothing on standard error, and has to end well."""
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    check(result.returncode == 0 and not result.stderr, f"{command}: status {result.returncode}\n{result.stderr}")
    return result.stdout


@once
def package():
    run_script("need-packages", "dpkg-dev", "file", "git", "man-db", "groff-base", "systemd", "lintian", "zsh", "fish")
    return Path(run(PACKAGING / "debian-package", ARM64 / "kplan", WORK / "package").strip())


@test("package-same-bytes")
def same_bytes():
    """At another time, in another folder, with another mask."""
    first = package()
    again = Path(run("bash", "-c", 'umask 077; "$0" "$@"', PACKAGING / "debian-package", ARM64 / "kplan", WORK / "again").strip())
    check(first.read_bytes() == again.read_bytes(), f"{first} and {again} differ")
    return f"{first.name}, {first.stat().st_size} bytes"


@test("package-installs-and-purges")
def installs_and_purges():
    """dpkg puts it into a folder and takes it out of it: no script in the package needs more."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("info", "updates", "triggers"):
            (root / "var/lib/dpkg" / name).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        before = files_of(root)
        dpkg = ("dpkg", f"--root={root}", "--force-architecture", "--force-not-root")
        subprocess.run([*dpkg, "--install", package()], check=True, capture_output=True)
        check(run("qemu-aarch64-static", root / "usr/bin/kplan", "--version").startswith("kplan "), "no version")
        link = root / "usr/libexec/kplan/kexec"
        check(run("qemu-aarch64-static", "-0", link, link, "-v").strip().endswith(", as kexec"), "kexec is not kplan's")
        for name in ("bash-completion/completions/kplan", "zsh/vendor-completions/_kplan", "man/man1/kplan.1.gz"):
            check((root / "usr/share" / name).is_file(), f"usr/share/{name} is missing")
        check(os.access(root / "etc/kplan", os.X_OK), "etc/kplan is missing")
        for shell, name in (("bash", "bash-completion/completions/kplan"), ("zsh", "zsh/vendor-completions/_kplan"),
                            ("fish", "fish/vendor_completions.d/kplan.fish")):  # fmt: skip
            run(shell, "-n", root / "usr/share" / name)
        subprocess.run([*dpkg, "--purge", "kplan"], check=True, capture_output=True)
        left = [name for name in files_of(root) - before if not name.startswith("var/")]
        check(not left, f"purging left {left}")


def files_of(root):
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@test("package-lintian")
def lintian():
    """No error but those that the package overrides: a static program is meant to be one."""
    result = subprocess.run(["lintian", "--allow-root", package()], capture_output=True, text=True)
    errors = [line for line in result.stdout.splitlines() if line.startswith("E:")]
    check(not errors, "\n".join(errors))
    return f"{sum(line.startswith('W:') for line in result.stdout.splitlines())} warnings"


@test("manual-page")
def manual_page():
    """It renders without a warning, and has every command and option that kplan has."""
    help = run(*KPLAN_ARM64, "--experimental-dump-help")
    source = run(PACKAGING / "man-page", "1.0", ROOT / "docs/kplan.1.in", input=help)
    page = WORK / "kplan.1"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(source, encoding="utf-8")
    run("groff", "-man", "-Tutf8", "-ww", "-z", page)
    environment = {**os.environ, "MANWIDTH": "500", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", run("man", "-l", "-P", "cat", page, env=environment)).replace("−", "-").replace("‐", "-")
    count = 0
    for command in json.loads(help)["command"]["subcommands"]:
        if command["commandName"] == "help":
            continue
        begin = re.search(rf"(?m)^ *kplan {command['commandName']}\b", shown)
        check(begin, f"the page has no command {command['commandName']}:\n{shown}")
        section = shown[begin.start() :]
        for argument in command["arguments"]:
            if not argument["shouldDisplay"]:
                continue
            for name in argument.get("names", []):
                dashes = "--" if name["kind"] == "long" else "-"
                check(f"{dashes}{name['name']}" in section or name["name"] in ("h", "help", "v", "version"),
                      f"the page has no {dashes}{name['name']} of {command['commandName']}")  # fmt: skip
                count += 1
    for word in ("EXIT STATUS", "/run/kplan/lock", "kplan-load@NAME.service"):
        check(word in shown, f"the page has no {word}")
    return f"{count} options"


@test("units-verified")
def units():
    """systemd finds nothing wrong with the units; the program that they start is the package's."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name in UNITS:
            text = (PACKAGING / name).read_text()
            check(text.count("=/usr/bin/kplan ") == 2, f"{name} starts another program:\n{text}")
            # Here, /usr/bin/kplan is not installed.
            path = Path(folder) / name.replace("@", "@x")
            path.write_text(text.replace("=/usr/bin/kplan ", f"={ARM64 / 'kplan'} "))
            paths.append(path)
        run("systemd-analyze", "verify", "--man=no", *paths)
