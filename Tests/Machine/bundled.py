"""A plan with its inputs as one file, on a machine that has nothing else of them."""

from harness import ARM64, PATIENCE, check, run_kplan, test
from kexec import SIMPLEST, expect_second_kernel, plan


@test("bundle")
def bundle():
    """The arm64 kplan makes the same bundle, and applies it in a guest; a truncated one it refuses."""
    folder, _, token = plan(SIMPLEST)
    run_kplan("bundle", "plan.json", "-o", "plan.tar", folder=folder)
    run_kplan(
        "bundle", "plan.json", "-o", "plan-arm64.tar", folder=folder, program=("qemu-aarch64-static", ARM64 / "kplan")
    )
    archive = (folder / "plan.tar").read_bytes()
    check(archive == (folder / "plan-arm64.tar").read_bytes(), f"{folder}: plan.tar and plan-arm64.tar differ")
    script = """
head -c 1000000 /kplan/plan.tar > /tmp/truncated.tar
kplan apply /tmp/truncated.tar 2>&1 | sed 's/^/KPLAN-TRUNCATED /'
cd /
dmesg -n 8
kplan apply /kplan/plan.tar --exec
echo "KPLAN-APPLY-RETURNED status=$?"
"""
    files = {
        "kplan/run.sh": script.encode(),
        "kplan/kplan": (ARM64 / "kplan").read_bytes(),
        "kplan/plan.tar": archive,
    }
    with SIMPLEST.boot("bundle", files) as machine:
        never = (r"KPLAN-APPLY-RETURNED",)
        machine.expect(
            r"^KPLAN-TRUNCATED kplan: /tmp/truncated\.tar: .*[Tt]runcated", within=PATIENCE, never=never
        )
        return expect_second_kernel(machine, SIMPLEST, token, never)
