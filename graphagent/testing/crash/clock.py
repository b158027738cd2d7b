"""A clock that all processes of a trial share, so that waiting until tomorrow takes no time."""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

import graphagent.utils.clock

_FORMAT: Final = struct.Struct("q")


class Clock:
    """The time, and what has been waited beyond it. Made before the processes that share it are forked."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _FORMAT.size)

    @property
    def ahead(self) -> int:
        """How far it is ahead of the real one, in microseconds."""
        return int(_FORMAT.unpack_from(self._shared)[0])

    def now(self) -> int:
        """Microseconds since the epoch."""
        return time.time_ns() // 1000 + self.ahead

    def wait(self, seconds: float) -> None:
        """Let that time pass for everybody."""
        _FORMAT.pack_into(self._shared, 0, self.ahead + int(seconds * 1e6))

    def pause(self) -> None:
        """Let others have their turn: so long that leases of those who do nothing any more run out."""
        self.wait(30)
        time.sleep(0.001)

    @contextmanager
    def rules(self) -> Generator[None]:
        """Let runs of this process go by this clock."""
        with patch.object(graphagent.utils.clock, "time", SimpleNamespace(time_ns=lambda: self.now() * 1000)):
            yield


class RealClock(Clock):
    """The time as it is: waiting takes as long as it takes."""

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def pause(self) -> None:
        time.sleep(0.02)
