"""A worker goes on with all that can go on: none is forgotten, none is claimed that somebody else did, none holds up others."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from gates import triggers

from graphagent import Agent, tool
from graphagent.exceptions import RunIsOver
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage


def payer(storage: Storage, **options: Any) -> Agent:
    """An agent that pays when somebody has agreed, and then says what it was asked."""

    @tool(requires_confirmation=True, **options)
    def pay() -> str:
        """Pay."""
        return "paid"

    def told(messages: list[dict[str, Any]]) -> Any:
        if messages[-1]["role"] != "tool":
            return call("pay").with_id("c")
        if messages[0]["content"] == "break":
            raise ValueError("broken")
        return f"{messages[0]['content']}: {messages[-1]['content']}"

    return Agent(name="payer", model=ScriptedModel(told), tools=[pay], storage=storage)


def approved(agent: Agent, *asked: str) -> list[str]:
    """Runs that somebody agreed to and nobody went on with."""
    ids = [agent.run(text).run_id or "" for text in asked]
    for id in ids:
        Inbox(agent.store).approve(id, "c")
    return ids


def test_one_run_that_is_damaged_or_fails_holds_up_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What fails is on record and in the list; what cannot be read is logged."""
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    agent = payer(storage)
    damaged, broken, sound = approved(agent, "one", "break", "three")
    with sqlite3.connect(storage.db_file) as other:
        other.execute(
            "UPDATE step SET data = '{' WHERE seq = 2 AND run = (SELECT number FROM run WHERE id = ?)", (damaged,)
        )
    other.close()
    with caplog.at_level(logging.ERROR, logger="graphagent"):
        responses = agent.recover()
    assert [(it.run_id, it.status.value) for it in responses] == [(broken, "ERROR"), (sound, "COMPLETED")]
    assert [record.getMessage() for record in caplog.records] == [f"Run {damaged} could not go on."]


def test_what_somebody_else_ended_in_the_meantime_is_theirs() -> None:
    agent = payer(MemoryStorage())
    first, second = approved(agent, "one", "two")
    heads = agent.store.runs()

    def late(**_: Any) -> Any:
        with suppress(RunIsOver):  # by the second look
            agent.continue_run(run_id=first)  # after this worker has looked, and before it takes anything on
        return heads

    with patch.object(agent.store, "runs", late):
        assert [it.run_id for it in agent.recover()] == [second]


def test_what_has_expired_is_rejected_before_runs_are_taken_on() -> None:
    agent = payer(MemoryStorage(), expires_after=100)
    run_id = agent.run("one").run_id or ""
    assert agent.recover() == []
    with patch("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + 101_000_000):
        (response,) = agent.recover()
    assert response.content == "one: The function call was not executed: nobody decided about it in time."
    assert triggers(agent, run_id) == ["begin", "call", "reject", "reply", "finish"]


def test_what_expired_and_is_damaged_holds_up_no_other(tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    agent = payer(storage, expires_after=100)
    damaged, sound = (agent.run(text).run_id or "" for text in ("one", "two"))
    with sqlite3.connect(storage.db_file) as other:
        other.execute(
            "UPDATE step SET data = '{' WHERE seq = 1 AND run = (SELECT number FROM run WHERE id = ?)", (damaged,)
        )
    other.close()
    with patch("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + 101_000_000):
        assert [it.run_id for it in agent.recover()] == [sound]
