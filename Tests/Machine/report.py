"""What purgatory tells the kernel that it starts, beside what it printed before."""

import re
import struct

PRINTED = r"purgatory: verified in ([0-9]+) ms \(([0-9]+) ticks of ([0-9.]+) MHz\)$"


def differences(machine, level, within):
    """What the second kernel's /init shows of the report, and what the console says otherwise: a list of texts.

    The property is decoded by docs/PURGATORY.md, without kplan's code.
    """
    ((_, found),) = machine.expect(r"^KPLAN-REPORT ([0-9a-f]*)$", within=within)
    if len(found[1]) != 80:
        return [f"the report has {len(found[1]) // 2} bytes, due are 40"]
    version, flags, segments, frequency, *rest = struct.unpack(">10I", bytes.fromhex(found[1]))
    ticks, size, entry = (rest[index] << 32 | rest[index + 1] for index in (0, 2, 4))

    def said(pattern):
        return re.search(pattern, machine.first(pattern).text).groups()

    milliseconds, printed_ticks, megahertz = said(PRINTED)
    reports = {
        "version": (version, 1),
        "level": (flags & 0xF, {"EL1": 1, "EL2": 2, "EL2 with E2H": 3}[level]),
        "MMU": (flags >> 4 & 0xF, 0),
        "crypto extension": (flags >> 8, int("crypto" in said(r"purgatory: EL.* SHA-256 by (.*)")[0])),
        "segments": (segments, int(said(r"purgatory: ([0-9]+) segments, ")[0])),
        "bytes": (size, int(said(r"purgatory: [0-9]+ segments, ([0-9]+) bytes")[0])),
        "ticks": (ticks, int(printed_ticks)),
        "frequency": (frequency, round(float(megahertz) * 1000000)),
        "milliseconds": (ticks * 1000 // frequency if frequency else None, int(milliseconds)),
        "kernel": (entry, int(said(r"purgatory: starting the kernel at (0x[0-9a-f]+)")[0], 16)),
    }
    return [
        f"the report's {name} is {found}, the console says {due}" for name, (found, due) in reports.items() if found != due
    ]


def status_line(machine):
    """The pattern of the line in which `kplan status` on the second kernel says the time that purgatory printed."""
    time = re.search(PRINTED, machine.first(PRINTED).text)
    return rf"^KPLAN-STATUS +verified .* in {time[1]} ms \({time[2]} ticks of {re.escape(time[3])} MHz\)"
