"""A run as it stands: what is on record, and what has expired since, put on record by whoever looks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.engine.run import Run
from graphagent.exceptions import StaleRun
from graphagent.run import decisions
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.storage.base import Head, Storage


def current(storage: Storage, run_id: str) -> tuple[Head, Run]:
    """The head of a run, and the run. Raises as `Storage.load` does."""
    while True:
        head, steps = storage.load(run_id)
        run = Run.replay(head.id, head.plan, steps)
        now = clock.now()
        expired = decisions.expire(run, now)
        if not expired:
            return head, run
        for decision in expired:
            run.feed(*decision, at=now)
        try:
            storage.save(head, run)
        except StaleRun:
            continue  # it moved on in between; look again
        return head, run
