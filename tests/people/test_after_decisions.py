"""What follows a decision is what would have followed without it: ends, limits, identity, and the record of both arguments."""

from __future__ import annotations

from typing import Any

import pytest
from gates import COLOURS, Ledger, asker, begin, decide, go_on, triggers, waiting
from stories import Story

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.memory import MemoryStorage

colours = pytest.mark.parametrize("colour", COLOURS)


@colours
def test_edited_arguments_are_what_is_called_and_both_are_on_record(colour: str) -> None:
    ledger = Ledger()
    agent = asker([[("pay", 100)]], ledger)
    response = begin(agent, colour)
    asked = response.tools[0]
    asked.tool_args["amount"], asked.confirmed, asked.decided_by = 7, True, "ann"
    response = go_on(agent, colour, response)
    assert response.tools[0].result == "paid 7"
    assert response.tools[0].tool_args == {"amount": 7}
    assert response.tools[0].decided_by == "ann"
    _, steps = agent.store.load(response.run_id or "")
    assert b'\\"amount\\":100' in next(step.messages for step in steps if step.trigger == "call")
    revised = next(step.data for step in steps if step.trigger == "revise")
    assert revised is not None
    assert revised["arguments"] == '{"amount":7}'
    assert triggers(agent, response.run_id)[2:4] == ["revise", "approve"]
    assert ledger.effects == {"pay c0.0": 1}


def test_arguments_can_be_edited_without_the_agent() -> None:
    agent = asker([[("pay", 100)]], Ledger(), MemoryStorage())
    response = agent.run("Go.")
    inbox = Inbox(agent.store)
    inbox.approve(response.run_id or "", "c0.0", arguments='{"amount": 3}', by="ann", note="less")
    done = agent.continue_run(run_id=response.run_id)
    assert (done.tools[0].result, done.tools[0].decided_by) == ("paid 3", "ann")
    assert done.tools[0].confirmation_note == "less"


def test_a_confirmed_call_can_end_the_run() -> None:
    @tool(requires_confirmation=True, stop_after_tool_call=True)
    def finish() -> str:
        """Finish."""
        return "That is all."

    agent = Agent(model=ScriptedModel([call("finish"), "never"]), tools=[finish])
    response = agent.run("Go.")
    assert response.tools[0].stop_after_tool_call
    response.tools[0].confirmed = True
    assert agent.continue_run(response).content == "That is all."
    assert isinstance(agent.model, ScriptedModel)
    assert len(agent.model.requests) == 1


@pytest.mark.parametrize("way", ["agent", "inbox"])
def test_a_delivered_result_can_end_the_run_and_a_failure_does_not(way: str) -> None:
    @tool(external_execution=True, stop_after_tool_call=True)
    def finish() -> str:
        """Finish."""
        raise AssertionError("called here")

    for failed, content in ((False, "That is all."), (True, "So?")):
        agent = Agent(model=ScriptedModel([call("finish"), "So?"]), tools=[finish], storage=MemoryStorage())
        response = agent.run("Go.")
        if way == "inbox":
            Inbox(agent.store).deliver(
                response.run_id or "", response.tools[0].tool_call_id, "That is all.", failed=failed
            )
            done = agent.continue_run(run_id=response.run_id)
        else:
            response.tools[0].result, response.tools[0].tool_call_error = "That is all.", failed
            done = agent.continue_run(response)
        assert done.content == content


def test_calls_count_against_their_limit_across_pauses() -> None:
    ledger = Ledger()
    story: Story = [[("pay", 2)], [("pay", 4)], [("pay", 6)]]
    agent = asker(story, ledger, tool_call_limit=2)
    response = agent.run("Go.")
    while response.is_paused:
        decide(waiting(response)[0])
        response = agent.continue_run(response)
    assert ledger.effects == {"pay c0.0": 1, "pay c1.0": 1}
    assert "limit" in (response.tools[2].result or "").lower()
    assert response.content == "The end."


def test_a_run_keeps_its_user_session_and_state_when_somebody_else_goes_on_with_it() -> None:
    seen: list[tuple[str | None, str, Any]] = []

    @tool(requires_confirmation=True)
    def act(run_context: Any, session_state: dict[str, Any]) -> str:
        """Act."""
        seen.append((run_context.user_id, run_context.session_id, dict(session_state)))
        return "acted"

    storage = MemoryStorage()

    def agent(user_id: str) -> Agent:
        model = ScriptedModel(lambda messages: "Done." if messages[-1]["role"] == "tool" else call("act"))
        return Agent(
            name="a", model=model, tools=[act], storage=storage, user_id=user_id, session_state={"of": user_id}
        )

    response = agent("ann").run("Go.", session_id="s")
    other = agent("bob")
    asked = other.get_run(response.run_id or "")
    asked.tools[0].confirmed = True
    done = other.continue_run(asked)
    told = {"current_session_id": "s", "current_user_id": "ann"}
    assert seen == [("ann", "s", {"of": "ann", **told})]
    assert storage.sessions()[0].state == {"of": "ann"}
    assert (done.user_id, done.session_id) == ("ann", "s")
