"""The first decision stands: what comes after it, or is about something else than was shown, changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from gates import Ledger, asker, decide, triggers

from graphagent import Agent, RunResponse
from graphagent.exceptions import (
    AlreadyResolved,
    GraphAgentError,
    RunBusy,
    ToolArgumentsError,
)
from graphagent.run.inbox import Inbox
from graphagent.storage.memory import MemoryStorage


def paused(ledger: Ledger | None = None, amount: int = 2) -> tuple[Agent, RunResponse]:
    agent = asker([[("pay", amount)]], ledger or Ledger(), MemoryStorage())
    return agent, agent.run("Go.")


def refuses(kind: type[GraphAgentError], agent: Agent, run_id: str | None, attempt: Callable[[], Any]) -> str:
    """The text of the error that an attempt ends in; the record is what it was."""
    before = agent.store.load(run_id or "")
    with pytest.raises(kind) as caught:
        attempt()
    assert caught.type is kind
    assert agent.store.load(run_id or "") == before
    return str(caught.value)


@pytest.mark.parametrize("second", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_a_second_decision(first: bool, second: bool) -> None:
    """The first stands, whichever comes after it, through whichever way, also when the run has ended since."""
    ledger = Ledger()
    agent, response = paused(ledger)
    stale = agent.get_run(response.run_id or "")
    decide(response.tools[0], yes=first)
    agent.continue_run(response)
    decide(stale.tools[0], yes=second)
    inbox = Inbox(agent.store)
    refuses(AlreadyResolved, agent, response.run_id, lambda: agent.continue_run(stale))
    refuses(AlreadyResolved, agent, response.run_id, lambda: agent.continue_run(response))
    refuses(AlreadyResolved, agent, response.run_id,
            lambda: agent.continue_run(run_id=response.run_id, updated_tools=stale.tools))  # fmt: skip
    decision = inbox.approve if second else inbox.reject
    refuses(AlreadyResolved, agent, response.run_id, lambda: decision(response.run_id or "", "c0.0"))
    assert ledger.effects == ({"pay c0.0": 1} if first else {})


def test_two_decisions_about_one_call_in_one_delivery() -> None:
    agent, response = paused()
    one, two = (agent.get_run(response.run_id or "").tools[0] for _ in range(2))
    one.confirmed, two.confirmed = True, False
    refuses(AlreadyResolved, agent, response.run_id,
            lambda: agent.continue_run(run_id=response.run_id, updated_tools=[one, two]))  # fmt: skip


def test_an_approval_of_what_is_not_there_any_more() -> None:
    """A decision holds for the arguments that were shown, whoever decides."""
    agent, response = paused()
    told = "not what was shown"
    response.tools[0].digest = "0" * 64
    response.tools[0].confirmed = True
    assert told in refuses(AlreadyResolved, agent, response.run_id, lambda: agent.continue_run(response))
    inbox = Inbox(agent.store)
    assert told in refuses(
        AlreadyResolved, agent, response.run_id, lambda: inbox.approve(response.run_id or "", "c0.0", digest="0" * 64)
    )


def test_a_decision_of_the_wrong_kind() -> None:
    agent, response = paused()
    inbox, run_id = Inbox(agent.store), response.run_id or ""
    for decision in (
        lambda: inbox.deliver(run_id, "c0.0", "done"),
        lambda: inbox.answer(run_id, "c0.0", {}),
        lambda: inbox.settle(run_id, "c0.0", "result"),
    ):
        refuses(AlreadyResolved, agent, run_id, decision)


def test_a_yes_that_is_none() -> None:
    """What people type is no decision: "n" must not pass for a yes."""
    ledger = Ledger()
    agent, response = paused(ledger)
    for typed in ("n", "yes", 1, 0):
        response.tools[0].confirmed = typed  # type: ignore[assignment]
        refuses(ToolArgumentsError, agent, response.run_id, lambda: agent.continue_run(response))
    assert ledger.effects == {}


@pytest.mark.parametrize("arguments", [{"amount": "many"}, {}, {"amount": 1, "to": "x"}])
def test_edited_arguments_that_do_not_fit(arguments: dict[str, Any]) -> None:
    agent, response = paused()
    response.tools[0].tool_args, response.tools[0].confirmed = arguments, True
    refuses(ToolArgumentsError, agent, response.run_id, lambda: agent.continue_run(response))


@pytest.mark.parametrize("arguments", ["", "[1]", "{", "null"])
def test_edited_arguments_that_are_no_object(arguments: str) -> None:
    agent, response = paused()
    inbox, run_id = Inbox(agent.store), response.run_id or ""
    refuses(ToolArgumentsError, agent, run_id, lambda: inbox.approve(run_id, "c0.0", arguments=arguments))


def test_an_object_that_shows_what_the_call_waited_for_before() -> None:
    """An approval given again for a call whose outcome is in doubt by now settles nothing."""
    agent, response = paused()
    stale = agent.get_run(response.run_id or "")
    response.tools[0].confirmed = True
    with patch("gates.Ledger.write", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        agent.continue_run(response)
    assert agent.continue_run(run_id=response.run_id).tools_in_doubt
    stale.tools[0].confirmed = True
    refuses(AlreadyResolved, agent, response.run_id, lambda: agent.continue_run(stale))


def test_every_error_of_going_on_is_of_this_project() -> None:
    """Nobody has to catch what a library underneath happens to raise."""
    agent, response = paused()
    response.tools[0].tool_args = {"amount": object()}
    response.tools[0].confirmed = True
    with pytest.raises(GraphAgentError):
        agent.continue_run(response)
    assert agent.get_run(response.run_id or "").is_paused


def test_what_waits_beside_calls_under_way_is_decided_when_they_have_landed() -> None:
    """Who decides too early is told to come again, nothing is recorded, and nothing is lost of what they wanted."""
    told: list[str] = []
    ledger = Ledger()
    agent = asker([[("look", 1), ("pay", 2)]], ledger)

    def too_early(name: str, context: Any) -> None:
        with pytest.raises(RunBusy, match=r"come first.*'c0.1' \(pay\).*Try again") as raised:
            Inbox(agent.store).approve(context.run_id, "c0.1")
        told.append(str(raised.value))
        Ledger.write(ledger, name, context)

    ledger.write = too_early  # type: ignore[method-assign]
    response = agent.run("Go.")
    ledger.write = partial(Ledger.write, ledger)  # type: ignore[method-assign]
    assert len(told) == 1
    assert triggers(agent, response.run_id) == ["begin", "call", "result"]
    Inbox(agent.store).approve(response.run_id or "", "c0.1")
    assert agent.continue_run(run_id=response.run_id).content == "The end."
