"""A fork has what its parent had at a step, does none of it again, and goes its own way."""

from __future__ import annotations

from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.exceptions import DefinitionError, RunIsOver, RunNotFound
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage


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
