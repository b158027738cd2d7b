"""What users of such systems reported lost, repeated, forgotten, poisoned or swallowed: a promise and a test for each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gates import COLOURS, Ledger, asker, begin, decide, gated_stories, go_on, replayed, triggers, waiting
from hypothesis import given
from stories import Story, assert_valid_for_the_provider

from graphagent import Agent, tool
from graphagent.exceptions import (
    ModelConnectionError,
)
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage

# -- whoever leaves, or dies, in the middle loses nothing ----------------------------------------------------------------


def test_a_run_is_on_record_before_its_model_is_first_asked() -> None:
    storage = MemoryStorage()

    def first(messages: list[dict[str, Any]]) -> str:
        (head,) = storage.runs()
        assert b"Go." in storage.load(head.id)[1][0].messages
        return "Done."

    assert Agent(model=ScriptedModel(first), storage=storage).run("Go.").content == "Done."


@pytest.mark.parametrize("events", range(1, 9))
def test_who_stops_listening_at_any_event_loses_nothing(events: int) -> None:
    """Also while a run goes on after a decision: what was told is on record, and the rest is done later, once."""
    ledger = Ledger()
    agent = asker([[("pay", 2), ("pay", 4)], [("look", 1)]], ledger, MemoryStorage())
    response = agent.run("Go.")
    for asked in waiting(response):
        decide(asked)
    stream = agent.continue_run(response, stream=True, stream_intermediate_steps=True)
    for _, event in zip(range(events), stream, strict=False):
        assert event.seq is None or event.seq <= len(agent.store.steps(response.run_id or ""))
    stream.close()  # type: ignore[attr-defined]
    if agent.get_run(response.run_id or "").status != "COMPLETED":
        agent.continue_run(run_id=response.run_id)
    assert agent.get_run(response.run_id or "").content == "The end."
    assert ledger.effects == {"pay c0.0": 1, "pay c0.1": 1, "look c1.0": 1}


# -- nothing is done twice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", COLOURS)
def test_a_retry_begins_at_the_model_and_repeats_no_call(colour: str) -> None:
    ledger = Ledger()
    agent = asker([[("pay", 2)]], ledger)
    script: list[Any] = [
        call("pay", amount=2).with_id("c0.0"),
        *[ModelConnectionError("cut", transient=True)] * 2,
        "Done.",
    ]
    agent = agent.copy(model=ScriptedModel(script), retries=2)
    response = begin(agent, colour)
    decide(response.tools[0])
    assert go_on(agent, colour, response).content == "Done."
    assert ledger.effects == {"pay c0.0": 1}
    assert triggers(agent, response.run_id).count("retry") == 2


def test_what_a_caller_writes_on_an_object_is_never_taken_for_the_record() -> None:
    """An object carries a decision. What else it claims about the call or the run has no say."""
    ledger = Ledger()
    agent = asker([[("pay", 2), ("pay", 3)]], ledger)
    response = agent.run("Go.")
    response.status = "COMPLETED"  # type: ignore[assignment]
    response.user_id = response.session_id = "somebody else"
    asked, other = response.tools
    asked.result, asked.status = "paid a million", "completed"
    other.requires_confirmation = False  # and so says nothing
    other.confirmed = True
    again = agent.continue_run(response)
    assert [t.tool_call_id for t in waiting(again)] == ["c0.0", "c0.1"]
    asked.confirmed = True
    decide(again.tools[1])
    agent.continue_run(response)
    done = agent.continue_run(run_id=response.run_id, updated_tools=[again.tools[1]])
    assert [t.result for t in done.tools] == ["paid 2", "not 3"]
    assert done.session_id != "somebody else"


# -- going on ------------------------------------------------------------------------------------------------------------


def test_what_was_not_delivered_still_waits_and_is_still_shown() -> None:
    agent = asker([[("pay", 2), ("mail", 2), ("order", 2)]], Ledger())
    response = agent.run("Go.")
    decide(response.tools[2])
    response = agent.continue_run(run_id=response.run_id, updated_tools=[response.tools[2]])
    assert (len(response.tools_requiring_confirmation), len(response.tools_requiring_user_input)) == (1, 1)
    assert agent.get_run(response.run_id or "").is_paused


@pytest.mark.parametrize("name", ["pay", "mail", "order"])
def test_what_was_refused_is_never_made_whatever_was_filled_in_beside(name: str) -> None:
    ledger = Ledger()
    agent = asker([[(name, 2)]], ledger)
    response = agent.run("Go.")
    (asked,) = response.tools
    decide(asked, yes=True)
    asked.confirmed = False
    done = agent.continue_run(response)
    assert ledger.effects == {}
    assert (done.tools[0].status, done.tools[0].confirmed, done.tools[0].answered) == ("rejected", False, False)


@given(gated_stories(longest=2))
def test_answers_stand_in_the_order_of_the_calls_one_for_each(story: Story) -> None:
    """Whatever landed first, and whatever was decided last; every request is one that a provider accepts."""
    agent = asker(story, Ledger())
    response = agent.run("Go.")
    while response.is_paused:
        for asked in reversed(waiting(response)):
            decide(asked)
            response = agent.continue_run(run_id=response.run_id, updated_tools=[asked])
    assert isinstance(agent.model, ScriptedModel)
    for request in agent.model.requests:
        assert_valid_for_the_provider(request.decoded())


# -- a history that every provider accepts -------------------------------------------------------------------------------


def test_a_provider_that_uses_an_id_again_mixes_up_no_results() -> None:
    """Each reply brings the same id; every call is asked about, made and answered for itself."""
    made: list[int] = []

    @tool(requires_confirmation=True)
    def act(number: int) -> int:
        """Act."""
        made.append(number)
        return number

    script = [call("act", number=number).with_id("call_0") for number in (1, 2, 3)]
    agent = Agent(model=ScriptedModel([*script, "Done."]), tools=[act])
    response = agent.run("Go.")
    for _ in range(3):
        waiting(response)[0].confirmed = True
        response = agent.continue_run(response)
    assert made == [1, 2, 3]
    assert [t.result for t in response.tools] == ["1", "2", "3"]
    assert len({t.tool_call_id for t in response.tools}) == 3
    assert_valid_for_the_provider(json.loads(b"[" + replayed(agent, response.run_id).prompt() + b"]"))


def test_a_run_that_is_left_waiting_poisons_no_other() -> None:
    agent = asker([[("pay", 2)]], Ledger(), MemoryStorage())
    first = agent.run("Go.", session_id="s")
    second = agent.run("Go.", session_id="s")
    agent.cancel_run(first.run_id or "")
    decide(second.tools[0])
    assert agent.continue_run(second).content == "The end."
    assert isinstance(agent.model, ScriptedModel)
    for request in agent.model.requests:
        assert_valid_for_the_provider(request.decoded())
