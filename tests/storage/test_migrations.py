"""A database of an older version is brought to this one, all or nothing; on SQLite and on Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from histories import begun, happen

from graphagent.engine.run import Run
from graphagent.exceptions import SchemaTooNew, StorageError
from graphagent.storage import migrations
from graphagent.storage.base import Head, Storage
from graphagent.storage.migrations import MIGRATIONS, Migration

Opener = Callable[[], Storage]

# Two steps that cannot be done in another order, nor twice.
ADD = ("ALTER TABLE run ADD COLUMN cost INTEGER",)
RENAME = ("ALTER TABLE run RENAME COLUMN cost TO price", "UPDATE run SET price = 7")
BROKEN = ("ALTER TABLE run ADD COLUMN other INTEGER", "ALTER TABLE nothing RENAME TO something")


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest) -> Opener:
    """Opens storages of one and the same database, as new processes do."""
    opened: Opener = request.getfixturevalue(request.param)
    return opened


def saved(storage: Storage, id: str) -> tuple[Head, Run]:
    head, run = begun(id)
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    return head, run


def query(storage: Any, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = storage._database.read(sql)
    return found


def later(monkeypatch: pytest.MonkeyPatch, *steps: tuple[str, ...]) -> None:
    """From now on this package is of a later version."""
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, *(Migration(step, step) for step in steps)))


@pytest.mark.parametrize("use", ["read", "write"])
def test_an_older_database_is_upgraded_by_its_first_use(
    opener: Opener, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    before = opener()
    head, run = saved(before, "1")
    before.close()
    later(monkeypatch, ADD, RENAME)
    storage = opener()
    if use == "read":
        assert storage.load("1")[0].seq == 1
    else:
        happen(run, ("cancel", {}, b""))
        storage.save(head, run)
    assert query(storage, "SELECT price FROM run") == [(7,)]
    assert query(storage, "SELECT schema_version FROM graphagent") == [(migrations.version(),)]
    storage.close()
    saved(opener(), "2")  # it is not done again
    assert query(storage, "SELECT price FROM run ORDER BY number") == [(7,), (None,)]


def test_each_version_is_a_step_on_the_way(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    for steps in ((), (ADD,), (ADD, RENAME)):
        later(monkeypatch, *steps)
        storage = opener()
        saved(storage, str(len(steps)))
        assert query(storage, "SELECT schema_version FROM graphagent") == [(len(MIGRATIONS) + 1 + len(steps),)]
        storage.close()


def test_an_upgrade_that_fails_leaves_all_as_it_was(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opener()
    saved(before, "1")
    before.close()
    with monkeypatch.context() as patched:
        later(patched, ADD, BROKEN)
        for _ in range(2):
            with pytest.raises(StorageError, match="nothing"):
                opener().load("1")
    assert query(before, "SELECT * FROM graphagent") == [(migrations.version(),)]
    assert before.load("1")[0].seq == 1
    later(monkeypatch, ADD, RENAME)
    before.close()
    assert opener().load("1")[0].seq == 1


def test_a_database_of_a_later_version_is_refused(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        later(patched, ADD)
        storage = opener()
        saved(storage, "1")
        storage.close()
    with pytest.raises(SchemaTooNew, match="Use the graphagent that wrote it"):
        opener().load("1")
