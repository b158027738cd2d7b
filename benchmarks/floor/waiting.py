"""The durable loop with a call that a person must agree to: asked for in a row of its own, decided once, then made."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.floor.durable import Journal, finish
from benchmarks.floor.memory import Messages
from benchmarks.floor.tool import answered

SCHEMA = """
    create table if not exists request (
        number integer primary key, run integer not null references run (number), call text not null,
        digest text not null, status text not null, asked_at integer not null, decided_at integer, unique (run, call)
    );
"""


class Asking(Journal):
    """A journal whose steps may ask, or decide, in the transaction of the step."""

    def also(self, sql: str, *given: Any) -> None:
        """Have the next step do this as well; it must change one row."""
        record = self.execute

        def execute(statement: str, parameters: Any = ()) -> sqlite3.Cursor:
            if statement == "commit":
                if record(sql, [self.number if each is None else each for each in given]).rowcount != 1:
                    raise RuntimeError("somebody else has decided")
                self.execute = record
            return record(statement, parameters)

        self.execute = execute


def pause(database: sqlite3.Connection, question: str, reply: dict[str, Any]) -> str:
    """A run that waits for somebody to agree to its call. Returns its id."""
    journal = Asking(database)
    journal.record("begin", {"role": "user", "content": question})
    asked = reply["tool_calls"][0]
    journal.also(
        "insert into request (run, call, digest, status, asked_at) values (?, ?, ?, 'pending', ?)",
        None, asked["id"], digest(asked), time.time_ns() // 1000,
    )  # fmt: skip
    journal.record("ask", reply, synced=True)
    (id,) = database.execute("select id from run where number = ?", (journal.number,)).fetchone()
    return str(id)


def approve(
    database: sqlite3.Connection,
    id: str,
    model: Callable[[Messages], dict[str, Any]],
    tools: Mapping[str, Callable[..., str]],
) -> Messages:
    """Agree to the call of a run that is loaded, make it, and finish the run."""
    found = "select number, step.seq, message from step join run on run = number where id = ? order by step.seq"
    rows = database.execute(found, (id,)).fetchall()
    messages: Messages = [json.loads(row[-1]) for row in rows]
    asked = messages[-1]["tool_calls"][0]
    journal = Asking(database, rows[-1][0], rows[-1][1])
    journal.also(
        "update request set status = 'approved', decided_at = ? "
        "where run = ? and call = ? and digest = ? and status = 'pending'",
        time.time_ns() // 1000, journal.number, asked["id"], digest(asked),
    )  # fmt: skip
    journal.record("approve", {"call": asked["id"]}, synced=True)
    journal.in_time()
    messages.append(answered(asked, tools))
    journal.record("result", messages[-1])
    return finish(journal, messages, model, tools)


def digest(asked: dict[str, Any]) -> str:
    """Of what was shown."""
    function = asked["function"]
    shown = json.dumps([function["name"], json.loads(function["arguments"])], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()
