"""One name for any storage: what is given says which one is meant, and what means none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from histories import begun, happen
from worlds import USER

from graphagent.exceptions import DefinitionError
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.opened import opened, storage_named
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage


def test_nothing_is_one_in_memory_of_its_own() -> None:
    first, second = opened(None), opened(None)
    assert isinstance(first, MemoryStorage)
    assert isinstance(second, MemoryStorage)
    assert first.place != second.place


def test_a_storage_is_that_storage_under_either_name() -> None:
    mine = MemoryStorage()
    assert opened(mine) is mine
    assert opened(None, mine) is mine


@pytest.mark.parametrize("db", [MemoryStorage(), "runs.db"], ids=["object", "path"])
def test_both_names_at_once_are_refused(db: MemoryStorage | str) -> None:
    with pytest.raises(DefinitionError, match="Give one of them"):
        opened(db, MemoryStorage())


@pytest.mark.parametrize("name", ["runs.db", "deep/er/runs.db", "postgres.db", "postgresql-runs.db", "sqlite:runs.db"])
@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_path_and_a_url_of_a_file_are_that_file_and_run_in_it(tmp_path: Path, name: str, form: str) -> None:
    """Whatever the file is called, as long as nothing that ends in `://` stands before it."""
    with opened(form.format(tmp_path / name)) as storage:
        assert isinstance(storage, SqliteStorage)
        head, run = begun()
        happen(run, ("begin", {}, USER))
        storage.save(head, run)
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize("name", ["postgres.db", "postgresql-runs.db", "postgres:/runs.db"])
def test_a_file_of_the_current_folder_may_be_named_like_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    storage = storage_named(name)
    assert isinstance(storage, SqliteStorage)
    assert storage.db_file == tmp_path / name


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_of_a_server_is_that_server_and_connects_to_nothing(scheme: str) -> None:
    storage = opened(f"{scheme}://me:secret@nowhere.invalid/runs")
    assert isinstance(storage, PostgresStorage)
    assert "nowhere.invalid" in repr(storage)


@pytest.mark.parametrize(
    "db",
    ["mysql://me:secret@host/runs", "postgresx://me:secret@host/runs", "sqlite3:///secret.db", "://secret", "HTTP://"],
)
def test_a_url_of_another_kind_is_refused_with_those_that_are_known(db: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        opened(db)
    told = str(refused.value)
    assert repr(db.partition("://")[0]) in told
    assert "sqlite:///" in told
    assert "postgresql://" in told
    assert "secret" not in told


def test_runs_are_of_one_table_name_or_of_all(tmp_path: Path) -> None:
    assert storage_named(str(tmp_path / "a.db")).table_name == "runs"
    assert storage_named(str(tmp_path / "a.db"), None).table_name is None
    assert storage_named("postgresql://nowhere.invalid/runs", "mine").table_name == "mine"
