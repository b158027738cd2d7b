"""Which database a command works on, and which of its runs."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

from graphagent.cli.exits import UsageError
from graphagent.cli.terminal import shown
from graphagent.exceptions import RunNotFound
from graphagent.storage.opened import storage_named

if TYPE_CHECKING:
    import argparse

    from graphagent.storage.base import Storage
    from graphagent.storage.relational import RelationalStorage

VARIABLE: Final = "GRAPHAGENT_DB"
DEFAULT: Final = "graphagent.db"
ID_LENGTH: Final = 36
MANY: Final = 5  # ids that are told where several are meant


def add(command: argparse.ArgumentParser, otherwise: str = DEFAULT) -> None:
    """Let a command take `--db`; `otherwise` says what holds where neither it nor the environment names one."""
    told = (
        f"the database of runs: a file, or a URL sqlite:///… or postgresql://… (default: ${VARIABLE}, else {otherwise})"
    )
    command.add_argument("--db", metavar="FILE-or-URL", help=told)


def named(db: str | None) -> str:
    """The database that is meant: the one given, else that of the environment, else the one in the current folder."""
    return db or os.environ.get(VARIABLE) or DEFAULT


def existing(db: str | None) -> RelationalStorage:
    """The storage to read. Raises `UsageError` where there is none: looking for runs makes no file."""
    there = storage_named(named(db), table_name=None)
    file = getattr(there, "db_file", None)
    if file is not None and not file.is_file():
        raise UsageError(
            f"There is no database {file}. Name yours with --db FILE, or in {VARIABLE}. "
            "`graphagent demo` makes one with a run in it."
        )
    return there


def told(runs: RelationalStorage) -> str:
    """A storage as a person is told of it."""
    file = getattr(runs, "db_file", None)
    return repr(runs) if file is None else shown(file)


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
    """What a command needs to be told to find the same database: `--db FILE`, or nothing. A URL may hold a password, so
    it is never told.
    """
    if runs.place == storage_named(named(None)).place:
        return ""
    file = getattr(runs, "db_file", None)
    if file is None:
        return " --db URL"
    return f" --db {quote(str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file))}"
