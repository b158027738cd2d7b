"""What cannot be recorded, or read back, is an error that says so; nothing is lost or changed by it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from gates import Ledger, asker, decide

from graphagent import Agent, tool
from graphagent.exceptions import (
    AlreadyResolved,
    DamagedData,
    NotStorable,
    RunNotFound,
    StorageBusy,
)
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage


def test_a_commit_that_fails_is_an_error_and_the_decision_can_be_made_again(tmp_path: Path) -> None:
    ledger, file = Ledger(), tmp_path / "runs.db"
    agent = asker([[("pay", 2)]], ledger, SqliteStorage(db_file=file, busy_timeout=0.05))
    response = agent.run("Go.")
    decide(response.tools[0])
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            agent.continue_run(response)
        assert ledger.effects == {}
        other.execute("ROLLBACK")
    other.close()
    done = agent.continue_run(run_id=response.run_id)
    if done.is_paused:
        done = agent.continue_run(response)
    assert done.content == "The end."
    assert ledger.effects == {"pay c0.0": 1}


def test_what_would_not_load_back_is_refused_where_it_is_given() -> None:
    agent = asker([[("pay", 2)]], Ledger())
    with pytest.raises(NotStorable, match="when"):
        agent.run("Go.", session_state={"when": object()})


def test_values_of_the_standard_library_come_through_a_call() -> None:
    @tool(external_execution=True)
    def when() -> datetime:
        """Say when."""
        raise AssertionError("called here")

    agent = Agent(model=ScriptedModel([call("when"), "Done."]), tools=[when])
    response = agent.run("Go.")
    response.tools[0].result = datetime(2026, 11, 22)  # type: ignore[assignment]
    assert agent.continue_run(response).tools[0].result == "2026-11-22T00:00:00"


def test_a_run_that_is_missing_is_not_one_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    with SqliteStorage(db_file=file) as storage:
        agent = asker([[("pay", 2)]], Ledger(), storage)
        run_id = agent.run("Go.").run_id or ""
        with pytest.raises(RunNotFound):
            agent.continue_run(run_id="missing")
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM step WHERE seq = 1")
    database.close()
    with SqliteStorage(db_file=file) as storage, pytest.raises(DamagedData):
        asker([[("pay", 2)]], Ledger(), storage).continue_run(run_id=run_id)


def test_a_second_answer_is_told_so_and_not_taken_for_the_first() -> None:
    agent = asker([[("order", 2)]], Ledger())
    response = agent.run("Go.")
    stale = agent.get_run(response.run_id or "")
    decide(response.tools[0])
    agent.continue_run(response)
    stale.tools[0].result = "something else"
    with pytest.raises(AlreadyResolved):
        agent.continue_run(stale)
    assert agent.get_run(response.run_id or "").tools[0].result == "ordered 2"
