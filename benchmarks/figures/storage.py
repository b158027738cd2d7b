"""Storage alone, without agent and engine: steps that are already made, against bare `sqlite3` on the same tables."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from copy import copy
from itertools import count
from pathlib import Path

from pydantic_core import to_json

from benchmarks.figure import Figure, against
from benchmarks.harness import Duel, alone, duel
from benchmarks.work import CALLS, call_message
from graphagent.engine.run import Run
from graphagent.storage import sqlite_statements as sql
from graphagent.storage.base import SYNCED, Head
from graphagent.storage.sqlite import SqliteStorage

MEMORY = Path("/dev/shm")
AT_ONCE = 32
PLAN = frozenset({"model", "tool", "respond", "completed", "failed", "cancelled"})
AT = 1_790_000_000_000_000
numbers = count(1)


def fed(*, quiet: bool) -> Run:
    """A run with so many tool calls, over, nothing of it on record; a `quiet` one asks its model in vain instead."""
    run = Run("run", PLAN)
    run.feed(
        "begin",
        {"limits": {"retries": 100}},
        b'{"role":"user","content":"What do these articles cost together?"}',
        at=AT,
    )
    for number in range(1, CALLS + 1):
        asked = to_json(call_message(number, '{"article":"paper","quantity":3}'))
        told = to_json({"role": "tool", "tool_call_id": f"call_{number}", "content": "3 of paper cost 9 euros"})
        if quiet:
            run.feed("retry", {"error": {"type": "ModelError", "message": "The model is overloaded."}}, at=AT)
            run.feed("retry", {"error": {"type": "ModelError", "message": "The model did not answer."}}, at=AT)
        else:
            run.feed("call", {"usage": {"input_tokens": 90, "output_tokens": 9}}, asked, at=AT)
            run.feed("result", {"call": f"call_{number}"}, told, at=AT)
    run.feed("reply", None, b'{"role":"assistant","content":"Together they cost 165 euros."}', at=AT)
    run.feed("finish", at=AT)
    return run


ACTIVE, QUIET = fed(quiet=False), fed(quiet=True)
STEPS = ACTIVE.fresh
ROWS = [(*step[:4], to_json(step.data) if step.data else None, step.messages or None) for step in STEPS]


def figures() -> Iterator[Figure]:
    """On a RAM disk where there is one: what is left is what the processor does."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder, each = Path(name), AT_ONCE * len(STEPS)
        with SqliteStorage(db_file=folder / "ours.db") as storage:
            yield against("commit of one step, storage alone", commits(storage, folder / "raw.db"), 1.5)
            grouped = alone(lambda: asyncio.run(together(storage, QUIET)), per=each)
            yield Figure(name=f"the same, of {AT_ONCE} runs on an event loop", ours=grouped, limit=10, clock="CPU")
            synced = alone(lambda: asyncio.run(together(storage, ACTIVE)), per=each)
            yield Figure(name="the same, every other step synced, in a thread", ours=synced, clock="CPU")
            head = recorded(storage)
            taken = alone(lambda: storage.load(head.id), per=len(STEPS))
            yield Figure(name="load of a row, storage alone", ours=taken, limit=10, clock="CPU")


def commits(storage: SqliteStorage, file: Path) -> Duel:
    """The commits of one run, each step its own."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
        for created in sql.CREATE:
            database.execute(created)
        return duel(lambda: recorded(storage), lambda: raw(database), per=len(STEPS))


def saves(of: Run) -> tuple[Head, Iterator[Run]]:
    """A new head, and that run as it is at each of its steps, with this step to be saved."""
    id = f"0199aaaa-0000-7000-8000-{next(numbers):012}"
    head = Head(id=id, session_id=id, agent_id="assistant", definition="d" * 64, plan=of.plan)
    run = copy(of)
    run.fresh = []

    def at_each_step() -> Iterator[Run]:
        for step in of.fresh:
            run.fresh.append(step)
            yield run

    return head, at_each_step()


def recorded(storage: SqliteStorage) -> Head:
    """A run put on record step by step."""
    head, states = saves(ACTIVE)
    for run in states:
        storage.save(head, run)
    return head


async def together(storage: SqliteStorage, of: Run) -> None:
    """Runs put on record side by side."""

    async def live() -> None:
        head, states = saves(of)
        for run in states:
            await storage.asave(head, run)

    await asyncio.gather(*(live() for _ in range(AT_ONCE)))


def raw(database: sqlite3.Connection) -> None:
    """The same statements by hand, of rows that are already encoded: the head, fenced, and the step; calls are synced."""
    execute, level, id = database.execute, "NORMAL", f"0199aaaa-0000-7000-8000-{next(numbers):012}"
    number: int | None = None
    for row in ROWS:
        if (wanted := "FULL" if row[1] in SYNCED else "NORMAL") != level:
            database.executescript(f"PRAGMA synchronous={wanted}")
            level = wanted
        execute("BEGIN IMMEDIATE")
        if number is None:
            execute(sql.INSERT_DEFINITION, ("d" * 64, " ".join(PLAN), b""))
            named = (id, "runs", id, None, "assistant", None, "d" * 64, " ".join(PLAN), None, None)
            number = execute(sql.INSERT_RUN, (*named, row[2], 1, None, 0, 0, AT, AT)).lastrowid
        else:
            moved = (row[2], row[0], None, 0, AT, number, id, 0, row[0] - 1)
            if execute(sql.UPDATE_RUN, moved).rowcount != 1:
                raise RuntimeError("somebody else has taken a step of this run")
        execute(sql.INSERT_STEP, (number, *row))
        execute("COMMIT")
