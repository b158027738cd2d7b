"""The same loop with every step in SQLite, and with the same promises.

A call is on disk before it is made and its result before the model hears of it; nobody else can take a step of the run
in between (the key of `step` and the condition on `run`); a call is never started after its deadline; a run can be
loaded after any crash, which shows a call that was begun and has no result. What carries an intent is synced, as a
power cut must not undo it; the rest follows with the next sync.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from benchmarks.floor.memory import Messages
from benchmarks.floor.tool import aanswered, answered

SCHEMA = """
    create table if not exists run (
        number integer primary key, id text not null unique, state text not null, seq integer not null,
        created_at integer not null, updated_at integer not null
    );
    create table if not exists step (
        run integer not null references run (number), seq integer not null, kind text not null, at integer not null,
        message text not null, primary key (run, seq)
    ) without rowid;
"""
TIMEOUT = 300_000_000  # microseconds


class Journal:
    """The steps of one run, each of them a commit."""

    def __init__(self, database: sqlite3.Connection, number: int | None = None, seq: int = 0) -> None:
        self.execute = database.execute
        self.number = number  # None: it has no step yet
        self.seq = seq
        self.at = 0

    def record(self, kind: str, message: dict[str, Any], *, synced: bool = False) -> None:
        """Put a step on disk, and be sure that nobody else has."""
        execute, seq, at = self.execute, self.seq + 1, time.time_ns() // 1000
        text = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
        execute("pragma synchronous = full" if synced else "pragma synchronous = normal")
        execute("begin immediate")
        try:
            if self.number is None:
                new = "insert into run (id, state, seq, created_at, updated_at) values (?, 'new', 0, ?, ?)"
                self.number = execute(new, (str(uuid.uuid4()), at, at)).lastrowid
            execute("insert into step values (?, ?, ?, ?, ?)", (self.number, seq, kind, at, text))
            moved = "update run set state = ?, seq = ?, updated_at = ? where number = ? and seq = ?"
            if execute(moved, (kind, seq, at, self.number, self.seq)).rowcount != 1:
                raise RuntimeError("somebody else has taken a step of this run")
            execute("commit")
        except BaseException:
            execute("rollback")
            raise
        self.seq, self.at = seq, at

    def in_time(self) -> None:
        """Refuse to start a call that was put on record too long ago."""
        if time.time_ns() // 1000 > self.at + TIMEOUT:
            raise RuntimeError("the deadline of this call has passed")


def opened(path: str) -> sqlite3.Connection:
    """A database for such runs."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.executescript(f"pragma journal_mode = wal; pragma busy_timeout = 5000; {SCHEMA}")
    return database


def run(
    database: sqlite3.Connection,
    question: str,
    model: Callable[[Messages], dict[str, Any]],
    tools: Mapping[str, Callable[..., str]],
) -> Messages:
    """The conversation, from the question to the answer; replies with several calls are left out for brevity."""
    journal = Journal(database)
    messages: Messages = [{"role": "user", "content": question}]
    journal.record("begin", messages[0])
    return finish(journal, messages, model, tools)


def resume(
    database: sqlite3.Connection,
    id: str,
    model: Callable[[Messages], dict[str, Any]],
    tools: Mapping[str, Callable[..., str]],
) -> Messages:
    """The same, of a run whose process ended. A call that was begun and has no result is for a person to look at."""
    found = "select number, step.seq, kind, message from step join run on run = number where id = ? order by step.seq"
    rows = database.execute(found, (id,)).fetchall()
    number, seq, kind, _ = rows[-1]
    if kind in ("call", "reply"):
        raise RuntimeError("the outcome of a call is unknown" if kind == "call" else "the run is over")
    return finish(Journal(database, number, seq), [json.loads(row[-1]) for row in rows], model, tools)


def finish(
    journal: Journal,
    messages: Messages,
    model: Callable[[Messages], dict[str, Any]],
    tools: Mapping[str, Callable[..., str]],
) -> Messages:
    """Ask and call until the answer is there."""
    for _ in range(1000):
        reply = model(messages)
        messages.append(reply)
        if not reply.get("tool_calls"):
            journal.record("reply", reply)
            return messages
        journal.record("call", reply, synced=True)
        journal.in_time()
        messages.append(answered(reply["tool_calls"][0], tools))
        journal.record("result", messages[-1])
    raise RuntimeError("the model does not come to an end")


async def arun(
    database: sqlite3.Connection,
    question: str,
    model: Callable[[Messages], Awaitable[dict[str, Any]]],
    tools: Mapping[str, Callable[..., Awaitable[str]]],
) -> Messages:
    """`run`, where model and tools are awaited; commits are short enough to be made on the loop."""
    journal = Journal(database)
    messages: Messages = [{"role": "user", "content": question}]
    journal.record("begin", messages[0])
    for _ in range(1000):
        reply = await model(messages)
        messages.append(reply)
        if not reply.get("tool_calls"):
            journal.record("reply", reply)
            return messages
        journal.record("call", reply, synced=True)
        journal.in_time()
        messages.append(await aanswered(reply["tool_calls"][0], tools))
        journal.record("result", messages[-1])
    raise RuntimeError("the model does not come to an end")
