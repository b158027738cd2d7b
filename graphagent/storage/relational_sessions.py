"""What storages of every SQL database share about sessions: found by queries, changed and deleted in short transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphagent.engine.machine import FINAL
from graphagent.storage.base import Storage
from graphagent.storage.records import listed_session, read_head, read_session
from graphagent.storage.rows import read_steps
from graphagent.storage.session import EVERYBODY, Deleted, Everybody, Session, no_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graphagent.engine.run import Step
    from graphagent.storage.base import Head
    from graphagent.storage.journal import Journal
    from graphagent.storage.retention import Pruned

ENDED: Final = ", ".join(f"'{state}'" for state in FINAL)
# In the order of `Deleted`.
DELETES: Final = ("DELETE_SESSION", "DELETE_RUNS", "DELETE_STEPS", "DELETE_REQUESTS", "DELETE_SUMMARIES_OF")


class RelationalSessions(Storage):
    """Keeps sessions in a table of a database."""

    table_name: str | None
    busy_timeout: float
    _journal: Journal

    def session(self, session_id: str) -> Session | None:
        return self._one(session_id, read_session)

    def sessions(
        self,
        *,
        user_id: str | Everybody | None = EVERYBODY,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Session]:
        terms: list[tuple[str, Any]] = []
        if user_id is None:
            terms.append(("session.user_id IS NULL", None))
        elif user_id is not EVERYBODY:
            terms.append(("session.user_id =", user_id))
        if before is not None:
            terms.append(("session.number <", self._session(before).number))
        walks = user_id is None or user_id is EVERYBODY  # most rows fit: not an index, but the order decides
        return list(self._sessions(terms, limit, "session.space || '' =" if walks else "session.space ="))

    def ended(
        self, session_id: str, *, before: int | None = None, limit: int | None = None
    ) -> list[tuple[Head, list[Step]]]:
        database = self._journal.database
        wanted = {"space =": self.table_name, "session_id =": session_id, "number <": before}
        terms = [(term, value) for term, value in wanted.items() if value is not None]
        where = " AND ".join(f"run.{term} {database.parameter}" for term, _ in terms)
        query = f"{database.sql.SELECT_RUNS} WHERE {where} AND run.state IN ({ENDED}) ORDER BY run.number DESC"
        rows = database.read(query + most(limit), [value for _, value in terms])
        heads = [read_head(row, database.sql.RUN_COLUMNS, self._where) for row in rows]
        steps = self._steps_of([head.number for head in heads])
        return [(head, read_steps(steps.get(head.number, []), head, 0, self._where)) for head in heads]

    def rename_session(self, session_id: str, name: str | None) -> None:
        session = self._session(session_id)
        database = self._journal.database
        if not self._journal.change(database.sql.RENAME_SESSION, (name, session.space, session_id), self.busy_timeout):
            raise no_session(session_id, self._where)

    def delete_session(self, session_id: str) -> Deleted:
        found = self._one(session_id, listed_session)
        return self._deleted([found] if found else [])

    def delete_user(self, user_id: str | None) -> Deleted:
        return self._deleted(
            self.sessions(user_id=user_id), [about for about in self.remembered() if about[1] == user_id]
        )

    def prune(self, before: int, at: int) -> Pruned:
        from graphagent.storage.retention import prune

        return prune(self._journal, self.table_name, before, at, self.busy_timeout)

    # -- inside -------------------------------------------------------------------------------------------------------

    @property
    def _where(self) -> str:
        name = self._journal.database.name
        return name if self.table_name is None else f"{name} (table_name {self.table_name!r})"

    def _one(self, session_id: str, read: Callable[..., Session]) -> Session | None:
        return next(self._sessions([("session.id =", session_id)], 1, read=read), None)

    def _session(self, session_id: str) -> Session:
        found = self._one(session_id, listed_session)
        if found is None:
            raise no_session(session_id, self._where)
        return found

    def _sessions(
        self,
        terms: Sequence[tuple[str, Any]],
        limit: int | None,
        space: str = "session.space =",
        read: Callable[..., Session] = listed_session,
    ) -> Iterator[Session]:
        database = self._journal.database
        known = [(space, self.table_name), *terms] if self.table_name is not None else [*terms]
        clauses = [f"{term} {database.parameter}" if value is not None else term for term, value in known]
        where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        query = f"{database.sql.SELECT_SESSIONS} {where} ORDER BY session.number DESC"
        for row in database.read(query + most(limit), [value for _, value in known if value is not None]):
            yield read(row, self._where)

    def _steps_of(self, numbers: Sequence[int]) -> dict[int, list[Any]]:
        """The rows of the steps of these runs, in order."""
        database = self._journal.database
        found: dict[int, list[Any]] = {}
        for start in range(0, len(numbers), 500):  # a statement of SQLite takes so many values, whatever its version
            some = numbers[start : start + 500]
            where = f"WHERE step.run IN ({', '.join([database.parameter] * len(some))}) ORDER BY step.run, step.seq"
            for number, *row in database.read(f"{database.sql.SELECT_STEPS_OF} {where}", some):
                found.setdefault(number, []).append(row)
        return found

    def _deleted(self, sessions: Sequence[Session], known: Sequence[tuple[str, str | None]] = ()) -> Deleted:
        """Delete sessions and all their runs, and what is remembered about users, in one transaction."""
        if not sessions and not known:
            return Deleted()
        from graphagent.storage.notebook import user_key
        from graphagent.storage.notebook_rows import Pen

        sql = self._journal.database.sql

        def write(connection: Any) -> Deleted:
            gone = [Deleted(memories=Pen(connection, sql, space, user_key(user)).forget()) for space, user in known]
            for session in sessions:
                connection.execute(sql.DELETE_UNDELIVERED, (session.space, session.id))
                counts = [
                    connection.execute(getattr(sql, name), (session.space, session.id)).rowcount
                    for name in reversed(DELETES)
                ]
                gone.append(Deleted(*reversed(counts)))
            return Deleted(*map(sum, zip(*gone, strict=True)))

        return self._journal.alone(write, self.busy_timeout, synced=True)


def most(limit: int | None) -> str:
    """The end of a query that gives at most so many rows."""
    return "" if limit is None else f" LIMIT {int(limit)}"
