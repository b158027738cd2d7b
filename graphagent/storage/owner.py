"""Who has a run in hand, and whether they live."""

from __future__ import annotations

import os
import socket
from collections.abc import Container
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

LEASE: Final = 30_000_000  # microseconds a run is held after each sign of life


class Owner(NamedTuple):
    """One execution of a process: its host, its process id, when that process started, and which execution it is.

    A process id comes back after a while; together with the start it names one process for good.
    """

    host: str
    process: int
    started: str
    execution: str

    def __str__(self) -> str:
        return " ".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Owner:
        """The owner that was written as this text."""
        host, process, started, execution = text.split(" ")
        return cls(host, int(process), started, execution)

    @staticmethod
    def is_written(text: str) -> bool:
        """Whether `read` takes this text."""
        parts = text.split(" ")
        return len(parts) == 4 and parts[1].isdecimal()

    @classmethod
    def here(cls, execution: str) -> Owner:
        """An execution of this process."""
        process = os.getpid()
        return cls(_host(), process, _own_start(process), execution)


def is_known_dead(text: str, executing: Container[str]) -> bool:
    """Whether the owner written as this text certainly lives no more.

    `executing` are the executions that this process has in hand. Of a process on another host nothing is known: there
    only the end of the lease counts.
    """
    owner = Owner.read(text)
    if owner.host != _host():
        return False
    if owner.process == os.getpid() and owner.started == _own_start(owner.process):
        return owner.execution not in executing
    now = started(owner.process)
    if now is None:
        return not _runs(owner.process)
    return now != owner.started


def started(process: int) -> str | None:
    """When a process of this host started, in the kernel's own units (proc(5), field 22); None where it cannot be told."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    after_name = told.rpartition(")")[2].split()
    return None if after_name[0] in ("Z", "X") else after_name[19]  # a zombie has ended, whatever its number says


def _runs(process: int) -> bool:
    if Path("/proc/self/stat").exists():
        return False  # this host tells of its processes, and does not tell of this one
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@lru_cache(maxsize=1)
def _own_start(process: int) -> str:
    return started(process) or "unknown"


@lru_cache(maxsize=1)
def _host() -> str:
    """This host, since it was booted: process ids of an earlier boot, or of another container, say nothing here."""
    name = socket.gethostname().replace(" ", "-") or "localhost"
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
        space = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return name
    return f"{name}/{boot}/{space}"
