"""Time: the clock of runs, read in this one place so that a test can set it, and how long something took, in words."""

from __future__ import annotations

import time
from typing import Final

UNITS: Final = (
    ("ms", 0.001, 1.0),
    ("s", 1.0, 100.0),
    ("min", 60.0, 6_000.0),
    ("h", 3_600.0, 172_800.0),
)  # how long each is, and up to when


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def duration(seconds: float) -> str:
    """A time span in two figures: `0.4 ms`, `12 ms`, `3.1 s`, `4.0 min`, `2.5 h`, `3 d`."""
    for unit, size, limit in UNITS:
        if seconds < limit:
            return f"{seconds / size:.{0 if seconds / size >= 10 else 1}f} {unit}"
    return f"{seconds / 86400:.0f} d"
