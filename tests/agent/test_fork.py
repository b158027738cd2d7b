"""A fork has what its parent had at a step, does none of it again, and goes its own way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.exceptions import DefinitionError, RunIsOver, RunNotFound
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage
from graphagent.utils import clock


def counting(made: list[int]) -> Agent:
    """An agent that counts twice in its session's state, and then says how far it came."""

    @tool
    def count(session_state: dict[str, Any]) -> int:
        """Count."""
        made.append(1)
        session_state["items"] = [*session_state.get("items", []), len(made)]
        return len(made)

    def told(messages: list[dict[str, Any]]) -> Any:
        turn = sum(message["role"] == "tool" for message in messages)
        return call("count").with_id(f"c{turn}") if turn < 2 else f"I got {messages[-1]['content']}."

    return Agent(name="counter", model=ScriptedModel(told), tools=[count], storage=MemoryStorage())


def test_what_was_done_before_a_fork_is_not_done_again() -> None:
    """Neither a call that had returned, nor what it wrote to the state of the session."""
    made: list[int] = []
    agent = counting(made)
    parent = agent.run("Go.", session_id="s")
    record = agent.store.load(parent.run_id or "")
    (seq,) = [step.seq for step in record[1] if (step.data or {}).get("call") == "c0"]
    fork = agent.fork_run(parent.run_id or "", seq)
    assert (fork.parent_run_id, fork.parent_step, fork.session_id) == (parent.run_id, seq, "s")
    done = agent.continue_run(run_id=fork.run_id)
    assert [t.result for t in done.tools] == ["1", "3"]
    assert len(made) == 3
    session = agent.store.session("s")
    assert session is not None
    assert session.state == {"items": [1, 2, 3]}
    assert agent.store.load(parent.run_id or "") == record


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_fork_did_not_change_before_it_began(kind: str, tmp_path: Path) -> None:
    with SqliteStorage(db_file=tmp_path / "runs.db") as file:
        agent = counting([]).copy(storage=MemoryStorage() if kind == "memory" else file)
        parent = agent.run("Go.")
        fork, steps = agent.store.load(agent.fork_run(parent.run_id or "", 2).run_id or "")
        assert fork.created_at == fork.updated_at > steps[-1].at
        agent.continue_run(run_id=fork.id)
        after, steps = agent.store.load(fork.id)
        assert after.updated_at == steps[-1].at > fork.updated_at


def test_a_call_that_had_no_result_yet_is_in_doubt_in_a_fork() -> None:
    made: list[int] = []
    agent = counting(made)
    parent = agent.run("Go.")
    fork = agent.fork_run(parent.run_id or "", 2)
    assert [t.in_doubt for t in agent.continue_run(run_id=fork.run_id).tools] == [True]
    assert len(made) == 2


def test_only_where_a_run_could_go_on_can_it_be_forked() -> None:
    agent = counting([])
    parent = agent.run("Go.")
    for seq in (0, -1, parent.seq + 1):
        with pytest.raises(DefinitionError, match="no step"):
            agent.fork_run(parent.run_id or "", seq)
    with pytest.raises(RunIsOver):
        agent.fork_run(parent.run_id or "", parent.seq)
    with pytest.raises(RunNotFound):
        agent.fork_run("nobody", 1)
    assert len(agent.store.runs()) == 1


def asking(storage: Storage) -> Agent:
    """An agent that asks whether it may pay, and for a while whether it may send."""

    @tool(requires_confirmation=True, expires_after=60)
    def send() -> str:
        """Send."""
        return "sent"

    @tool(requires_confirmation=True)
    def pay() -> str:
        """Pay."""
        return "paid"

    def told(messages: list[dict[str, Any]]) -> Any:
        if messages[-1]["role"] == "tool":
            return ", ".join(message["content"] for message in messages if message["role"] == "tool")
        return [call("send").with_id("c0"), call("pay").with_id("c1")]

    return Agent(name="clerk", model=ScriptedModel(told), tools=[send, pay], storage=storage)


@pytest.mark.parametrize("place", ["memory", "sqlite"])
def test_who_decides_in_a_fork_has_as_long_as_in_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """From the fork on, to the microsecond, however long ago the parent asked; and in the parent it stays as it was."""
    storage = MemoryStorage() if place == "memory" else SqliteStorage(db_file=tmp_path / "runs.db")
    agent = asking(storage)
    parent = agent.run("Go.")
    (asked,) = storage.requests(run_id=parent.run_id, kind="confirm", before=2)
    record = storage.load(parent.run_id or "")
    later = clock.now() + 3_600_123_457
    monkeypatch.setattr(clock, "now", lambda: later)
    fork = agent.fork_run(parent.run_id or "", parent.seq)
    assert fork.is_paused
    requests = {request.call_id: request for request in storage.requests(run_id=fork.run_id)}
    assert (requests["c0"].expires_at, requests["c1"].expires_at) == (later + 60_000_000, None)
    assert asked.expires_at == asked.asked_at + 60_000_000
    assert storage.load(parent.run_id or "") == record
    monkeypatch.setattr(clock, "now", lambda: later + 59_999_999)
    assert {request.call_id for request in Inbox(storage).pending(run_id=fork.run_id)} == {"c0", "c1"}
    again = agent.fork_run(fork.run_id or "", fork.seq)  # a fork of a fork, likewise
    monkeypatch.setattr(clock, "now", lambda: later + 60_000_000)
    assert {request.call_id for request in Inbox(storage).pending(run_id=fork.run_id)} == {"c1"}
    for id in ("c0", "c1"):
        Inbox(storage).approve(again.run_id or "", id)
    assert agent.continue_run(run_id=again.run_id).content == "sent, paid"


def test_what_was_decided_before_a_fork_is_copied_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    agent = asking(storage)
    parent = agent.run("Go.").run_id or ""
    Inbox(storage).approve(parent, "c0")
    later = clock.now() + 3_600_000_000
    monkeypatch.setattr(clock, "now", lambda: later)
    fork = agent.fork_run(parent, storage.load(parent)[0].seq)
    assert storage.steps(fork.run_id or "") == storage.steps(parent)
    assert {request.call_id: request.status for request in storage.requests(run_id=fork.run_id, status=None)} == {
        "c0": "approved", "c1": "pending",
    }  # fmt: skip
