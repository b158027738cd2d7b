"""A conversation by hand: before each turn the messages of its last runs are read; a turn of one reply is two commits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from benchmarks.floor.durable import Journal, opened
from benchmarks.floor.memory import Messages

SCHEMA = """
    create table if not exists session (id text not null, run integer not null, primary key (id, run)) without rowid;
"""
LAST = """
    select message from step join run on run.number = step.run
    where step.run in (select run from session where id = ? order by run desc limit ?) and state = 'reply'
    order by step.run, step.seq
"""


def opened_for_sessions(path: str) -> sqlite3.Connection:
    """A database for such conversations."""
    database = opened(path)
    database.executescript(SCHEMA)
    return database


def turn(
    database: sqlite3.Connection, session: str, question: str, model: Callable[[Messages], dict[str, Any]], runs: int
) -> Messages:
    """One more question and answer in a session, with its last runs before it."""
    messages: Messages = [json.loads(row[0]) for row in database.execute(LAST, (session, runs)).fetchall()]
    messages.append({"role": "user", "content": question})
    journal = Journal(database)
    journal.record("begin", messages[-1])
    database.execute("insert into session values (?, ?)", (session, journal.number))
    reply = model(messages)
    journal.record("reply", reply)
    return [*messages, reply]
