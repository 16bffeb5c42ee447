"""A machine that loads only signed plans: what is refused there, and a signed plan that boots."""

import re
import subprocess

from commands import RUN, Ran
from harness import PATIENCE, WORK, check, once, run_kplan, run_script, test
from kexec import SIMPLEST, expect_second_kernel, payload, plan

INPUTS = "--inputs /kplan/inputs"

COMMANDS = (
    RUN
    + f"""
run unsigned kplan apply /kplan/plan.json {INPUTS}
run check-unsigned kplan apply /kplan/plan.json --check {INPUTS}
run tampered kplan apply /kplan/tampered.json {INPUTS}
run stranger kplan apply /kplan/plan.json {INPUTS} --signature /kplan/stranger.sig
run own-signers kplan apply /kplan/plan.json {INPUTS} --signature /kplan/stranger.sig --allowed-signers /kplan/strangers
run as-kexec kplan kexec -l /kplan/inputs/vmlinuz --append=quiet
run check-signed kplan apply /kplan/signed.json --check {INPUTS}
chmod g+w /etc/kplan/allowed_signers
run writable kplan apply /kplan/signed.json {INPUTS}
chmod g-w /etc/kplan/allowed_signers
dmesg -n 8
echo "KPLAN-SIGNED"
kplan apply /kplan/signed.json {INPUTS} --exec
echo "KPLAN-SIGNED-RETURNED status=$?"
"""
)


def key(folder, name, principal):
    """Makes a key; its line in a file of allowed signers."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True)
    return f"{principal} ".encode() + (folder / f"{name}.pub").read_bytes()


@once
def commands():
    run_script("need-packages", "openssh-client")
    made, _, token = plan(SIMPLEST)
    folder = WORK / "signed"
    folder.mkdir(parents=True)
    allowed, strangers = key(folder, "alice", "alice"), key(folder, "mallory", "mallory")
    document = (made / "plan.json").read_bytes()
    for name in ("alice", "mallory"):
        run_kplan("sign", made / "plan.json", "--key", name, "-o", f"{name}.sig", folder=folder)
    # One more word for the next kernel, which no other check would find: purgatory knows the device tree's digest alone.
    tampered = document.replace(b"panic=-1", b"panic=-2", 1)
    check(tampered != document, "nothing is tampered with")
    signature = (folder / "alice.sig").read_bytes()
    files = {
        **payload(made, COMMANDS),
        "etc/kplan/allowed_signers": allowed,
        "kplan/strangers": strangers,
        "kplan/stranger.sig": (folder / "mallory.sig").read_bytes(),
        "kplan/signed.json": document,
        "kplan/signed.json.sig": signature,
        "kplan/tampered.json": tampered,
        "kplan/tampered.json.sig": signature,
    }
    with SIMPLEST.boot("signed", files) as machine:
        ran = Ran.all(machine, COMMANDS)
        machine.expect(r"^KPLAN-SIGNED$", within=PATIENCE)
        return ran, expect_second_kernel(machine, SIMPLEST, token, (r"KPLAN-SIGNED-RETURNED",))


@test("signed")
def signed():
    """/etc/kplan/allowed_signers: what its signers have not signed is not loaded, and what they have, boots."""
    ran, text = commands()
    ran["unsigned"].check_refusal((1,), r"plan\.json\.sig: is not there: the plan is not signed")
    ran["tampered"].check_refusal((1,), r"tampered\.json\.sig: is not this plan's")
    for name in ("stranger", "own-signers"):
        ran[name].check_refusal((1,), r"stranger\.sig: was made by ssh-ed25519 SHA256:.*allowed_signers doesn't list")
    ran["as-kexec"].check_refusal((1,), r"allowed_signers lets no plan be loaded that is not signed")
    ran["writable"].check_refusal((2,), r"allowed_signers: others than its owner may write to it")
    ran["check-unsigned"].check((1,), loaded=False)
    check(re.search(r"^  no +signature ", ran["check-unsigned"].out, re.M), ran["check-unsigned"].out)
    ran["check-signed"].check((0,), loaded=False)
    check("alice, by ssh-ed25519 SHA256:" in ran["check-signed"].out, ran["check-signed"].out)
    return text
