"""Which database a command works on, and which of its runs."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

from graphagent.cli.exits import UsageError
from graphagent.exceptions import RunNotFound

if TYPE_CHECKING:
    import argparse

    from graphagent.storage.base import Storage
    from graphagent.storage.sqlite import SqliteStorage

VARIABLE: Final = "GRAPHAGENT_DB"
DEFAULT: Final = "graphagent.db"
ID_LENGTH: Final = 36
MANY: Final = 5  # ids that are told where several are meant


def add(command: argparse.ArgumentParser, otherwise: str = DEFAULT) -> None:
    """Let a command take `--db`; `otherwise` says what holds where neither it nor the environment names one."""
    told = f"the database of runs, a file or sqlite:/// and its path (default: ${VARIABLE}, else {otherwise})"
    command.add_argument("--db", metavar="FILE-or-URL", help=told)


def named(db: str | None) -> str:
    """The database that is meant: the one given, else that of the environment, else the one in the current folder."""
    return db or os.environ.get(VARIABLE) or DEFAULT


def storage(db: str, table_name: str | None = "runs") -> SqliteStorage:
    """The storage in that file or at that URL; None sees the runs of all table names."""
    from graphagent.storage.sqlite import SqliteStorage

    if "://" in db:
        return SqliteStorage(table_name, db_url=db)
    return SqliteStorage(table_name, db_file=db)


def existing(db: str | None) -> Storage:
    """The storage to read. Raises `UsageError` where there is none: looking for runs makes no file."""
    name = named(db)
    if name.startswith(("postgres://", "postgresql://", "postgresql+psycopg://")):
        from graphagent.storage.postgres import PostgresStorage

        return PostgresStorage(None, db_url=name)
    there = storage(name, table_name=None)
    if not there.db_file.is_file():
        raise UsageError(
            f"There is no database {there.db_file}. Name yours with --db FILE, or in {VARIABLE}. "
            "`graphagent demo` makes one with a run in it."
        )
    return there


def find(runs: Storage, id: str | None) -> str:
    """The id of the run whose id begins like that; without one, of the newest.

    Raises:
        RunNotFound: There is none.
        UsageError: There are several.
    """
    if id is not None and len(id) >= ID_LENGTH:
        return id
    found = [head.id for head in runs.runs(prefix=id, limit=1 if id is None else MANY)]
    if not found:
        raise RunNotFound(
            "There are no runs in this database."
            if id is None
            else f"No run in this database has an id that begins with {id!r}. `graphagent runs` lists those there are."
        )
    if len(found) > 1:
        raise UsageError(f"Several runs have ids that begin with {id!r}: {', '.join(found)} … Type more of it.")
    return found[0]


def option(runs: Storage) -> str:
    """What a command needs to be told to read the storage of a file: `--db FILE`, or nothing; a URL may hold a password."""
    if not hasattr(runs, "db_file"):
        return " --db URL"
    file = Path(runs.db_file)
    if file == Path(named(None)).absolute():
        return ""
    return f" --db {quote(str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file))}"
