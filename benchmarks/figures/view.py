"""What it costs to look: pictures, the page of a long run, and the newest runs of a database that has many."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import networkx

from benchmarks.figure import Figure
from benchmarks.work import QUESTION, price
from graphagent import Agent
from graphagent.engine.graph import graph
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage
from graphagent.studio import lists
from graphagent.view.page import page
from graphagent.view.svg import svg

NODES = 100
MORE = 0.35  # the share of nodes with another arc, to anywhere before
STEPS = 1000
RUNS = 100_000
SEEDS = 100
ROUNDS = 9


def figures() -> Iterator[Figure]:
    """All of it on a real file; nobody who looks is known to who runs."""
    for name, drawn, limit in (
        ("the run machine", graph(), 50),
        (f"a graph of {NODES} nodes", workflow(NODES), 1000),
    ):
        spent = taken(lambda drawn=drawn: svg(drawn))  # type: ignore[misc]  # mypy knows no such default
        yield Figure(name=f"draw {name}", ours=spent, unit="ms", limit=limit, absolute=True, clock="wall")
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


def workflow(nodes: int) -> networkx.MultiDiGraph[str]:
    """A graph of so many nodes that branches, joins and leads back, always the same."""
    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    chance = Random(nodes)
    for number in range(1, nodes):
        drawn.add_edge(f"step {max(0, number - chance.randint(1, 6))}", f"step {number}", trigger="done")
        if chance.random() < MORE:
            source, target = chance.randrange(nodes), chance.randrange(nodes)
            drawn.add_edge(f"step {source}", f"step {min(target, source + 8)}", trigger="again")
    return drawn


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
