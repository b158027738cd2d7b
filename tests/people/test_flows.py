"""The four flows, in every colour and for many rounds; what a model, a caller and the record learn of a decision."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gates import COLOURS, Ledger, asker, begin, decide, go_on, replayed, triggers, waiting
from stories import Story

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.memory import MemoryStorage
from graphagent.tools.user_control_flow import UserControlFlowTools

colours = pytest.mark.parametrize("colour", COLOURS)


def answers(agent: Agent, place: int = -1) -> list[str]:
    """What the model was told by tools, in the request of that place."""
    assert isinstance(agent.model, ScriptedModel)
    return [m["content"] for m in agent.model.requests[place].decoded() if m["role"] == "tool"]


@colours
@pytest.mark.parametrize(("name", "result"), [("pay", "paid 2"), ("mail", "mailed 2 to ann"), ("order", "ordered 2")])
def test_a_flow_of_many_rounds_waits_and_goes_on(colour: str, name: str, result: str) -> None:
    ledger = Ledger()
    agent = asker([[(name, 2)]] * 3, ledger)
    response = begin(agent, colour)
    for turn in range(3):
        assert response.is_paused
        assert response.status == "PAUSED"
        assert replayed(agent, response.run_id).calls[f"c{turn}.0"].status == "planned"
        assert len(ledger.effects) == (turn if name != "order" else 0)
        decide(waiting(response)[0])
        response = go_on(agent, colour, response)
    assert (response.content, response.status) == ("The end.", "COMPLETED")
    assert [tool.result for tool in response.tools] == [result] * 3
    assert answers(agent) == [result] * 3
    assert ledger.effects == ({} if name == "order" else {f"{name} c{turn}.0": 1 for turn in range(3)})


@colours
def test_a_rejection_carries_its_note_to_the_model(colour: str) -> None:
    ledger = Ledger()
    agent = asker([[("pay", 1), ("mail", 1), ("order", 1), ("pay", 3)]], ledger)
    response = begin(agent, colour)
    for asked in waiting(response):
        decide(asked, yes=False)
    response.tools[-1].confirmation_note = None
    response = go_on(agent, colour, response)
    assert answers(agent) == ["not 1", "not 1", "not 1", "Function call was rejected by the user"]
    assert [tool.status for tool in response.tools] == ["rejected"] * 4
    assert ledger.effects == {}


def test_the_three_lists_show_each_call_once() -> None:
    response = asker([[("pay", 1), ("mail", 2), ("order", 3), ("look", 4)]], Ledger()).run("Go.")
    assert [t.tool_name for t in response.tools_requiring_confirmation] == ["pay"]
    assert [t.tool_name for t in response.tools_requiring_user_input] == ["mail"]
    assert [t.tool_name for t in response.tools_awaiting_external_execution] == ["order"]
    assert [t.status for t in response.tools] == ["planned", "planned", "planned", "completed"]


def test_calls_without_a_gate_run_before_the_pause() -> None:
    ledger = Ledger()
    asker([[("pay", 2), ("look", 1)]], ledger).run("Go.")
    assert ledger.effects == {"look c0.1": 1}


def test_what_is_undecided_is_never_rejected_and_keeps_the_rest_waiting() -> None:
    ledger = Ledger()
    agent = asker([[("pay", 2), ("pay", 4), ("mail", 6)]], ledger)
    response = agent.run("Go.")
    assert [t.tool_call_id for t in waiting(agent.continue_run(response))] == ["c0.0", "c0.1", "c0.2"]
    decide(response.tools[1])
    response = agent.continue_run(response)
    assert [t.tool_call_id for t in waiting(response)] == ["c0.0", "c0.2"]
    assert response.tools[1].confirmed is True
    assert ledger.effects == {}  # nothing starts before everything is decided
    decide(response.tools[2])
    response = agent.continue_run(run_id=response.run_id, updated_tools=[response.tools[2]])
    assert [t.tool_call_id for t in waiting(response)] == ["c0.0"]
    assert "reject" not in triggers(agent, response.run_id)
    decide(response.tools[0])
    assert agent.continue_run(response).content == "The end."
    assert set(ledger.effects.values()) == {1}


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


def test_external_execution_by_the_entrypoint_of_the_tool() -> None:
    @tool(external_execution=True)
    def shell(command: str) -> dict[str, Any]:
        """Run a command."""
        return {"ran": command}

    agent = Agent(model=ScriptedModel([call("shell", command="ls"), "Done."]), tools=[shell])
    response = agent.run("Go.")
    for asked in response.tools_awaiting_external_execution:
        assert asked.tool_name == shell.name
        asked.result = shell.entrypoint(**asked.tool_args)  # type: ignore[assignment]  # results need not be text
    assert agent.continue_run().tools[0].result == '{"ran":"ls"}'


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
    assert seen == [("ann", "s", {"of": "ann"})]
    assert (done.user_id, done.session_id) == ("ann", "s")


@colours
def test_a_model_asks_for_what_it_needs(colour: str) -> None:
    fields = [
        {"field_name": "when", "field_type": "date", "field_description": "The day"},
        {"field_name": "seats", "field_type": "int", "field_description": "How many"},
    ]
    ask = call("get_user_input", user_input_fields=fields)
    agent = Agent(model=ScriptedModel([ask, ask, "Booked."]), tools=[UserControlFlowTools()])
    response = begin(agent, colour)
    for seats in ("2", 3):
        (asked,) = response.tools_requiring_user_input
        assert [(f.name, f.field_type.__name__, f.value) for f in asked.user_input_schema or ()] == [
            ("when", "date", None), ("seats", "int", None),
        ]  # fmt: skip
        for field, value in zip(asked.user_input_schema or (), ("2026-11-22", seats), strict=True):
            field.value = value
        response = go_on(agent, colour, response)
    assert response.content == "Booked."
    assert answers(agent) == ['{"when":"2026-11-22","seats":2}', '{"when":"2026-11-22","seats":3}']


def test_a_stream_ends_with_the_pause_and_begins_with_going_on() -> None:
    agent = asker([[("pay", 2), ("mail", 2)]], Ledger())
    events = list(agent.run("Go.", stream=True, stream_intermediate_steps=True))
    assert events[-1].event == "RunPaused"
    assert [t.tool_name for t in events[-1].tools or ()] == ["pay", "mail"]
    response = agent.get_run(events[-1].run_id or "")
    decide(response.tools[0])
    part = [event.event for event in agent.continue_run(response, stream=True, stream_intermediate_steps=True)]
    assert part == ["RunPaused"]
    response = agent.get_run(response.run_id or "")
    decide(response.tools[1])
    rest = [event.event for event in agent.continue_run(response, stream=True, stream_intermediate_steps=True)]
    assert rest[0] == "RunContinued"
    assert rest[-1] == "RunCompleted"
    assert rest.count("ToolCallStarted") == rest.count("ToolCallCompleted") == 2


def test_runs_waiting_on_one_agent_do_not_mix() -> None:
    """Many runs of one agent object wait at once; going on with one leaves the others as they are."""
    ledger = Ledger()
    agent = asker([[("pay", 2)]], ledger, MemoryStorage())

    async def main() -> None:
        responses = await asyncio.gather(*(agent.arun("Go.") for _ in range(5)))
        responses[3].tools[0].confirmed = True
        assert (await agent.acontinue_run(responses[3])).content == "The end."  # type: ignore[union-attr]
        assert [agent.get_run(r.run_id or "").is_paused for r in responses] == [True, True, True, False, True]

    asyncio.run(main())
