"""The four flows, in every colour and for many rounds; what a model, a caller and the record learn of a decision."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gates import COLOURS, Ledger, asker, begin, decide, go_on, replayed, triggers, waiting

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
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
    rest = [str(event.event) for event in agent.continue_run(response, stream=True, stream_intermediate_steps=True)]
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
