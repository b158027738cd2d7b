"""A call that nobody decided about in time is rejected by policy, by whoever looks at it first."""

from __future__ import annotations

from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.exceptions import AlreadyResolved, DefinitionError
from graphagent.models import ScriptedModel, call, say
from graphagent.run.inbox import Inbox
from graphagent.storage.memory import MemoryStorage
from graphagent.utils import clock

made: list[int] = []


@tool(requires_confirmation=True, expires_after=60)
def refund(cents: int) -> str:
    """Pay money back."""
    made.append(cents)
    return "paid back"


def waiting(storage: MemoryStorage) -> tuple[Agent, Any]:
    made.clear()
    agent = Agent(
        model=ScriptedModel([call("refund", cents=300), say("I could not.")]), tools=[refund], storage=storage
    )
    return agent, agent.run("Refund it.")


def pass_by(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + int(seconds * 1e6)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_in_time_it_waits_and_can_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    agent, response = waiting(storage)
    pass_by(59, monkeypatch)
    (asked,) = Inbox(storage).pending()
    assert asked.expires_at == asked.asked_at + 60_000_000
    Inbox(storage).approve(response.run_id, asked.call_id)
    agent.continue_run(run_id=response.run_id)
    assert made == [300]


def test_after_it_who_continues_goes_on_without_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    agent, response = waiting(storage)
    pass_by(60, monkeypatch)
    ended = agent.continue_run(run_id=response.run_id)
    assert ended.content == "I could not."
    assert ended.tools[0].status == "rejected"
    assert "in time" in (ended.tools[0].result or "")
    assert made == []
    rejected = next(step for step in storage.steps(response.run_id) if step.trigger == "reject")
    assert rejected.data is not None
    assert (rejected.data["by"], rejected.data["expired"]) == ("policy", True)


def test_an_approval_that_comes_too_late_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    agent, response = waiting(storage)
    response.tools[0].confirmed = True
    pass_by(61, monkeypatch)
    with pytest.raises(AlreadyResolved):
        agent.continue_run(run_response=response)
    assert [request.status for request in storage.requests(status=None)] == ["expired"]
    assert agent.continue_run(run_id=response.run_id).content == "I could not."
    assert made == []


@pytest.mark.parametrize(
    "options",
    [{"expires_after": 5}, *({"requires_confirmation": True, "expires_after": bad} for bad in (0, -1, float("inf")))],
    ids=str,
)
def test_what_cannot_expire_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="expires_after"):
        tool(name="act", **options)(lambda: "x")
