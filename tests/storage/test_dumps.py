"""Databases of every version that ever was: they are brought to this one, and all that was parked in them goes on to its end.

`tests/dump_runs.py` made them, and makes that of the next version: raise the version by a migration, run
`PYTHONPATH=. python tests/dump_runs.py`, commit the two files. Nothing needs to be changed here, nor in `tests/parked.py`
unless runs of a new kind are to be parked: then they get an entry of their own in `RUNS`, which older dumps lack.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from parked import RUNS, parker, unpark
from postgres_server import fresh_schema

from graphagent.run.inbox import Inbox
from graphagent.storage import migrations
from graphagent.storage.base import Storage
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage

DUMPS = Path(__file__).parent / "dumps"
SCHEMA = "of_the_dump"  # the name that is in every dump of Postgres
KINDS = ("sqlite", "postgres")
FILES = sorted(DUMPS.glob("*.sql"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def database(request: pytest.FixtureRequest, sqlite: Callable[..., SqliteStorage], tmp_path: Path) -> Storage:
    """A storage whose database was written by another version, long ago."""
    file: Path = request.param
    dump = file.read_text(encoding="utf-8")
    if ".sqlite." in file.name:
        connection = sqlite3.connect(tmp_path / "runs.db")
        connection.executescript(dump)
        connection.close()
        return sqlite()
    import psycopg

    schema, opened = fresh_schema(), request.getfixturevalue("postgres")
    with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as server:
        server.execute(dump.replace(SCHEMA, schema).encode())
    storage: PostgresStorage = opened(schema)
    return storage


def runs_of(database: Storage) -> dict[str, tuple[str, str]]:
    """Id and state of each run, by its name."""
    return {head.session_id: (head.id, head.state) for head in database.runs()}


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_dump_of_every_version(kind: str) -> None:
    assert [f"version_{version}.{kind}" for version in range(1, migrations.version() + 1)] == sorted(
        (file.stem for file in FILES if file.stem.endswith(kind)), key=lambda name: int(name.split(".")[0][8:])
    )


def test_a_dump_holds_runs_in_every_condition(database: Storage) -> None:
    found = {name: state for name, (_, state) in runs_of(database).items()}
    assert found == {name: RUNS[name].state for name in found}
    assert set(found.values()) >= {
        "completed",
        "failed",
        "cancelled",
        "confirm",
        "input",
        "external",
        "doubt",
        "tool",
        "model",
    }


def test_every_run_goes_on_to_its_end(database: Storage) -> None:
    agent = parker(database)
    for name, (id, state) in runs_of(database).items():
        response = unpark(agent, id)
        expected = {"failed": "ERROR", "cancelled": "CANCELLED"}.get(state, "COMPLETED")
        assert (name, response.status) == (name, expected)
        if RUNS[name].ends is not None:
            assert (name, response.content) == (name, RUNS[name].ends)
    assert Inbox(database).pending() == []


def test_what_waits_is_found_and_answered_without_the_agent(database: Storage) -> None:
    inbox = Inbox(database)
    waiting = {name: id for name, (id, _) in runs_of(database).items()}
    asked = {name: {request.call_id for request in inbox.pending(run_id=id)} for name, id in waiting.items()}
    assert asked["each"] == {"pay0", "mail0", "order0"}
    assert asked["decided"] == {"order0"}
    assert asked["expired"] == set()
    inbox.reject(waiting["confirm"], "pay0", note="not today", by="eve")
    response = unpark(parker(database), waiting["confirm"])
    assert "not today" in str(response.content)


def test_the_tables_are_those_of_a_new_database(database: Storage, request: pytest.FixtureRequest) -> None:
    database.runs()
    new = (
        request.getfixturevalue("sqlite")("new.db")
        if isinstance(database, SqliteStorage)
        else request.getfixturevalue("postgres")(fresh_schema())
    )
    parker(new).run("answered")
    assert tables(database) == tables(new)


def tables(storage: Any) -> set[tuple[Any, ...]]:
    """Columns and indexes, as the database knows them."""
    if isinstance(storage, SqliteStorage):
        sql = (
            'SELECT tables.name, columns.name, columns.type, columns."notnull", columns.dflt_value, columns.pk '
            "FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' "
            "UNION SELECT name, replace(sql, '\"', ''), tbl_name, 0, NULL, 0 FROM sqlite_master WHERE type = 'index'"
        )
    else:
        sql = (
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, "
            "replace(column_default, current_schema || '.', '') FROM information_schema.columns "
            "WHERE table_schema = current_schema UNION "
            "SELECT tablename::text, indexname::text, replace(indexdef, current_schema || '.', ''), '', '' FROM pg_indexes "
            "WHERE schemaname = current_schema"
        )
    return set(storage._database.read(sql))


def test_new_runs_are_recorded_beside_the_old(database: Storage) -> None:
    agent = parker(database)
    response = agent.run("called", session_id="new")
    assert response.content == RUNS["called"].ends
    assert agent.get_run(response.run_id or "").content == RUNS["called"].ends


def test_each_session_of_a_run_is_there_and_belongs_to_its_user(database: Storage) -> None:
    runs = database.runs()
    assert {(session.id, session.user_id) for session in database.sessions()} == {
        (head.session_id, head.user_id) for head in runs
    }


def test_tables_that_were_migrated_are_those_that_are_made_anew(tmp_path: Path, sqlite: Callable[..., Any]) -> None:
    """On SQLite, to the letter but for blanks."""

    def tables(file: Path) -> set[tuple[str, str]]:
        connection = sqlite3.connect(file)
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        connection.close()
        return {(name, " ".join(sql.replace('"', "").split())) for name, sql in found}

    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript((DUMPS / "version_1.sqlite.sql").read_text(encoding="utf-8"))
    connection.close()
    for name in ("old.db", "new.db"):
        with sqlite(name) as storage, pytest.raises(LookupError):
            storage.rename_session("none", "nothing")
    sqlite("new.db")._journal.change("DELETE FROM run WHERE number = ?", (0,), 5.0)
    assert tables(tmp_path / "old.db") == tables(tmp_path / "new.db")
