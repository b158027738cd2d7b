"""What is remembered about one user, in the tables of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic_core import from_json, to_json

from graphagent.storage.notebook import (
    Learnt,
    Notebook,
    Operation,
    Summary,
    Version,
    indexed,
    owner,
    user_key,
    wanted,
)
from graphagent.storage.records import damaged
from graphagent.storage.requests import held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from graphagent.storage.journal import Journal

Made = TypeVar("Made")
MOST: Final = 1_000_000  # rows of a search that was given no limit


class Pen:
    """Writes what is remembered about one user, inside a transaction."""

    def __init__(self, connection: Any, sql: ModuleType, space: str, user: str) -> None:
        self.execute: Callable[..., Any] = connection.execute
        self.sql = sql
        self.owner = owner(space, user)
        self.about = (space, user)
        self.execute(sql.LOCK_MEMORIES, (self.owner,))

    def learn(self, learnt: Learnt) -> None:
        """What a step says, once."""
        if not self.execute(self.sql.SELECT_LEARNT, (learnt.run_id, learnt.seq)).fetchone():
            self.write(learnt.operations, learnt.at, learnt.run_id, learnt.seq)
        if learnt.summary:
            said, topics = learnt.summary["summary"], encoded(learnt.summary.get("topics"))
            values = (*self.about, learnt.session_id, held(said), topics, learnt.run_id, learnt.seq, learnt.at)
            self.execute(self.sql.INSERT_SUMMARY, values)

    def write(self, operations: Sequence[Operation], at: int, run_id: str | None = None, seq: int | None = None) -> int:
        """Apply operations in order. One that finds nothing to change is void. Returns how many did."""
        return sum(
            self._apply(operation, at, (run_id, seq, place if run_id else None))
            for place, operation in enumerate(operations)
        )

    def _apply(self, operation: Operation, at: int, source: tuple[Any, ...]) -> bool:
        kind, id, memory, topics, input = operation
        version = 1
        if kind != "add":
            last = self.execute(self.sql.SUPERSEDE_MEMORY, (*self.about, id)).fetchone()
            if last is None:
                return False
            number, before = last
            version = before + 1
            self.execute(self.sql.DELETE_WORDS, (number,))
        if kind == "delete":
            self.execute(self.sql.EMPTY_MEMORY, (*self.about, id))
            memory = topics = input = None
        said = (held(memory), encoded(topics), held(input))
        values = (*self.about, id, version, kind, *said, kind != "delete", *source, at)
        made = self.execute(self.sql.INSERT_MEMORY, values).fetchone()
        if made and memory is not None and (found_by := indexed(memory, topics)):
            self.execute(self.sql.INSERT_WORDS, (made[0], self.owner, " ".join(found_by)))
        return made is not None

    def clear(self, at: int) -> int:
        """Delete all memories, leaving that they were."""
        held_now = self.execute(f"{self.sql.SELECT_MEMORIES} AND memory.is_current", self.about).fetchall()
        return self.write([Operation("delete", row[1]) for row in held_now], at)

    def forget(self) -> int:
        """Remove all rows."""
        for (number,) in self.execute(self.sql.SELECT_NUMBERS, self.about).fetchall():
            self.execute(self.sql.DELETE_WORDS, (number,))
        gone = (self.execute(sql, self.about).rowcount for sql in (self.sql.DELETE_MEMORIES, self.sql.DELETE_SUMMARIES))
        return sum(gone)


class RelationalNotebook(Notebook):
    """Bound to one user: each statement that it executes has the space and the user in its condition."""

    def __init__(self, journal: Journal, space: str, user_id: str | None) -> None:
        self.journal = journal
        self.database = journal.database
        self.space = space
        self.user = user_key(user_id)
        self.about = (self.space, self.user)

    def memories(self, *, limit: int | None = None, first: bool = False) -> list[Version]:
        most = "" if limit is None else f" LIMIT {int(limit)}"
        way = "ASC" if first or limit is None else "DESC"
        found = self._versions(f"AND memory.is_current ORDER BY memory.number {way}{most}")
        return found if way == "ASC" else found[::-1]

    def search(self, query: str, limit: int | None = None) -> list[Version]:
        looked_for = wanted(query)
        if not looked_for:
            return []
        match = self.database.matching(owner(*self.about), looked_for)
        rows = self.database.read(
            self.database.sql.SEARCH_MEMORIES, (match, MOST if limit is None else limit, *self.about)
        )
        return [read_version(row, self.database.name) for row in rows]

    def history(self, id: str) -> list[Version]:
        return self._versions(f"AND memory.id = {self.database.parameter} ORDER BY memory.version", id)

    def write(self, operations: Sequence[Operation], at: int) -> int:
        return self._transact(lambda pen: pen.write(operations, at))

    def learn(self, learnt: Learnt) -> None:
        self._transact(lambda pen: pen.learn(learnt))

    def summaries(self, session_id: str | None = None) -> list[Summary]:
        only = "" if session_id is None else f"AND summary.session_id = {self.database.parameter} "
        given = () if session_id is None else (session_id,)
        latest = {each.session_id: each for each in self._summaries(f"{only}ORDER BY summary.number", *given)}
        return list(latest.values())

    def summary(self, run_id: str, seq: int) -> Summary | None:
        mark = self.database.parameter
        found = self._summaries(f"AND summary.run = {mark} AND summary.seq = {mark}", run_id, seq)
        return found[0] if found else None

    def clear(self, at: int) -> int:
        return self._transact(lambda pen: pen.clear(at))

    def forget_summaries(self, session_id: str | None = None) -> int:
        only = "" if session_id is None else f"AND summary.session_id = {self.database.parameter}"
        about = self.about if session_id is None else (*self.about, session_id)
        sql = f"{self.database.sql.DELETE_SUMMARIES} {only}"
        return self._transact(lambda pen: int(pen.execute(sql, about).rowcount))

    def forget(self) -> int:
        return self._transact(lambda pen: pen.forget())

    # -- inside -------------------------------------------------------------------------------------------------------

    def _transact(self, change: Callable[[Pen], Made]) -> Made:
        return self.journal.alone(
            lambda connection: change(Pen(connection, self.database.sql, self.space, self.user)),
            self.database.busy_timeout,
            synced=self.journal.syncs_all,
        )

    def _versions(self, more: str, *given: Any) -> list[Version]:
        rows = self.database.read(f"{self.database.sql.SELECT_MEMORIES} {more}", (*self.about, *given))
        return [read_version(row, self.database.name) for row in rows]

    def _summaries(self, more: str, *given: Any) -> list[Summary]:
        rows = self.database.read(f"{self.database.sql.SELECT_SUMMARIES} {more}", (*self.about, *given))
        return [read_summary(row, self.database.name) for row in rows]


def read_version(row: Sequence[Any], where: str) -> Version:
    """A version of a memory from its row. Raises `DamagedData`."""
    number, id, version, operation, memory, topics, input, is_current, run_id, seq, at = row
    return Version(
        number=number, id=id, version=version, operation=operation, memory=memory, input=input, run_id=run_id, seq=seq,
        topics=decoded(topics, f"{where}: memory {id!r}"), is_current=bool(is_current), at=at,
    )  # fmt: skip


def read_summary(row: Sequence[Any], where: str) -> Summary:
    """A summary from its row. Raises `DamagedData`."""
    number, session_id, summary, topics, run_id, seq, at = row
    return Summary(
        number=number, session_id=session_id, summary=summary, run_id=run_id, seq=seq, at=at,
        topics=decoded(topics, f"{where}: the summary of session {session_id!r}"),
    )  # fmt: skip


def encoded(topics: Sequence[str] | None) -> str | None:
    """Topics as text."""
    return None if topics is None else held(to_json(list(topics)).decode())


def decoded(topics: str | None, what: str) -> list[str] | None:
    """Topics from their text."""
    try:
        read: list[str] | None = None if topics is None else from_json(topics)
    except ValueError as error:
        raise damaged(f"{what}: its topics", error) from error
    return read
