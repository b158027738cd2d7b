"""The same run with every step in a database, in memory and on a disk; many of them at once; and what it takes there."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.answers import Answers, PatientAnswers, by_hand, by_hand_patient
from benchmarks.figure import Figure, against
from benchmarks.floor import durable
from benchmarks.fresh import ROOT
from benchmarks.harness import Duel, duel
from benchmarks.work import ANSWER, CALLS, QUESTION, aprice, price
from graphagent import Agent
from graphagent.storage.sqlite import SqliteStorage

MEMORY = Path("/dev/shm")
AT_ONCE = 500
TOOLS = {"price": price}
ATOOLS = {"price": aprice}


def figures() -> Iterator[Figure]:
    """On a RAM disk where there is one: what is left is what the processor does."""
    name = f"run with {CALLS} tool calls, every step on"
    if MEMORY.is_dir():
        yield against(f"{name} a RAM disk", run(MEMORY, "CPU"), 2)
        yield against(f"{AT_ONCE} such runs at once, asynchronous, per run", at_once(MEMORY), 1.5, "wall")
    yield against(f"{name} a disk", run(None, "wall"), 1.3, "wall")
    ours, floor = sizes()
    yield Figure(name="bytes of that run in the database", ours=ours, floor=floor, unit="B", limit=1.2)


def run(where: Path | None, clock: str) -> Duel:
    """A run against the loop, each in a database of its own."""
    with databases(where) as (storage, database):
        agent, model = Agent(model=Answers(), tools=[price], storage=storage), by_hand()
        said = durable.run(database, QUESTION, model, TOOLS)
        assert agent.run(QUESTION).content == said[-1]["content"] == ANSWER
        return duel(lambda: agent.run(QUESTION), lambda: durable.run(database, QUESTION, model, TOOLS), clock=clock)


def at_once(where: Path | None) -> Duel:
    """Many runs that wait for each other's tools on one event loop; opening the loop counts for both."""
    with databases(where) as (storage, database):
        agent, model = Agent(model=PatientAnswers(), tools=[aprice], storage=storage), by_hand_patient

        def ours() -> None:
            asyncio.run(all_of(lambda: agent.arun(QUESTION)))

        def floor() -> None:
            asyncio.run(all_of(lambda: durable.arun(database, QUESTION, model, ATOOLS)))

        return duel(ours, floor, clock="wall", rounds=9, per=AT_ONCE)


async def all_of(work: Callable[[], Awaitable[object]]) -> None:
    """Do it many times at once, and fail where one fails."""
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def sizes(runs: int = 200) -> tuple[float, float]:
    """By how many bytes one run lets each file grow."""
    with databases(None) as (storage, database):
        agent, model = Agent(model=Answers(), tools=[price], storage=storage), by_hand()
        works: dict[str, Callable[[], object]] = {
            "ours.db": lambda: agent.run(QUESTION),
            "floor.db": lambda: durable.run(database, QUESTION, model, TOOLS),
        }
        folder = Path(database.execute("pragma database_list").fetchone()[2]).parent
        grown = []
        for name, work in works.items():
            work()
            before = settled(folder / name)
            for _ in range(runs):
                work()
            grown.append((settled(folder / name) - before) / runs)
        return grown[0], grown[1]


def settled(file: Path) -> int:
    """Bytes of a database file with all commits in it."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    return file.stat().st_size


@contextmanager
def databases(where: Path | None) -> Iterator[tuple[SqliteStorage, sqlite3.Connection]]:
    """One for the package and one for the loop, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=where or ROOT, prefix=".benchmark-") as folder:
        storage = SqliteStorage(table_name="runs", db_file=str(Path(folder) / "ours.db"))
        with closing(durable.opened(str(Path(folder) / "floor.db"))) as database, closing(storage):
            yield storage, database
