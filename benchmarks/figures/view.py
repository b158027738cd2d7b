"""What it costs to look: the page of a long run, and the newest runs of a database that has many."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figure import Figure
from benchmarks.work import QUESTION, price
from graphagent import Agent
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage
from graphagent.studio import lists
from graphagent.view.page import page

STEPS = 1000
RUNS = 100_000
SEEDS = 100
ROUNDS = 9


def figures() -> Iterator[Figure]:
    """All of it on a real file; nobody who looks is known to who runs."""
    with tempfile.TemporaryDirectory() as folder, closing(SqliteStorage(db_file=Path(folder) / "runs.db")) as storage:
        run = long_run(storage)
        size = len(page(storage, run).encode()) / 1e6
        yield Figure(name=f"page of a run of {STEPS} steps", ours=size, unit="MB", limit=2, absolute=True)
        spent = taken(lambda: page(storage, run))
        yield Figure(
            name=f"write the page of a run of {STEPS} steps", ours=spent, unit="ms", absolute=True, clock="wall"
        )
        fill(storage, Path(folder) / "runs.db")
        for name, asked in {"": {}, " of one state, none of which there is": {"state": "cancelled"}}.items():
            spent = taken(lambda asked=asked: lists.runs(storage, asked))  # type: ignore[misc]  # mypy knows no such default
            title = f"list the newest of {RUNS:,} runs{name}"
            yield Figure(name=title, ours=spent, unit="ms", limit=100, absolute=True, clock="wall")


def taken(work: Callable[[], Any]) -> float:
    """Milliseconds that it takes."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times) * 1000


def long_run(storage: SqliteStorage) -> str:
    """The id of a run that took so many steps."""
    rounds = (STEPS - 3) // 2
    model = ScriptedModel(
        [*(call("price", article=f"article {number}", quantity=1) for number in range(rounds)), "That is all."]
    )
    response = Agent(name="long", model=model, tools=[price], storage=storage).run(QUESTION)
    assert response.seq >= STEPS - 1
    return str(response.run_id)


def fill(storage: SqliteStorage, file: Path) -> None:
    """Some runs, and copies of their heads until there are enough."""
    for number in range(SEEDS):
        agent = Agent(name="short", model=ScriptedModel(["Hello."]), storage=storage)
        agent.run("Hi.", user_id=f"user {number}", session_id=f"session {number}")
    with closing(sqlite3.connect(file)) as database, database:
        columns = [row[1] for row in database.execute("pragma table_info(run)") if row[1] not in {"number", "id"}]
        kept = ", ".join(columns)
        for copy in range(RUNS // SEEDS):
            copied = f"insert into run (id, {kept}) select id || ?, {kept} from run where number between 2 and ?"
            database.execute(copied, (f" {copy}", SEEDS + 1))
