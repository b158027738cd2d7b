"""Runs recorded in a SQLite file: one file, any number of processes, threads and event loops at once."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Literal

from graphagent.exceptions import DefinitionError
from graphagent.storage.database import Database
from graphagent.storage.journal import Journal
from graphagent.storage.relational import RelationalStorage


class SqliteStorage(RelationalStorage):
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
        self._database = Database(self.db_file, busy_timeout)
        self._journal = Journal(self._database, table_name, syncs_all=durability == "full")
        weakref.finalize(self, self._database.forsake)

    @property
    def place(self) -> object:
        return str(self.db_file.resolve())

    def __repr__(self) -> str:
        return f"SqliteStorage(table_name={self.table_name!r}, db_file={str(self.db_file)!r})"


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
