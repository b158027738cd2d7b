"""Conversations: what a turn costs that is told of the last ones, however long it has been going on, and what it leaves."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.answers import reply
from benchmarks.figure import Figure, against
from benchmarks.figures.durable import MEMORY, settled
from benchmarks.floor.sessions import opened_for_sessions, turn
from benchmarks.fresh import ROOT
from benchmarks.harness import alone, duel
from benchmarks.work import ANSWER, QUESTION
from graphagent import Agent
from graphagent.models.base import Model, Reply, Request
from graphagent.run.history import Budget, history
from graphagent.storage.sqlite import SqliteStorage

RUNS = 3
SESSIONS, USERS = 100_000, 1_000
MESSAGE = {"role": "assistant", "content": ANSWER}


class Answer(Model):
    """Gives one and the same answer at once."""

    id = "answer"
    provider = "benchmarks"
    made = reply(MESSAGE)

    def ask(self, request: Request) -> Reply:
        return self.made


def figures() -> Iterator[Figure]:
    """Turns 10 and 500 are measured from these on: each measured turn makes the session one longer."""
    with folder() as where, SqliteStorage(db_file=where / "ours.db") as storage:
        agent = talker(storage, "short")
        talk(agent, 10)
        tenth = alone(lambda: agent.run(QUESTION))
        agent = talker(storage, "long")
        talk(agent, 500)
        with closing(opened_for_sessions(str(where / "floor.db"))) as database:
            for _ in range(500):
                turn(database, "long", QUESTION, lambda _: MESSAGE, RUNS)
            weighed = duel(
                lambda: agent.run(QUESTION), lambda: turn(database, "long", QUESTION, lambda _: MESSAGE, RUNS)
            )
        name = f"turn 500 of a session, told of {RUNS} runs"
        yield against(name, weighed, 2)
        yield Figure(name=f"{name}, against turn 10", ours=weighed.ours, floor=tenth, limit=1.1, clock="CPU")
    first = grown(10)
    for turns in (100, 1_000):
        name = f"bytes of turn {turns:,} of a session, against turn 10"
        yield Figure(name=name, ours=grown(turns), floor=first, unit="B", limit=1.1)
    yield from found()


def talker(storage: SqliteStorage, session_id: str) -> Agent:
    """An agent in one session."""
    return Agent(
        name="talker", model=Answer(), storage=storage, session_id=session_id, add_history_to_messages=True,
        num_history_runs=RUNS,
    )  # fmt: skip


def talk(agent: Agent, turns: int) -> None:
    """So many turns."""
    for _ in range(turns):
        agent.run(QUESTION)


def grown(turns: int, more: int = 200) -> float:
    """By how many bytes one of the turns that follow lets the file grow."""
    with folder() as where, SqliteStorage(db_file=where / "ours.db") as storage:
        agent = talker(storage, "one")
        talk(agent, turns)
        before = settled(where / "ours.db")
        talk(agent, more)
        return (settled(where / "ours.db") - before) / more


def found() -> Iterator[Figure]:
    """What is looked up among very many."""
    with folder() as where, SqliteStorage(db_file=where / "ours.db") as storage:
        talk(talker(storage, "short"), 10)
        talk(talker(storage, "long"), 10_000)
        few, many = (
            alone(lambda session=session: history(storage, session, Budget(RUNS)))  # type: ignore[misc]
            for session in ("short", "long")
        )
        name = f"history: the last {RUNS} of 10,000 runs, against those of 10"
        yield Figure(name=name, ours=many, floor=few, limit=1.2, clock="CPU")
        with closing(sqlite3.connect(where / "ours.db")) as database:
            rows = ((f"s{number}", f"u{number % USERS}", number) for number in range(SESSIONS))
            insert = "INSERT INTO session (space, id, user_id, version, created_at) VALUES ('runs', ?, ?, 0, ?)"
            with database:
                database.executemany(insert, rows)
        for name, user in (("of one user among 1,000", {"user_id": "u7"}), ("of anybody", {})):
            ours = alone(lambda user=user: storage.sessions(limit=20, **user))  # type: ignore[misc]
            yield Figure(name=f"20 sessions {name}, of {SESSIONS:,}", ours=ours, limit=1_000, clock="CPU")


@contextmanager
def folder() -> Iterator[Path]:
    """On a RAM disk where there is one; gone afterwards."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else ROOT, prefix=".benchmark-") as made:
        yield Path(made)
