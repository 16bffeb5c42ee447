"""The kernel 4k-guarded: memory that runs out or is in pieces, IMA, LoadPin, signatures of kernels, and what kplan says to them."""

import struct
import subprocess

import authenticode
import guest
from commands import RUN
from harness import CACHE, check, once, run_kplan, run_script, test
from kexec import SIMPLEST, payload, plan
from refusal import (
    ARM64_FLAGS, BEFORE, FILES_BEFORE, FOLDER, GOOD, SECURITYFS, Refusal, boot, plan_of_files, raw, results, tools,
)  # fmt: skip

KERNEL = "6.12-4k-guarded"
IMAGE = CACHE / "kernels" / KERNEL / "vmlinuz"
TRUSTED = CACHE / "kernels" / KERNEL


@once
def built_kernel():
    run_script("build-kernel", "4k-guarded")


# Memory runs out by fault injection (Documentation/fault-injection): of all allocations, those that kimage_load_segment is
# behind fail, so that it makes no difference what kplan takes for itself. The first file that the kernel reads is what
# LoadPin pins the file system of. What the kernel logs where there is no room lacks a line feed (kexec_image.c), so that it
# is to be read only when the next line is there.
MODULES = (
    RUN
    + SECURITYFS
    + """
raw-load /kplan/inputs/vmlinuz > /dev/null
raw-load 0xb70000 0 > /dev/null
mount -t debugfs none /sys/kernel/debug
cd /sys/kernel/debug/fail_page_alloc
echo N > ignore-gfp-wait; echo N > ignore-gfp-highmem; echo 0 > min-order; echo -1 > times; echo 0 > verbose
sort /proc/kallsyms | awk '
    start && $1 != start { print "0x" $1 > "require-end"; exit }
    $3 == "kimage_load_segment" { start = $1; print "0x" $1 > "require-start" }'
echo 100 > probability
cd /
run memory-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run memory $apply
echo 0 > /sys/kernel/debug/fail_page_alloc/probability
run room kplan apply /kplan/room/plan.json
run room-raw raw-load /kplan/room/vmlinuz
echo the next line > /dev/kmsg
echo "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig" > /sys/kernel/security/ima/policy
run ima-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run ima $apply
run ima-sealed kplan apply /kplan/sealed.json --inputs /kplan/inputs
run ima-original-raw raw-load /kplan/inputs/vmlinuz
run ima-original kplan apply /kplan/original.json --inputs /kplan/inputs
appraise key /kplan/certificate.der
appraise signature /kplan/inputs/vmlinuz /kplan/vmlinuz.ima
run ima-signed kplan apply /kplan/original.json --inputs /kplan/inputs
run ima-signed-unload kplan unload
umount /sys/kernel/security
run ima-unseen $apply
mount -t securityfs none /sys/kernel/security
echo 1 > /proc/sys/kernel/loadpin/enforce
run loadpin-raw """
    + raw(ARM64_FLAGS, GOOD)
    + """
run loadpin $apply
run loadpin-sealed kplan apply /kplan/sealed.json --inputs /kplan/inputs
mkdir /tmp/elsewhere
mount -t tmpfs none /tmp/elsewhere
cp /kplan/inputs/vmlinuz /kplan/inputs/second.cpio.gz /tmp/elsewhere
run loadpin-elsewhere-raw raw-load /tmp/elsewhere/vmlinuz
run loadpin-elsewhere kplan apply /kplan/original.json --inputs /tmp/elsewhere
run loadpin-pinned kplan apply /kplan/original.json --inputs /kplan/inputs
run loadpin-pinned-unload kplan unload
umount /sys/kernel/security
mount -t tmpfs none /proc/sys/kernel
run loadpin-unseen $apply
umount /proc/sys/kernel
echo 1 > /proc/sys/kernel/kexec_load_disabled
run disabled-files kplan apply /kplan/sealed.json --inputs /kplan/inputs
"""
)


def certificate(path):
    return subprocess.run(
        ["openssl", "x509", "-in", path, "-outform", "DER"], check=True, capture_output=True
    ).stdout  # fmt: skip


def ima_signature(content):
    """What security.ima has of a file (security/integrity/integrity.h, signature_v2_hdr): type, version, SHA-256, the key's
    identifier, and the signature."""
    identifier = subprocess.run(
        ["openssl", "x509", "-in", TRUSTED / "certificate.pem", "-noout", "-ext", "subjectKeyIdentifier"],
        check=True, capture_output=True, text=True,
    ).stdout.split()[-1]  # fmt: skip
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", TRUSTED / "key.pem"], input=content, check=True, capture_output=True
    ).stdout  # fmt: skip
    return struct.pack(">BBB4sH", 3, 2, 4, bytes.fromhex(identifier.replace(":", ""))[-4:], len(signature)) + signature


def files_plan(name, image, *options):
    """A plan for kexec_file_load of a kernel alone, and the kernel."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vmlinuz").write_bytes(image)
    run_kplan(
        "make", "--method", "kexec_file_load", "--kernel", "vmlinuz", "--command-line", "quiet", *options,
        "-o", "plan.json", folder=folder,
    )  # fmt: skip
    return {f"kplan/{name}/{file}": (folder / file).read_bytes() for file in ("vmlinuz", "plan.json")}


def large():
    """A kernel that says of itself that it needs more than the largest piece of the guest's memory, and less than half of
    all."""
    image = bytearray(IMAGE.read_bytes())
    struct.pack_into("<Q", image, 16, 424 << 20)
    return bytes(image)


@once
def modules():
    built_kernel()
    folder, _, _ = plan(SIMPLEST)
    files = {**payload(folder, MODULES), **tools(), **files_plan("room", large(), "--files", "original")}
    for passing in ("sealed", "original"):
        files[f"kplan/{passing}.json"] = plan_of_files(passing)
    files["kplan/certificate.der"] = certificate(TRUSTED / "certificate.pem")
    files["kplan/vmlinuz.ima"] = ima_signature(files["kplan/inputs/vmlinuz"])
    # Two more holes in its memory: the initrd stays, and the crash kernel's memory is in the middle.
    pieces = "retain_initrd crashkernel=64M@0x64000000"
    with boot("modules", KERNEL, guest.EL1, files, command_line=pieces) as machine:
        return results(machine, MODULES)


# The variants of a kernel, each in a folder of its own.
VARIANTS = ("unsigned", "unknown", "damaged", "malformed", "algorithm", "signed")

# An arm64 kernel demands signatures where IMA's policy for the architecture says so, which it does under Secure Boot; it
# sets this variable then. These guests have no Secure Boot.
DEMAND = """
demand() {
    local of='$3 == name { print "0x" $1; exit }'
    local data=0x$(awk '/ : Kernel data$/ { sub(/-.*/, "", $1); print $1 }' /proc/iomem)
    local start=$(awk -v name=_sdata "$of" /proc/kallsyms) variable=$(awk -v name=sig_enforce "$of" /proc/kallsyms)
    printf "\\\\$1" | dd of=/dev/mem bs=1 seek=$((data + variable - start)) conv=notrunc 2> /dev/null
}
"""

SIGNATURES = (
    RUN
    + DEMAND
    + SECURITYFS
    + "run unpinned kplan apply /kplan/signed/plan.json\n"
    + "demand 1\n"
    + "".join(
        f"run {name}-raw raw-load /kplan/{name}/vmlinuz\nrun {name} kplan apply /kplan/{name}/plan.json\n"
        for name in VARIANTS
    )
    + """
run signed-unload kplan unload
demand 0
run unsigned-taken kplan apply /kplan/unsigned/plan.json
run unsigned-unload kplan unload
echo integrity > /sys/kernel/security/lockdown
run locked-unsigned-raw raw-load /kplan/unsigned/vmlinuz
run locked-unsigned kplan apply /kplan/unsigned/plan.json
run locked-unsigned-dry-run kplan apply /kplan/unsigned/plan.json --dry-run
run locked-unknown kplan apply /kplan/unknown/plan.json
run locked-signed kplan apply /kplan/signed/plan.json
run locked-signed-unload kplan unload
: > /tmp/nothing
mount --bind /tmp/nothing /proc/config.gz
run locked-unseen kplan apply /kplan/unsigned/plan.json
"""
)


def variants():
    image = IMAGE.read_bytes()
    key, trusted = TRUSTED / "key.pem", certificate(TRUSTED / "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=nobody", "-sha256",
         "-keyout", FOLDER / "nobody.key", "-out", FOLDER / "nobody.pem"], check=True, capture_output=True,
    )  # fmt: skip
    signed = authenticode.signed(image, key, trusted)
    damaged = bytearray(signed)
    damaged[len(image) // 2] ^= 1
    # Without the attribute that has the message's digest.
    other = authenticode.MESSAGE_DIGEST[:-1] + b"\x09"
    return {
        "unsigned": image,
        "unknown": authenticode.signed(image, FOLDER / "nobody.key", certificate(FOLDER / "nobody.pem")),
        "damaged": bytes(damaged),
        "malformed": authenticode.signed(
            image, key, trusted, change=lambda message: message.replace(authenticode.MESSAGE_DIGEST, other)
        ),
        "algorithm": authenticode.signed(image, key, trusted, "sha512"),
        "signed": signed,
    }


@once
def signatures():
    built_kernel()
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder, _, _ = plan(SIMPLEST)
    files = {**payload(folder, SIGNATURES), **tools()}
    for name, image in variants().items():
        files.update(files_plan(name, image))
    with boot("signatures", KERNEL, guest.EL1, files) as machine:
        return results(machine, SIGNATURES)


LOGGED = r"(.|\n)*the kernel's log of it:\n(  \[.*\n)*  \[.*"

# The rows of docs/REFUSALS.md that this kernel has.
REFUSALS = [
    (modules, [
        Refusal("memory runs out", "memory",
                r"kexec_load failed: Cannot allocate memory \(ENOMEM\)(.|\n)*the kernel copies the segments",
                raw="memory-raw", errno="ENOMEM"),
        Refusal("no piece of memory is large enough, for kexec_file_load", "room",
                r"kexec_file_load failed: Cannot assign requested address \(EADDRNOTAVAIL\)\nmost likely because\n"
                r"  - there is no room: the kernel needs 424 MiB.*; the largest free piece of RAM has 3[0-9]{2}",
                raw="room-raw", errno="EADDRNOTAVAIL"),
        Refusal("LoadPin enforces", "loadpin", BEFORE + r"\n  - LoadPin", raw="loadpin-raw", errno="EPERM"),
        Refusal("… where kplan can't see that", "loadpin-unseen",
                r"\(EPERM\)\nbecause\n  - LoadPin" + LOGGED + r"\] LoadPin: kexec-image old-api-denied"),
        Refusal("… by kexec_file_load, of a sealed copy", "loadpin-sealed",
                FILES_BEFORE + r"\n  - LoadPin.*make the plan with --files original"),
        Refusal("… of a file of another file system", "loadpin-elsewhere",
                r"kexec_file_load failed: .* \(EPERM\)\nbecause\n  - LoadPin.*put them there"
                + LOGGED + r"\] LoadPin: kexec-image denied", raw="loadpin-elsewhere-raw", errno="EPERM"),
        Refusal("IMA demands a signature", "ima", BEFORE + r"\n  - IMA demands a signature",
                raw="ima-raw", errno="EACCES"),
        Refusal("… where kplan can't see that", "ima-unseen",
                r"\(EACCES\)\nbecause\n  - IMA demands a signature" + LOGGED + r"impossible to appraise"),
        Refusal("… by kexec_file_load, of a sealed copy", "ima-sealed",
                r"kexec_file_load failed: Permission denied \(EACCES\)\nmost likely because\n  - IMA demands a signature"),
        Refusal("… of a file without one", "ima-original",
                r"kexec_file_load failed: Permission denied \(EACCES\)\nmost likely because\n"
                r"  - IMA finds no valid signature with the file \(security.ima\): sign it",
                raw="ima-original-raw", errno="EACCES"),
        Refusal("kernel.kexec_load_disabled, and a plan for kexec_file_load", "disabled-files",
                FILES_BEFORE + r"\n  - kernel.kexec_load_disabled is 1"),
    ]),
    (signatures, [
        Refusal("LoadPin has pinned nothing yet, and would pin what sealed copies are on", "unpinned",
                FILES_BEFORE + r"\n  - LoadPin.*make the plan with --files original"),
        Refusal("lockdown, kexec_file_load and a kernel that is not signed", "locked-unsigned",
                FILES_BEFORE + r"\n  - the kernel is locked down \(integrity\).*signed kernels only, which this one is not",
                raw="locked-unsigned-raw", errno="EPERM"),
        Refusal("… where kplan can't see the running kernel's configuration", "locked-unseen",
                r"kexec_file_load failed: .* \(EPERM\)\nbecause\n  - the kernel is locked down"
                + LOGGED + r"Lockdown: kplan: kexec of unsigned images is restricted"),
        Refusal("… a kernel that is signed, by an unknown key", "locked-unknown",
                r"kexec_file_load failed: .* \(EPERM\)\nbecause\n  - the kernel is locked down.*a key signed which it trusts"),
        Refusal("signatures are demanded: a kernel without", "unsigned",
                r"\(ENODATA\)\nbecause\n  - the kernel is not signed", raw="unsigned-raw", errno="ENODATA"),
        Refusal("… with one by an unknown key", "unknown",
                r"\(ENOKEY\)\nbecause\n  - no key that the running kernel trusts", raw="unknown-raw", errno="ENOKEY"),
        Refusal("… a kernel that isn't what was signed", "damaged",
                r"\(EKEYREJECTED\)\nbecause\n  - the kernel's signature is damaged, or its file is not what was signed"
                + LOGGED + r"PEFILE: Digest mismatch", raw="damaged-raw", errno="EKEYREJECTED"),
        Refusal("… with a malformed one", "malformed",
                r"\(EBADMSG\)\nbecause\n  - the kernel's signature is damaged", raw="malformed-raw", errno="EBADMSG"),
        Refusal("… with one by SHA-512, which this kernel lacks", "algorithm",
                r"\(ENOPKG\)\nbecause\n  - the running kernel lacks an algorithm", raw="algorithm-raw", errno="ENOPKG"),
    ]),
]  # fmt: skip


@test("guarded-taken", ahead=built_kernel)
def taken():
    """What the messages advise is taken: a file that IMA finds signed, one of the pinned file system, and a kernel that a
    trusted key signed, locked down or not."""
    for runs, names in (
        (modules, ("ima-signed", "loadpin-pinned")),
        (signatures, ("signed", "unsigned-taken", "locked-signed")),
    ):
        ran = runs()
        for name in names:
            ran[name].check((0,), loaded=True)


@test("guarded-dry-run", ahead=built_kernel)
def dry_run():
    """A dry run shows the files, and says that the kernel would not take one without a signature."""
    ran = signatures()["locked-unsigned-dry-run"]
    ran.check_refusal((2,), FILES_BEFORE + r"\n  - the kernel is locked down")
    check("vmlinuz" in ran.out, f"the files are not shown:\n{ran.out}")
