"""A run that waits belongs to the definition it began with: what breaks it is named, what does not lets it go on."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from gates import triggers

from graphagent import Agent, RunResponse, tool
from graphagent.agent.pinning import changes
from graphagent.engine.run import Run
from graphagent.exceptions import DefinitionChanged
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage


def of(storage: MemoryStorage, *functions: Any, **options: Any) -> Agent:
    """The agent as it is deployed now."""
    model = ScriptedModel(
        lambda messages: (
            "Done."
            if messages[-1]["role"] == "tool"
            else [call("pay", amount=1).with_id("c0"), call("pay", amount=2).with_id("c1")]
        )
    )
    return Agent(name="a", model=model, tools=list(functions), storage=storage, **options)


@tool(requires_confirmation=True)
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


@tool
def look(place: str) -> str:
    """Look."""
    return place


def parked() -> tuple[MemoryStorage, RunResponse]:
    """A run that waits for two approvals, of an agent with two tools."""
    storage = MemoryStorage()
    return storage, of(storage, pay, look).run("Go.")


def broken(storage: MemoryStorage, response: RunResponse, agent: Agent) -> str:
    """What is said of a run that cannot go on with this agent; nothing has changed then."""
    before = storage.load(response.run_id or "")
    for asked in response.tools:
        asked.confirmed = True
    with pytest.raises(DefinitionChanged) as caught:
        agent.continue_run(response)
    assert storage.load(response.run_id or "") == before
    assert caught.value.run_id == response.run_id
    found = re.search(r"with this agent: (.*)\. Continue", str(caught.value))
    return found[1] if found else str(caught.value)


def test_a_tool_that_is_gone() -> None:
    storage, response = parked()
    assert broken(storage, response, of(storage, look)) == "tool 'pay' is gone"


def test_a_call_of_a_tool_that_is_gone_can_still_be_refused() -> None:
    storage, response = parked()
    for asked in response.tools:
        asked.confirmed = False
    assert of(storage, look).continue_run(response).content == "Done."


def test_an_edited_call_of_a_tool_that_is_gone() -> None:
    storage, response = parked()
    response.tools[0].tool_args = {"amount": 9}
    assert "no tool 'pay' any more" in broken(storage, response, of(storage, look))


def test_a_parameter_that_is_needed_now() -> None:
    @tool(name="pay", requires_confirmation=True)
    def pay_from(amount: int, account: str) -> str:
        """Pay."""
        raise AssertionError("called")

    storage, response = parked()
    told = broken(storage, response, of(storage, pay_from, look))
    assert told == "the parameters of tool 'pay' changed ('account' is new)"


def test_a_parameter_of_another_type() -> None:
    @tool(name="pay", requires_confirmation=True)
    def pay_when(amount: bool) -> str:
        """Pay."""
        raise AssertionError("called")

    storage, response = parked()
    told = broken(storage, response, of(storage, pay_when, look))
    assert told == "the parameters of tool 'pay' changed ('amount' is another)"


def test_each_of_several_calls_of_a_tool_has_to_fit() -> None:
    """The last fits what the tool takes now, and the first does not."""

    @tool(name="pay", requires_confirmation=True)
    def pay_two(amount: Literal[2]) -> str:
        """Pay."""
        raise AssertionError("called")

    storage, response = parked()
    assert "'amount' is another" in broken(storage, response, of(storage, pay_two, look))


def test_a_form_that_asks_for_something_else() -> None:
    def mailer(field: str) -> Any:
        scope: dict[str, Any] = {}
        exec(f"def pay(amount: int, {field}: str) -> str:\n    'Pay.'\n    return {field}", scope)  # noqa: S102
        return tool(user_input_fields=[field])(scope["pay"])

    storage = MemoryStorage()
    response = of(storage, mailer("to")).run("Go.")
    for asked in response.tools:
        (asked.user_input_schema or [])[1].value = "ann"
    before = storage.load(response.run_id or "")
    with pytest.raises(
        DefinitionChanged, match="the form of tool 'pay' changed \\('recipient' is new, 'to' is gone\\)"
    ):
        of(storage, mailer("recipient")).continue_run(response)
    assert storage.load(response.run_id or "") == before
    assert of(storage, mailer("to")).continue_run(response).content == "Done."


def test_everything_that_broke_is_named() -> None:
    @tool(name="pay", requires_confirmation=True)
    def pay_nothing() -> str:
        """Pay."""
        raise AssertionError("called")

    storage = MemoryStorage()

    @tool(requires_confirmation=True)
    def ship(to: str) -> str:
        """Ship."""
        raise AssertionError("called")

    model = ScriptedModel([[call("pay", amount=1), call("ship", to="x")]])
    response = of(storage, pay, ship).copy(model=model).run("Go.")
    told = broken(storage, response, of(storage, pay_nothing))
    assert told == "the parameters of tool 'pay' changed ('amount' is gone); tool 'ship' is gone"


@tool(name="pay", requires_confirmation=True)
def pay_in(amount: int, currency: str = "EUR") -> str:
    """Pay in a currency."""
    return f"paid {amount} {currency}"


HARMLESS: dict[str, tuple[list[Any], dict[str, Any], str | None]] = {
    "another instruction": ([pay, look], {"instructions": "Be kind."}, None),
    "a tool more": ([pay, look, tool(name="more")(lambda: "more")], {}, "tool 'more' is new"),
    "a tool less that nobody called": ([pay], {}, "tool 'look' is gone"),
    "a parameter that may be left out": ([pay_in, look], {}, "the parameters of tool 'pay' changed ('currency' is new)"),
    "a gate less": ([pay.copy(requires_confirmation=False), look], {}, "tool 'pay' waits for None, it waited for confirm"),
    "a gate more": ([pay, look.copy(requires_confirmation=True)], {},
                    "tool 'look' waits for confirm, it waited for None"),
    "another policy": ([pay.copy(policy="read"), look], {}, "tool 'pay' is 'read', it was 'once'"),
    "another timeout": ([pay.copy(timeout=3.0), look], {}, None),
}  # fmt: skip


@pytest.mark.parametrize("change", HARMLESS)
def test_a_harmless_change_lets_the_run_go_on(change: str) -> None:
    """It is said all the same, and what the call waits for stays as it was asked."""
    tools, options, told = HARMLESS[change]
    storage, response = parked()
    agent = of(storage, *tools, **options)
    head, _ = storage.load(response.run_id or "")
    run = Run.replay(head.id, head.plan, storage.steps(head.id))
    said = [found.what for found in changes(storage, head, run, agent.definition)]
    assert (told in said) if told else not said
    assert not any(found.breaks for found in changes(storage, head, run, agent.definition))
    assert agent.continue_run(run_id=head.id).is_paused
    for asked in response.tools:
        asked.confirmed = True
    done = agent.continue_run(response)
    assert done.content == "Done."
    assert (done.tools[0].result or "").startswith("paid 1")
    assert triggers(agent, head.id).count("approve") == 2
