"""The machine alone: one transition, and a run made from its rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.harness import alone
from benchmarks.left import ROWS, suspended
from graphagent.engine.machine import FIRE
from graphagent.engine.run import Run
from graphagent.storage.sqlite import SqliteStorage

TIMES = 1000
NOTHING: dict[str, Any] = {}


def figures() -> Iterator[Figure]:
    """A transition, and the load of a run that was left in the middle."""
    yield Figure(name="transition with guard and fold", ours=alone(fired, per=TIMES), limit=1, clock="CPU")
    yield Figure(name="the same, with the step that is recorded", ours=alone(fed, per=TIMES), clock="CPU")
    with tempfile.TemporaryDirectory() as folder:
        storage = SqliteStorage(table_name="runs", db_file=str(Path(folder) / "load.db"))
        run_id = suspended(storage)

        def load() -> None:
            head, steps = storage.load(run_id)
            assert Run.replay(head.id, head.plan, steps).seq == ROWS

        taken = alone(load, per=ROWS)
        yield Figure(name=f"load of a suspended run of {ROWS} rows, per row", ours=taken, limit=10, clock="CPU")
        storage.close()


def fired() -> None:
    """A thousand failed attempts to ask a model: the fold counts them, the guard looks whether it were too many."""
    run, fire = begun(), FIRE["retry"]
    for at in range(TIMES):
        fire(run, NOTHING, b"", at)
    assert run.state == "model"


def fed() -> None:
    """The same through the run."""
    run = begun()
    for at in range(TIMES):
        run.feed("retry", at=at)
    assert run.state == "model"


def begun() -> Run:
    """A run that is about to ask its model."""
    run = Run("run", frozenset(("model", "respond", "completed", "failed")))
    run.feed("begin", {"limits": {"retries": TIMES}}, at=0)
    return run
