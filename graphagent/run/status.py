"""Where a run stands, as its caller sees it."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """`completed`, `cancelled` and `error` are final; a `paused` run waits for a person."""

    pending = "PENDING"
    running = "RUNNING"
    completed = "COMPLETED"
    paused = "PAUSED"
    cancelled = "CANCELLED"
    error = "ERROR"
