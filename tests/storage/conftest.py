"""The storages that every law holds for. Another database joins by adding its `Place`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_server import fresh_schema

from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage


class Place:
    """Somewhere runs are kept. `open` gives a storage that sees all that was recorded there before, as a new process does."""

    def __init__(self, make: Callable[[], Storage]) -> None:
        self.open = make


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Callable[..., PostgresStorage]]:
    """Opens Postgres storages, by default of one and the same schema, and drops the schemas in the end."""
    opened: list[PostgresStorage] = []
    own = fresh_schema()

    def make(schema: str = own, **options: Any) -> PostgresStorage:
        opened.append(PostgresStorage(**{"db_url": postgres_url, "schema": schema} | options))
        return opened[-1]

    yield make
    for storage in opened:
        storage.close()
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for schema in {storage.schema for storage in opened}:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Makes empty places of one kind."""
    opened: list[Storage] = []
    if request.param == "postgres":
        make_postgres: Callable[..., PostgresStorage] = request.getfixturevalue("postgres")

    def in_memory() -> Place:
        storage = MemoryStorage()
        return Place(lambda: storage)

    def in_sqlite() -> Place:
        file = tmp_path / f"{len(opened)}.db"

        def make() -> Storage:
            opened.append(SqliteStorage(db_file=file))
            return opened[-1]

        return Place(make)

    def in_postgres() -> Place:
        for storage in opened:
            storage.close()  # its connections: a server has a hundred, and a property makes a place for each example
        opened.clear()
        schema = fresh_schema()
        made: list[Storage] = []

        def make() -> Storage:
            if made:
                made.pop().close()
            made.append(make_postgres(schema))
            opened.append(made[-1])
            return made[-1]

        return Place(make)

    yield {"memory": in_memory, "sqlite": in_sqlite, "postgres": in_postgres}[request.param]
    for storage in opened:
        storage.close()


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()


@pytest.fixture
def storage(place: Place) -> Storage:
    return place.open()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Callable[..., SqliteStorage]]:
    """Opens SQLite storages, by default of one and the same file."""
    opened: list[SqliteStorage] = []

    def make(name: str = "runs.db", **options: Any) -> SqliteStorage:
        opened.append(SqliteStorage(db_file=tmp_path / name, **options))
        return opened[-1]

    yield make
    for storage in opened:
        storage.close()
