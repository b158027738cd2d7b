"""Deadlines, calls that do not return by them, and results that come after them."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any
from unittest.mock import patch

import pytest
from gates import COLOURS, begin, go_on, triggers

from graphagent import Agent, RunResponse, tool
from graphagent.exceptions import AlreadyResolved, DefinitionError
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.tools.probe import NOT_HAPPENED, Happened

SHORT = 0.05  # seconds: what a tool is given that is meant to exceed it


def agent_of(*tools: Any, script: Any = None) -> Agent:
    """An agent whose model calls each of these tools in one reply, and then ends."""
    calls = [call(one.name).with_id(one.name) for one in tools]
    return Agent(model=ScriptedModel(script or [calls, "Done."]), tools=tools, storage=MemoryStorage())


def settled(agent: Agent, run_id: str | None) -> RunResponse:
    """The run, once a late result has gone on record; gives up after ten seconds."""
    for _ in range(1000):
        response = agent.get_run(run_id or "")
        if not response.is_paused:
            return response
        time.sleep(0.01)
    raise AssertionError("the late result was not recorded")


def slow_tools(policy: Any, gate: threading.Event) -> tuple[Any, Any]:
    """An asynchronous and a synchronous tool that do not return by their timeout."""

    @tool(policy=policy, timeout=SHORT)
    async def slow() -> str:
        """Take for ever."""
        await asyncio.sleep(60)
        return "late"

    @tool(name="slow", policy=policy, timeout=SHORT)
    def slow_and_deaf() -> str:
        """Take until somebody opens the gate."""
        gate.wait(30)
        return "late"

    return slow, slow_and_deaf


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("colour", ["async", "async streamed"])
@pytest.mark.parametrize("policy", ["once", "read", "idempotent"])
def test_a_call_on_an_event_loop_ends_at_its_timeout(colour: str, policy: str, kind: int) -> None:
    """Whoever may be repeated has failed; of the others nobody knows what became."""
    gate = threading.Event()
    agent = agent_of(slow_tools(policy, gate)[kind])
    response = begin(agent, colour)
    gate.set()
    (asked,) = response.tools
    if policy == "once":
        assert (response.status, asked.in_doubt, asked.status) == ("PAUSED", True, "started")
    else:
        assert response.content == "Done."
        assert (asked.tool_call_error, asked.result) == (True, "The tool 'slow' did not return within 0.05 seconds.")


@pytest.mark.parametrize("policy", ["once", "read"])
def test_a_synchronous_call_with_a_timeout_of_its_own_ends_at_it(policy: str) -> None:
    gate = threading.Event()
    response = agent_of(slow_tools(policy, gate)[1]).run("Go.")
    gate.set()
    assert response.is_paused == (policy == "once")
    assert response.tools[0].in_doubt == (policy == "once")


@pytest.mark.parametrize("colour", COLOURS)
def test_one_call_hangs_and_the_others_land(colour: str) -> None:
    gate = threading.Event()

    @tool
    def quick() -> str:
        """Be quick."""
        return "quick"

    agent = agent_of(slow_tools("once", gate)[1], quick)
    response = begin(agent, colour)
    assert [(t.status, t.in_doubt) for t in response.tools] == [("started", True), ("completed", False)]
    gate.set()
    assert settled(agent, response.run_id).tools[0].result == "late"
    assert go_on(agent, colour, run_id=response.run_id).content == "Done."


@pytest.mark.parametrize("colour", COLOURS)
def test_a_late_result_settles_its_doubt_and_the_run_goes_on(colour: str) -> None:
    gate = threading.Event()
    agent = agent_of(slow_tools("once", gate)[1])
    response = begin(agent, colour)
    gate.set()
    late = settled(agent, response.run_id)
    assert triggers(agent, response.run_id)[-2:] == ["recover", "result"]
    response.tools[0].verdict = "failure"
    with pytest.raises(AlreadyResolved):
        agent.continue_run(response)
    done = agent.continue_run(late)
    assert (done.content, done.tools[0].result) == ("Done.", "late")


@pytest.mark.parametrize("colour", COLOURS)
def test_a_late_result_does_not_disturb_calls_that_are_under_way(colour: str) -> None:
    """It lands while another call of its reply still runs: both results are kept."""
    landed, gate = threading.Event(), threading.Event()

    @tool
    def long() -> str:
        """Return after the other has."""
        for _ in range(500):
            if any(step.trigger == "recover" for head in agent.store.runs() for step in agent.store.steps(head.id)):
                break
            time.sleep(0.01)
        gate.set()
        landed.wait(10)
        time.sleep(0.05)  # for the thread of the other to have ended
        return "long"

    @tool(timeout=SHORT)
    def slow() -> str:
        """Return late."""
        gate.wait(30)
        landed.set()
        return "late"

    agent = agent_of(slow, long)
    done = begin(agent, colour)  # and nobody is asked about what has come in the meantime
    assert (done.content, [t.result for t in done.tools]) == ("Done.", ["late", "long"])


def test_a_late_result_never_settles_another_attempt() -> None:
    """The first attempt returns when the second is in doubt: that one stays in doubt."""
    gates, ended = [threading.Event(), threading.Event()], [threading.Event(), threading.Event()]

    @tool(timeout=SHORT)
    def slow(run_context: Any) -> str:
        """Take until the gate of this attempt is opened."""
        attempt = run_context.attempt - 1
        gates[attempt].wait(30)
        ended[attempt].set()
        return f"attempt {attempt}"

    agent = agent_of(slow)
    response = agent.run("Go.")
    time.sleep(SHORT)
    response.tools[0].verdict = "retry"
    response = agent.continue_run(response)
    assert response.tools[0].in_doubt
    with patch("graphagent.agent.late.logger") as logged:
        gates[0].set()
        ended[0].wait(10)
        time.sleep(0.1)  # for what must not happen to happen
        assert agent.get_run(response.run_id or "").tools[0].in_doubt
        gates[1].set()
        assert settled(agent, response.run_id).tools[0].result == "attempt 1"
        assert not logged.exception.called
    assert triggers(agent, response.run_id).count("result") == 1


@pytest.mark.parametrize("colour", COLOURS)
def test_a_call_is_never_begun_after_its_deadline(colour: str) -> None:
    """The process is held up between the intent and the call: the attempt is given up, and another is made."""
    attempts: list[int] = []

    @tool(timeout=100)
    def pay(run_context: Any) -> str:
        """Pay."""
        attempts.append(run_context.attempt)
        return "paid"

    agent = agent_of(pay)
    held = [0]

    def now() -> int:
        steps = [step.trigger for head in agent.store.runs() for step in agent.store.steps(head.id)]
        held[0] += steps[-1:] == ["call"]
        return time.time_ns() // 1000 + (200_000_000 if held[0] else 0)

    with patch("graphagent.utils.clock.now", now):
        response = begin(agent, colour)
    assert response.content == "Done."
    assert attempts == [2]
    assert triggers(agent, response.run_id)[1:5] == ["call", "recover", "start", "result"]


def test_a_call_that_may_act_once_has_to_have_an_end() -> None:
    with pytest.raises(DefinitionError, match="timeout"):
        tool(name="act", timeout=None)(lambda: None)


# -- what a probe says of a call that did not return in time ----------------------------------------------------------


def probed_tools(probe: Any, gate: threading.Event) -> tuple[Any, Any]:
    """As `slow_tools`, with a probe."""

    @tool(policy="probe", probe=probe, timeout=SHORT)
    async def slow() -> str:
        """Take for ever."""
        await asyncio.sleep(60)
        return "late"

    @tool(name="slow", policy="probe", probe=probe, timeout=SHORT)
    def slow_and_deaf() -> str:
        """Take until somebody opens the gate."""
        gate.wait(30)
        return "late"

    return slow, slow_and_deaf


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("beside", [0, 1])
@pytest.mark.parametrize("colour", ["async", "async streamed"])
def test_a_call_that_did_not_return_in_time_and_happened_has_its_result(colour: str, kind: int, beside: int) -> None:
    gate = threading.Event()

    @tool
    def quick() -> str:
        """Be quick."""
        return "quick"

    response = begin(agent_of(probed_tools(lambda: Happened("found"), gate)[kind], *[quick] * beside), colour)
    gate.set()
    assert (response.content, response.tools[0].result) == ("Done.", "found")


@pytest.mark.parametrize("colour", COLOURS)
def test_a_synchronous_call_that_did_not_return_in_time_is_probed(colour: str) -> None:
    gate = threading.Event()
    response = begin(agent_of(probed_tools(lambda: Happened("found"), gate)[1]), colour)
    gate.set()
    assert (response.content, response.tools[0].result) == ("Done.", "found")


def test_a_call_that_was_ended_in_time_and_has_not_happened_has_failed() -> None:
    """It is ended for good: the model is told, and may ask for it again."""
    response = begin(agent_of(probed_tools(lambda: NOT_HAPPENED, threading.Event())[0]), "async")
    assert response.content == "Done."
    assert response.tools[0].tool_call_error
    assert response.tools[0].result == "The tool 'slow' did not return within 0.05 seconds. It had no effect."


@pytest.mark.parametrize("colour", COLOURS)
def test_of_a_call_that_still_runs_nobody_can_say_that_it_will_not_happen(colour: str) -> None:
    """A thread cannot be ended: the call is in doubt until it returns, and not begun a second time beside it."""
    gate = threading.Event()
    agent = agent_of(probed_tools(lambda: NOT_HAPPENED, gate)[1])
    response = begin(agent, colour)
    assert response.tools[0].in_doubt
    gate.set()
    assert settled(agent, response.run_id).tools[0].result == "late"


@pytest.mark.parametrize("colour", ["plain", "async"])
def test_a_probe_that_hangs_does_not_hold_up_the_calls_beside(colour: str) -> None:
    never, landed = threading.Event(), threading.Event()

    @tool(timeout=5)
    def quick() -> str:
        """Return once the probe is being asked."""
        asking.wait(5)
        landed.set()
        return "quick"

    asking = threading.Event()

    def probe() -> Any:
        asking.set()
        never.wait(30)

    agent = agent_of(probed_tools(probe, never)[1], quick)
    response = begin(agent, colour)
    never.set()
    assert landed.is_set()
    assert [(t.in_doubt, t.result) for t in response.tools] == [(True, None), (False, "quick")]


# -- a task that is cancelled while its tool runs in a thread ---------------------------------------------------------


def cancelled_in_the_middle(agent: Agent, begun: threading.Event) -> str:
    """The id of a run whose task was cancelled while its call was made."""

    async def main() -> None:
        task = asyncio.create_task(agent.arun("Go."))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    (head,) = agent.store.runs()
    return head.id


@pytest.mark.parametrize("beside", [0, 1])
@pytest.mark.parametrize("looked", [False, True])
def test_a_call_whose_task_was_cancelled_is_settled_when_it_returns(looked: bool, beside: int) -> None:
    """Whether it returns before anybody has gone on with the run, or when it is in doubt by then."""
    begun, gate = threading.Event(), threading.Event()
    made: list[int] = []

    @tool
    def slow() -> str:
        """Take until the gate is opened."""
        made.append(1)
        begun.set()
        gate.wait(30)
        return "late"

    @tool
    def quick() -> str:
        """Be quick."""
        return "quick"

    agent = agent_of(slow, *[quick] * beside)
    run_id = cancelled_in_the_middle(agent, begun)
    if looked:
        assert agent.continue_run(run_id=run_id).tools[0].in_doubt
    gate.set()
    deadline = time.monotonic() + 10
    while agent.get_run(run_id).tools[0].result is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert agent.get_run(run_id).tools[0].result == "late"
    assert agent.continue_run(run_id=run_id).content == "Done."
    assert made == [1]


def test_a_call_that_still_runs_in_a_thread_is_not_begun_again_beside_it() -> None:
    """Its task was cancelled, so nobody has the run in hand; what a probe says now may be wrong in a moment."""
    begun, gate = threading.Event(), threading.Event()
    made: list[int] = []

    @tool(policy="probe", probe=lambda: NOT_HAPPENED)
    def slow() -> str:
        """Take until the gate is opened."""
        made.append(1)
        begun.set()
        gate.wait(30)
        return "late"

    agent = agent_of(slow)
    run_id = cancelled_in_the_middle(agent, begun)
    assert agent.continue_run(run_id=run_id).tools[0].in_doubt
    gate.set()
    assert settled(agent, run_id).tools[0].result == "late"
    assert made == [1]
