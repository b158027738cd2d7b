"""Ending a run from anywhere, without its agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.exceptions import RunIsOver, StaleRun
from graphagent.run.current import replayed
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.engine.run import Run
    from graphagent.storage.base import Head, Storage


def cancelled(storage: Storage, run_id: str, reason: str) -> tuple[Head, Run]:
    """The run, after its cancellation went on record. Whoever is running it finds out when it next records a step.

    Raises:
        RunNotFound: There is no such run.
        RunIsOver: It has ended before.
    """
    while True:
        head, steps = storage.load(run_id)
        run = replayed(storage, head, steps)
        if run.is_over:
            raise RunIsOver(f"Run {run_id} has already ended ({run.state}).", run_id=run_id)
        run.feed("cancel", {"reason": reason}, at=clock.now())
        try:
            storage.save(head, run)
        except StaleRun:
            continue  # it moved on in between; look again
        return head, run
