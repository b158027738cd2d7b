"""A run as it stands: what is on record, and what has expired since, put on record by whoever looks first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from graphagent.engine.run import Run
from graphagent.exceptions import StaleRun
from graphagent.run import decisions
from graphagent.run.history import spliced
from graphagent.utils import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

    Note = Callable[[Head, dict[str, Any]], bytes]


def current(storage: Storage, run_id: str, note: Note | None = None) -> tuple[Head, Run]:
    """The head of a run, and the run. Raises as `Storage.load` does.

    `note` gives what was remembered, of a run that was told of that: see `history.spliced`.
    """
    while True:
        head, steps = storage.load(run_id)
        run = replayed(storage, head, steps, note)
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


def replayed(storage: Storage, head: Head, steps: Sequence[Step], note: Note | None = None) -> Run:
    """The run that recorded steps lead to, with what it was told of earlier runs."""
    known = spliced(storage, steps, None if note is None else partial(note, head))
    return Run.replay(head.id, head.plan, known)
