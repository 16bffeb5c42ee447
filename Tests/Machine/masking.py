"""What of a recorded text is the same from run to run."""

import re


def masked(line):
    """A line without numbers and digests, and without the lengths of columns and bars."""
    line = re.sub(r"▕.*▏", "▕▏", line)
    line = re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9]+(\.[0-9]+)?", "N", line)
    return re.sub(r"\s+", " ", re.sub(r"([^\w\s])\1+", r"\1", line)).strip()
