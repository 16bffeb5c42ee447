"""Kernels with 16K and 64K pages, which kexec by plans whose page tables have granules of 4K and of the kernel's own."""

import functools

import guest
from harness import check, once, run_script, test
from kexec import Configuration, kexec, plan


@once
def built_kernels():
    run_script("build-kernel", "4k", "16k", "64k")


# A cortex-a72 has no 16K granule: a kernel with 16K pages doesn't start there, and says nothing.
# pauth-impdef: an algorithm for pointer authentication that takes an emulator less time.
MACHINES = (
    guest.Machine("el1", "max,pauth-impdef=on", "virt,gic-version=3,its=off", "EL1"),
    guest.Machine("el2", "max,pauth-impdef=on", "virt,gic-version=3,its=off,virtualization=on", "EL2 with E2H"),
)


def kexec_with_both_granules(configuration):
    built_kernels()
    notes = []
    for granule in (None, configuration.page_size):
        notes.append(f"{granule or '4K'} granule: {kexec(configuration, granule)}")
        _, document, _ = plan(configuration, granule)
        check(
            document["kernel"]["page_size"] == configuration.page_size,
            f"the plan says that the kernel's pages are of {document['kernel']['page_size']}",
        )
    return "; ".join(notes)


CONFIGURATIONS = [
    Configuration(f"6.12-{size.lower()}", machine, size) for size in ("16K", "64K") for machine in MACHINES
]
for configuration in CONFIGURATIONS:
    test(f"kexec-{configuration.name}", ahead=built_kernels)(
        functools.partial(kexec_with_both_granules, configuration)
    )
