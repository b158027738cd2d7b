"""A call whose outcome nobody knows: a person settles it, once, and a new attempt waits for the deadline of the old."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from gates import COLOURS, go_on, replayed

from graphagent import Agent, RunResponse, tool
from graphagent.exceptions import AlreadyResolved, DeadlineNotPassed
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.tools.probe import Happened
from graphagent.utils import clock


def agent_of(*tools: Any, script: Any = None) -> Agent:
    """An agent whose model calls each of these tools in one reply, and then ends."""
    calls = [call(one.name).with_id(one.name) for one in tools]
    return Agent(model=ScriptedModel(script or [calls, "Done."]), tools=tools, storage=MemoryStorage())


def in_doubt(now: Callable[[], int] = clock.now) -> tuple[Agent, RunResponse, list[int]]:
    """A run with a call in doubt, whose process was stopped while it made it, with a timeout of 100 seconds."""
    made: list[int] = []

    @tool(timeout=100)
    def pay() -> str:
        """Pay."""
        made.append(1)
        if len(made) == 1:
            raise KeyboardInterrupt
        return "paid"

    agent = agent_of(pay)
    with pytest.raises(KeyboardInterrupt):
        agent.run("Go.")
    return agent, agent.continue_run(), made


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("verdict", "result", "told", "made"),
    [
        ("result", None, "The call succeeded.", 1),
        ("result", "paid by hand", "paid by hand", 1),
        ("failure", None, "The call failed.", 1),
        ("failure", "no money", "no money", 1),
        ("retry", None, "paid", 2),
    ],
)
def test_a_person_settles_a_doubt(colour: str, verdict: Any, result: Any, told: str, made: int) -> None:
    agent, response, effects = in_doubt()
    (asked,) = response.tools_in_doubt
    asked.verdict, asked.result = verdict, result
    with patch("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + 101_000_000):
        done = go_on(agent, colour, response)
    assert (done.content, done.tools[0].result, len(effects)) == ("Done.", told, made)
    assert done.tools[0].tool_call_error == (verdict == "failure")


def test_a_call_is_made_again_only_after_its_deadline() -> None:
    agent, response, made = in_doubt()
    before = agent.store.load(response.run_id or "")
    response.tools[0].verdict = "retry"
    deadline = replayed(agent, response.run_id).calls["pay"].deadline or 0
    with patch("graphagent.utils.clock.now", lambda: deadline - 1), pytest.raises(DeadlineNotPassed):
        agent.continue_run(response)
    assert agent.store.load(response.run_id or "") == before
    assert made == [1]
    with patch("graphagent.utils.clock.now", lambda: deadline + 1):
        assert agent.continue_run(response).content == "Done."
    assert made == [1, 1]


def test_a_verdict_that_is_none_is_refused() -> None:
    agent, response, _ = in_doubt()
    response.tools[0].verdict = "maybe"  # type: ignore[assignment]
    response.tools[0].result = "x"
    with pytest.raises(ValueError, match="maybe"):
        agent.continue_run(response)
    assert agent.get_run(response.run_id or "").tools_in_doubt


def test_a_doubt_is_settled_once() -> None:
    agent, response, _ = in_doubt()
    stale = agent.get_run(response.run_id or "")
    response.tools[0].verdict = stale.tools[0].verdict = "result"
    agent.continue_run(response)
    with pytest.raises(AlreadyResolved):
        agent.continue_run(stale)


def test_a_probe_that_is_interrupted_leaves_the_run_in_nobodys_hand() -> None:
    """Who waits too long for an answer can stop, and ask again later."""
    probed: list[int] = []

    def probe() -> Any:
        probed.append(1)
        if len(probed) == 1:
            raise KeyboardInterrupt
        return Happened("found")

    @tool(policy="probe", probe=probe)
    def pay() -> str:
        """Pay."""
        raise KeyboardInterrupt

    agent = agent_of(pay)
    with pytest.raises(KeyboardInterrupt):
        agent.run("Go.")
    with pytest.raises(KeyboardInterrupt):
        agent.continue_run()
    assert agent.continue_run().tools[0].result == "found"
