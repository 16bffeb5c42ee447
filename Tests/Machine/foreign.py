"""kexec-tools' own purgatories, linked by kplan."""

import functools
import json
import shutil

from damage import SILENCE, flip_initrd, load_segments
from harness import CACHE, PATIENCE, TESTS, check, once, run_kplan, run_script, test
from kexec import SIMPLEST, inputs, make_arguments, payload, plan

PURGATORY = "purgatory.ro"


@once
def foreign_plan(version):
    """The folder with a plan with the purgatory of this kexec-tools, and the token."""
    _, _, token = plan(SIMPLEST)
    # Not with all the rest: Debian sid moves on, and then only this can't be had.
    run_script("fetch", f"kexec-{version}")
    folder = SIMPLEST.work / f"plan-kexec-tools-{version}"
    shutil.copytree(inputs(SIMPLEST), folder)
    shutil.copyfile(CACHE / f"kexec-{version}/purgatory.ro", folder / PURGATORY)
    run_kplan(*make_arguments(token, "plan.json", "--purgatory", PURGATORY), folder=folder)
    document = json.loads((folder / "plan.json").read_text())
    check(
        document["page_tables"] is None and document["mmu_off"] == "no-table-base",
        f"{folder}: page_tables and mmu_off are {document['page_tables']}, {document['mmu_off']}",
    )
    return folder, token


def foreign_kexec(version):
    """kexec-tools' purgatory, linked by kplan, verifies what `kplan apply` loaded, with fresh seeds, and starts it."""
    folder, token = foreign_plan(version)
    script = """
dmesg -n 8
kplan apply /kplan/plan.json --inputs /kplan/inputs --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""
    with SIMPLEST.boot(f"foreign-{version}", payload(folder, script, PURGATORY)) as machine:
        (jump, _), _, (verified, _), _, _ = machine.expect(
            r"Starting new kernel",
            r"I'm in purgatory",
            r"purgatory: booting kernel now",
            r"Booting Linux on physical CPU",
            rf"^KPLAN-SECOND kplan\.token={token}$",
            within=PATIENCE,
            never=(r"KPLAN-APPLY-RETURNED", r"sha256 digests do not match"),
        )
        return f"verified {verified.time - jump.time:.1f} s after the jump, with the MMU off"


for version in ("2.0.25", "2.0.32"):
    TESTS[f"kexec-tools-purgatory-{version}"] = functools.partial(foreign_kexec, version)


@test("kexec-tools-purgatory-stops")
def foreign_purgatory_stops():
    """One bit of the loaded initrd is wrong: kexec-tools' purgatory finds that its one digest is another."""
    folder, _ = foreign_plan("2.0.25")
    with load_segments("foreign-changed", flip_initrd, folder) as machine:
        machine.expect(
            r"Starting new kernel",
            r"sha256 digests do not match",
            within=PATIENCE,
            never=(r"KPLAN-LOAD-RETURNED", r"Booting Linux on physical CPU"),
        )
        machine.stay_without(r"Booting Linux on physical CPU|KPLAN-INIT|KPLAN-SECOND", SILENCE)
        return f"silent for {SILENCE} s"
