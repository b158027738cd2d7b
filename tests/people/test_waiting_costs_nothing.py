"""A run that waits for a person is rows in a database: however many wait, no thread, connection or object is held."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gates import Ledger, asker
from postgres_server import fresh_schema

from graphagent.agent.execution import Execution
from graphagent.agent.lease import EXECUTING
from graphagent.engine.run import Run
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Storage
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage

FEW, MANY = 5, 300


@pytest.fixture(params=["sqlite", "postgres"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        with SqliteStorage(db_file=tmp_path / "runs.db") as storage:
            yield storage
    else:
        url = request.getfixturevalue("postgres_url")
        with PostgresStorage(db_url=url, schema=fresh_schema()) as storage:
            yield storage


def held(storage: Storage) -> dict[str, int]:
    """What this process holds."""
    gc.collect()
    alive = [type(each) for each in gc.get_objects()]
    return {
        "threads": threading.active_count(),
        "files and sockets": len(list(Path("/proc/self/fd").iterdir())),
        "runs": alive.count(Run),
        "executions": alive.count(Execution),
        "in hand": len(EXECUTING),
    }


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts what is open where the kernel tells")
def test_what_waits_holds_nothing(storage: Storage) -> None:
    def park(number: int) -> None:
        agent = asker([[("pay", 2)]], Ledger(), storage)
        for _ in range(number):
            assert agent.run("Go.").is_paused

    in_a_thread(park, FEW)
    before = held(storage)
    in_a_thread(park, MANY)
    assert held(storage) == before
    assert before | {"runs": 0, "executions": 0, "in hand": 0} == before
    assert len(Inbox(storage).pending()) == MANY + FEW


def in_a_thread(work: Callable[[int], None], number: int) -> None:
    """So that nothing is left of its last run, which an agent remembers for the caller."""
    thread = threading.Thread(target=work, args=(number,))
    thread.start()
    thread.join()
