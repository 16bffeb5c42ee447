"""Each cause of a refusal, provoked in a guest: what the kernel says to it, and what kplan says before or after.

docs/REFUSALS.md is made of what was seen: KPLAN_REGENERATE=1 writes it anew, and fails.
"""

import functools
import json
import os
import re
import subprocess

import guarded
import guest
from commands import RUN, Ran
from harness import ROOT, check, once, run_kplan, run_script, test
from kexec import CONFIGURATIONS, SIMPLEST, inputs, make_arguments, payload, plan
from refusal import ARM64_FLAGS, BEFORE, FILES_BEFORE, FOLDER, GOOD, SECURITYFS, Refusal, boot, raw, results, tools
from refusal import plan_of_files

WITH_SEVEN = next(one for one in CONFIGURATIONS if one.name == "7-el1")
# KEXEC_ARCH_X86_64
X86_FLAGS = "0x3e0000"


# What the kernel checks of the request itself: on one guest, with Debian's 6.1. `plan` is what is wrong with the edited plan.
REQUESTS = [
    ("a segment that does not begin at a page", "EADDRNOTAVAIL", raw(ARM64_FLAGS, "0x50000800:0x10000:0")),
    ("a segment that does not end at a page", "EADDRNOTAVAIL", raw(ARM64_FLAGS, "0x50000000:0x10800:0")),
    ("a segment that leaves 64 bits", "EADDRNOTAVAIL", raw(ARM64_FLAGS, "0xfffffffffffff000:0x2000:0")),
    ("segments that share memory", "EINVAL", raw(ARM64_FLAGS, GOOD, "0x5000f000:0x1000:0")),
    ("more content than memory", "EINVAL", raw(ARM64_FLAGS, "0x50000000:0x1000:0x1001")),
    ("17 segments", "EINVAL", raw(ARM64_FLAGS, *(f"{0x50000000 + n * 0x1000:#x}:0x1000:0" for n in range(17)))),
    ("more than half of the machine's memory", "EINVAL", raw(ARM64_FLAGS, "0x40000000:0x30000000:0")),
    ("a flag that no kernel knows", "EINVAL", raw("0xb78000", GOOD)),
    ("segments of another architecture", "EINVAL", raw(X86_FLAGS, GOOD)),
    ("a crash kernel without memory for it", "EADDRNOTAVAIL", raw("0xb70001", GOOD)),
    ("content that can't be read", "EFAULT", raw(ARM64_FLAGS, GOOD + ":unreadable")),
    ("nothing that is wrong", "loaded", raw(ARM64_FLAGS, GOOD)),
    ("nothing at all, which unloads", "loaded", raw(ARM64_FLAGS)),
]

# In this order: lockdown and kexec_load_disabled can't be turned back.
SWITCHES = (
    RUN
    + SECURITYFS
    + "\n".join(f"run request-{index} {command}" for index, (_, _, command) in enumerate(REQUESTS))
    + """
run user-dry-run su user -s /bin/sh -c "PATH=$PATH $apply --dry-run"
run user su user -s /bin/sh -c "PATH=$PATH $apply"
run namespace unshare --user --map-root-user $apply
run capability-raw without sys-boot """
    + raw(ARM64_FLAGS, GOOD)
    + """
run capability without sys-boot $apply
run filter-raw without kexec-load """
    + raw(ARM64_FLAGS, GOOD)
    + """
run filter without kexec-load $apply
run filter-enosys-raw without any-kexec """
    + raw(ARM64_FLAGS, GOOD)
    + """
run filter-enosys without any-kexec $apply
mv /dev/kmsg /dev/kmsg-away
run no-log without kexec-load $apply
mv /dev/kmsg-away /dev/kmsg
run debug-raw """
    + raw("0xb70010", GOOD)
    + """
run debug $apply --debug
run half kplan apply /kplan/half.json
run no-file-load kplan apply /kplan/files.json --inputs /kplan/inputs
run half-dry-run kplan apply /kplan/half.json --inputs /kplan/inputs --dry-run
for edit in unaligned overlapping seventeen content; do run $edit kplan apply /kplan/$edit.json; done
echo integrity > /sys/kernel/security/lockdown
run lockdown-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run lockdown $apply
run lockdown-dry-run $apply --dry-run
umount /sys/kernel/security
run lockdown-unseen $apply
echo 1 > /proc/sys/kernel/kexec_load_disabled
run disabled-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run disabled $apply
"""
)


def edited(folder, change):
    document = json.loads((folder / "plan.json").read_text())
    change(document)
    return json.dumps(document).encode()


def unaligned(document):
    for segment in document["segments"]:
        if segment["role"] == "initrd":
            segment["address"] = hex(int(segment["address"], 16) + 0x800)


def overlapping(document):
    kernel = next(segment for segment in document["segments"] if segment["role"] == "kernel")
    for segment in document["segments"]:
        if segment["role"] == "initrd":
            segment["address"] = kernel["address"]


def seventeen(document):
    document["segments"] += [dict(document["segments"][-1]) for _ in range(17 - len(document["segments"]))]


def content(document):
    document["segments"][0]["content_size"] = hex(int(document["segments"][0]["memory_size"], 16) + 1)


@once
def plan_of_half():
    """A plan that needs more than half of what the kernel manages of the machine's memory, if not of all of it."""
    folder = SIMPLEST.work / "half"
    folder.mkdir(parents=True)
    for name in ("vmlinuz", "fdt", "iomem"):
        (folder / name).symlink_to(inputs(SIMPLEST) / name)
    with open(folder / "second.cpio.gz", "wb") as large:
        large.truncate(470 << 20)
    run_kplan(*make_arguments("0", "plan.json"), folder=folder)
    return (folder / "plan.json").read_bytes()


def variant(name, *options):
    """The plan of SIMPLEST, made with options."""
    folder = SIMPLEST.work / name
    folder.mkdir(parents=True)
    for file in ("vmlinuz", "fdt", "iomem", "second.cpio.gz"):
        (folder / file).symlink_to(inputs(SIMPLEST) / file)
    run_kplan(*make_arguments("0", "plan.json", *options), folder=folder)
    return folder


@once
def switches():
    folder, _, _ = plan(SIMPLEST)
    files = {**payload(folder, SWITCHES), **tools()}
    files.update({"kplan/half.json": plan_of_half(), "kplan/files.json": plan_of_files()})
    for change in (unaligned, overlapping, seventeen, content):
        files[f"kplan/{change.__name__}.json"] = edited(folder, change)
    with SIMPLEST.boot("refusals", files) as machine:
        names = re.findall(r"^run ([a-z0-9-]+) ", SWITCHES, re.MULTILINE)
        position = names.index("half-dry-run") + 1
        names[position:position] = ["unaligned", "overlapping", "seventeen", "content"]
        return {name: Ran(machine, name) for name in names}


# Kernels since 6.3 count.
LIMITS = (
    RUN
    + """
run debug-7-raw """
    + raw("0xb70010", GOOD)
    + """
run debug-7 $apply --debug
echo 1 > /proc/sys/kernel/kexec_load_limit_reboot
run dry-run $apply --dry-run
run last $apply
run unload-raw """
    + raw(ARM64_FLAGS)
    + """
run limit $apply
"""
)


@once
def limits():
    folder, _, _ = plan(WITH_SEVEN)
    with WITH_SEVEN.boot("limits", {**payload(folder, LIMITS), **tools()}) as machine:
        return results(machine, LIMITS)


STUCK = (
    RUN
    + """
run stuck-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run stuck $apply
mkdir /tmp/empty
mount --bind /tmp/empty /sys/firmware/devicetree/base/cpus
run stuck-unseen $apply
"""
)


def spin_table_tree():
    """The device tree of the virtual machine with two CPUs, of which the second is started by spin-table."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    tree = FOLDER / "spin-table.dtb"
    subprocess.run(
        ["qemu-system-aarch64", "-M", f"{guest.EL1.options},dumpdtb={tree}", "-cpu", guest.EL1.cpu, "-m", guest.MEMORY,
         "-smp", "2", "-nic", "none", "-display", "none"],
        check=True, capture_output=True,
    )  # fmt: skip
    for cpu in ("/cpus/cpu@0", "/cpus/cpu@1"):
        subprocess.run(["fdtput", "-t", "s", tree, cpu, "enable-method", "spin-table"], check=True)
        # Where the kernel writes the address that the CPU is to start at: in memory that nobody has then.
        subprocess.run(["fdtput", "-t", "x", tree, cpu, "cpu-release-addr", "0", "4000fff8"], check=True)
    return tree


@once
def stuck():
    folder, _, _ = plan(SIMPLEST)
    files = {**payload(folder, STUCK), **tools()}
    with boot("stuck", "6.1-cloud", guest.EL1, files, "-smp", "2", "-dtb", str(spin_table_tree())) as machine:
        return results(machine, STUCK)


PROTECTED = (
    RUN
    + """
run protected-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run protected $apply
"""
)


@once
def protected():
    # The hypervisor takes the top of the memory.
    folder = variant("low", "--mem-max", "0x78000000")
    files = {**payload(folder, PROTECTED), **tools()}
    with boot("protected", "6.1-cloud", guest.EL2, files, command_line="kvm-arm.mode=protected") as machine:
        return {name: Ran(machine, name) for name in ("protected-raw", "protected")}


PAGES = RUN + "run pages $apply\n"


@once
def large_pages():
    run_script("build-kernel", "64k")
    folder = variant("pages-4k", "--page-size", "4K")
    machine = guest.Machine("el1", "max,pauth-impdef=on", "virt,gic-version=3,its=off", "EL1")
    with boot("pages", "6.12-64k", machine, payload(folder, PAGES)) as running:
        return {"pages": Ran(running, "pages")}


# The rows of docs/REFUSALS.md. `raw` names the run that asked the kernel alone.
REFUSALS = [
    (switches, [
        Refusal("the process lacks CAP_SYS_BOOT: a user", "user", BEFORE + r"\n  - this process has no CAP_SYS_BOOT"),
        Refusal("… root without that capability", "capability", BEFORE + r"\n  - this process has no CAP_SYS_BOOT",
                raw="capability-raw", errno="EPERM"),
        Refusal("… root of a user namespace", "namespace", BEFORE + r"\n  - this process is in a user namespace"),
        Refusal("a filter of system calls says EPERM", "filter",
                r"kexec_load failed: Operation not permitted \(EPERM\)\nperhaps because\n.*a filter of system calls",
                raw="filter-raw", errno="EPERM"),
        Refusal("a filter of system calls says ENOSYS", "filter-enosys",
                r"kexec_load failed: Function not implemented \(ENOSYS\)(.|\n)*a filter of system calls",
                raw="filter-enosys-raw", errno="ENOSYS"),
        Refusal("--debug, a flag that the kernel doesn't know: Linux 6.1", "debug",
                BEFORE + r"\n  - the running kernel doesn't know KEXEC_DEBUG", raw="debug-raw", errno="EINVAL"),
        Refusal("more than half of the machine's memory", "half",
                BEFORE + r"\n  - all segments need .* more than half of the machine's memory", status=1, raw="request-6", errno="EINVAL"),
        Refusal("segments that are not on pages", "unaligned", r"initrd segment .* does not begin and end at multiples of the machine's page size", status=1, raw="request-0", errno="EADDRNOTAVAIL"),
        Refusal("segments that share memory", "overlapping", r"the segments kernel and initrd share", status=1, raw="request-3", errno="EINVAL"),
        Refusal("17 segments", "seventeen", r"there are 17 segments; kexec_load takes 1 to 16", status=1, raw="request-5", errno="EINVAL"),
        Refusal("more content than memory", "content", r"of content, more than its memory", status=1, raw="request-4", errno="EINVAL"),
        Refusal("a kernel without kexec_file_load, and a plan for that", "no-file-load",
                FILES_BEFORE + r"\n  - the running kernel was built without kexec_file_load; it has kexec_load"),
        Refusal("the kernel is locked down", "lockdown", BEFORE + r"\n  - the kernel is locked down \(integrity\)",
                raw="lockdown-raw", errno="EPERM"),
        Refusal("… where kplan can't see that", "lockdown-unseen",
                r"\(EPERM\)\nbecause\n  - the kernel is locked down(.|\n)*the kernel's log of it:\n(  \[.*\n)*  \[.*\] Lockdown: kplan:"),
        Refusal("kernel.kexec_load_disabled", "disabled", BEFORE + r"\n  - kernel.kexec_load_disabled is 1",
                raw="disabled-raw", errno="EPERM"),
    ]),
    (limits, [
        Refusal("--debug, and Linux 7.2, which doesn't know it either", "debug-7", BEFORE + r"\n  - the running kernel doesn't know KEXEC_DEBUG",
                raw="debug-7-raw", errno="EINVAL"),
        Refusal("the limit of loads is used up", "limit", BEFORE + r"\n  - this boot's number of loads is used up",
                raw="unload-raw", errno="EPERM", loaded=True),
    ]),
    *guarded.REFUSALS,
    (stuck, [
        Refusal("CPUs that spin-table started", "stuck", BEFORE + r"\n  - CPUs can't be taken out of the kernel",
                raw="stuck-raw", errno="EBUSY"),
        Refusal("… where kplan can't see that", "stuck-unseen",
                r"\(EBUSY\)\nbecause\n  - CPUs can't be taken(.|\n)*the kernel's log of it:\n(  \[.*\n)*  \[.*Can't kexec: CPUs are stuck"),
    ]),
    (protected, [
        Refusal("KVM in protected mode", "protected",
                r"\(EBUSY\)\nbecause\n  - KVM in protected mode keeps EL2", raw="protected-raw", errno="EBUSY"),
    ]),
    (large_pages, [
        Refusal("a plan of 4K pages on a kernel with 64K", "pages",
                r"made of pages of 4 KiB, the running kernel has pages of 64 KiB", status=1),
    ]),
]  # fmt: skip


def refused(runs, refusal):
    refusal.check(runs())


for runs, refusals in REFUSALS:
    for refusal in refusals:
        test(f"refused-{refusal.name}", ahead=guarded.built_kernel if (runs, refusals) in guarded.REFUSALS else None)(
            functools.partial(refused, runs, refusal)
        )


@test("refused-requests")
def requests():
    """The kernel says of each request what kplan expects of it."""
    ran = switches()
    for index, (what, errno, _) in enumerate(REQUESTS):
        said = ran[f"request-{index}"].out.strip()
        check(said == errno, f"{what}: the kernel says {said}, expected {errno}")


@test("refused-dry-run")
def dry_runs():
    """A dry run prints the layout, and says what would be refused, with the status that the load would have."""
    for runs, name, status, message in (
        (switches, "user-dry-run", 2, BEFORE + r"\n  - this process has no CAP_SYS_BOOT"),
        (switches, "lockdown-dry-run", 2, BEFORE + r"\n  - the kernel is locked down"),
    ):
        ran = runs()[name]
        ran.check_refusal((status,), message)
        check("purgatory" in ran.out, f"{name}: the layout is not shown:\n{ran.out}")
    # The limit is one, and dry runs don't count.
    limits()["dry-run"].check((0,), loaded=False)
    limits()["last"].check((0,), loaded=True)


@test("refused-without-log")
def without_log():
    """Where the kernel's log can't be read, kplan says where to look."""
    switches()["no-log"].check_refusal(
        (2,), r"the kernel's log may say more, see dmesg: /dev/kmsg: open: No such file"
    )


DOCUMENT = ROOT / "docs/REFUSALS.md"
HEAD = """# What the kernel refuses, and what kplan says

Seen in guests under QEMU, one run for each row; `Tests/Machine/run refus` provokes them again and compares. Where kplan knows beforehand,
nothing is tried, and the message begins with "kexec_load would be refused". "The kernel's own word" is what a program says that asks the
kernel without kplan. An arm64 kernel demands signatures where IMA's policy for the architecture does, under Secure Boot; these guests have
none, so the variable that it sets then was set by hand.

"""


def masked(text):
    """Numbers differ from boot to boot."""
    text = re.sub(r"\[ *[0-9]+\.[0-9]+\]", "[…]", text)
    text = re.sub(r"pid=[0-9]+", "pid=…", text)
    text = re.sub(r"[0-9.]+ [KMGTE]iB \(0x[0-9a-f]+\)", "…", text)
    return re.sub(r"0x[0-9a-f]{4,}(–0x[0-9a-f]+)?", "…", text)


def relevant(message, pattern):
    """Of a plan that breaks many rules, the one that is meant."""
    first, *lines = message.splitlines()
    if "breaks rules" in first:
        lines = [line for line in lines if re.search(pattern, line)][:1] + ["  …"]
    return "\n".join([first, *lines])


def cell(text):
    return text.replace("|", "\\|").replace("\n", "<br>")


def document():
    lines = ["| cause | the kernel's own word | kplan's message | status |", "|---|---|---|---|"]
    for runs, refusals in REFUSALS:
        ran = runs()
        for refusal in refusals:
            refusal.check(ran)
            message = re.split(r"\n(layout:|kexec_file_load\n)", ran[refusal.name].err)[0].strip()
            message = re.sub(r"^kplan: /kplan/[a-z/]+\.json: ", "", message)
            lines.append(
                f"| {refusal.cause} | {refusal.errno or ''} | {cell(masked(relevant(message, refusal.message)))} | {refusal.status} |"
            )
    lines += ["", "What the kernel says to requests that kplan's rules refuse, asked without kplan:", ""]
    lines += ["| request | the kernel's own word |", "|---|---|"]
    ran = switches()
    lines += [f"| {what} | {ran[f'request-{index}'].out.strip()} |" for index, (what, _, _) in enumerate(REQUESTS)]
    return HEAD + "\n".join(lines) + "\n"


@test("refusals-document", ahead=guarded.built_kernel)
def documented():
    """docs/REFUSALS.md says what was seen."""
    made = document()
    if os.environ.get("KPLAN_REGENERATE"):
        DOCUMENT.write_text(made)
    check(
        not os.environ.get("KPLAN_REGENERATE") and DOCUMENT.read_text() == made,
        f"{DOCUMENT} is not what was seen: KPLAN_REGENERATE=1 Tests/Machine/run refusals-document writes it",
    )
