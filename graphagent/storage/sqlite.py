"""Runs recorded in a SQLite file: one file, any number of processes, threads and event loops at once."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graphagent.exceptions import DefinitionError, RunNotFound
from graphagent.storage.base import Head, Storage
from graphagent.storage.database import Database
from graphagent.storage.journal import Journal
from graphagent.storage.offer import stale, unknown
from graphagent.storage.rows import Offer, read_head, read_steps
from graphagent.storage.sqlite_statements import (
    CLAIM_RUN,
    RENEW_RUN,
    RUN_COLUMNS,
    SELECT_DEFINITION,
    SELECT_RUN,
    SELECT_RUNS,
    SELECT_STEPS,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphagent.engine.run import Run, Step


class SqliteStorage(Storage):
    """Keeps runs in a SQLite file. Making one touches no file; the first use does.

    The file is in WAL mode: it has two companions (`-wal`, `-shm`) while it is open, and belongs on a local disk.

    Args:
        table_name: Runs of one name do not see those of another, even in one file. None sees all: to look around and to
            go on with runs, not to begin new ones.
        db_url: `sqlite:///relative/path.db` or `sqlite:////absolute/path.db`, in place of `db_file`.
        db_file: The path of the file. Folders that are missing are made.
        busy_timeout: How long, in seconds, other threads and processes that write are waited for.
        durability: Whatever happens to the process, nothing recorded is lost. A power cut can take the latest steps in
            `auto`, but never one that lets a tool begin or that somebody decided: those are synced to the disk, which
            also makes all earlier ones safe. `full` syncs every step.

    Raises:
        DefinitionError: There is not exactly one place, or it is no SQLite file, or an option has an unknown value.
    """

    def __init__(
        self,
        table_name: str | None = "runs",
        db_url: str | None = None,
        db_file: str | os.PathLike[str] | None = None,
        *,
        busy_timeout: float = 5.0,
        durability: Literal["auto", "full"] = "auto",
    ) -> None:
        if durability not in {"auto", "full"}:
            raise DefinitionError(f"durability is 'auto' or 'full', not {durability!r}.")
        self.table_name = table_name
        self.db_file = place(db_url, db_file)
        self.busy_timeout = busy_timeout
        self.durability = durability
        database = Database(self.db_file, busy_timeout)
        self._journal = Journal(database, table_name, syncs_all=durability == "full")
        weakref.finalize(self, database.close)

    # -- on record ----------------------------------------------------------------------------------------------------

    def save(self, head: Head, run: Run) -> list[Step]:
        if not run.fresh:
            return []
        offer = Offer(head, run)
        self._journal.commit([offer], self.busy_timeout)
        if offer.error is not None:
            raise offer.error
        return offer.steps

    async def asave(self, head: Head, run: Run) -> list[Step]:
        return await self._journal.group().save(head, run) if run.fresh else []

    def claim(self, head: Head, owner: str, until: int) -> None:
        fence = (head.number, head.id, head.epoch, head.seq)
        if not self._journal.change(CLAIM_RUN, (owner, until, *fence), self.busy_timeout):
            raise stale(head, self._head(head.id), self._where)
        head.epoch += 1
        head.owner, head.lease_until = owner, until

    def renew(self, head: Head, until: int) -> bool:
        held = self._journal.change(RENEW_RUN, (until, head.number, head.id, head.epoch), self.busy_timeout)
        if held:
            head.lease_until = until
        return held

    # -- found again --------------------------------------------------------------------------------------------------

    def load(self, run_id: str) -> tuple[Head, list[Step]]:
        head = self._head(run_id)
        return head, self._steps(head, 0)

    def steps(self, run_id: str, after: int = 0) -> list[Step]:
        return self._steps(self._head(run_id), after)

    def runs(
        self,
        *,
        session_id: str | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        state: str | Collection[str] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Head]:
        wanted = {"space": self.table_name, "session_id": session_id, "user_id": user_id, "agent_id": agent_id}
        terms = [f"run.{name} = ?" for name, value in wanted.items() if value is not None]
        given: list[Any] = [value for value in wanted.values() if value is not None]
        if state is not None:
            states = [state] if isinstance(state, str) else list(state)
            terms.append(f"run.state IN ({', '.join('?' * len(states))})")
            given += states
        if before is not None:
            terms.append("run.number < ?")
            given.append(self._head(before).number)
        clause = f"WHERE {' AND '.join(terms)}" if terms else ""
        given.append(-1 if limit is None else limit)
        rows = self._journal.database.read(f"{SELECT_RUNS} {clause} ORDER BY run.number DESC LIMIT ?", given)
        return [read_head(row, RUN_COLUMNS, self._where) for row in rows]

    def definition(self, hash: str) -> bytes | None:
        for (description,) in self._journal.database.read(SELECT_DEFINITION, (hash,)):
            return bytes(description) or None
        return None

    def close(self) -> None:
        self._journal.database.close()

    def __repr__(self) -> str:
        return f"SqliteStorage(table_name={self.table_name!r}, db_file={str(self.db_file)!r})"

    # -- inside -------------------------------------------------------------------------------------------------------

    @property
    def _where(self) -> str:
        return str(self.db_file) if self.table_name is None else f"{self.db_file} (table_name {self.table_name!r})"

    def _head(self, run_id: str) -> Head:
        for row in self._journal.database.read(SELECT_RUN, (run_id,)):
            head = read_head(row, RUN_COLUMNS, self._where)
            if self.table_name in {None, head.space}:
                return head
        raise RunNotFound(unknown(run_id, self._where), run_id=run_id)

    def _steps(self, head: Head, after: int) -> list[Step]:
        rows = self._journal.database.read(SELECT_STEPS, (head.number, after))
        return read_steps(rows, head, after, self._where)


def place(db_url: str | None, db_file: str | os.PathLike[str] | None) -> Path:
    """The file that is meant. No part of a URL is repeated in an error: it may hold a password."""
    if (db_url is None) == (db_file is None):
        raise DefinitionError("SqliteStorage needs db_file= or db_url=, and only one of them.")
    if db_url is not None:
        scheme, _, rest = db_url.partition("://")
        if scheme not in {"sqlite", "sqlite+pysqlite"}:
            raise DefinitionError(f"SqliteStorage opens sqlite:/// URLs, and this one begins with {scheme!r}.")
        if not rest.startswith("/") or "?" in rest:
            raise DefinitionError("A URL for SqliteStorage is sqlite:/// and a path, without host and options.")
        db_file = rest[1:]
    path = os.fspath(db_file or "")
    if path in {"", ":memory:"}:
        raise DefinitionError("SqliteStorage keeps runs in a file. To keep them in memory, use MemoryStorage.")
    return Path(path).expanduser().absolute()
