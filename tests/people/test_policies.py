"""What becomes of a call whose process died while it was made, by the policy of its tool."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from gates import COLOURS, begin, go_on, replayed, triggers

from graphagent import Agent, RunResponse, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.tools.probe import NOT_HAPPENED, UNKNOWN, Happened

colours = pytest.mark.parametrize("colour", COLOURS)


class Crash(BaseException):
    """The process is gone: nobody hears what came of the call."""


class World:
    """An agent with one tool whose first attempt takes its process with it, after it has acted."""

    def __init__(self, script: Any = None, **options: Any) -> None:
        self.keys: list[str] = []
        self.attempts: list[int] = []
        self.storage = MemoryStorage()
        self.script = script or [call("pay", amount=5).with_id("c"), "Done."]
        self.model = ScriptedModel(self.script)
        self.options = options

    def agent(self) -> Agent:
        @tool(**self.options)
        def pay(amount: int, run_context: Any, idempotency_key: str) -> str:
            """Pay."""
            self.keys.append(idempotency_key)
            self.attempts.append(run_context.attempt)
            if len(self.attempts) == 1:
                raise Crash
            return f"paid {amount}"

        return Agent(name="a", model=self.model, tools=[pay], storage=self.storage)

    def died(self) -> str:
        """The id of a run whose process is gone in the middle of the call."""
        with pytest.raises(Crash):
            self.agent().run("Go.")
        (head,) = self.storage.runs()
        assert self.attempts == [1]
        return head.id

    def after(self, colour: str = "plain") -> RunResponse:
        run_id = self.died()
        return go_on(self.agent(), colour, run_id=run_id)


@colours
def test_a_call_that_may_happen_once_is_left_to_a_person(colour: str) -> None:
    world = World()
    response = world.after(colour)
    assert [t.tool_call_id for t in response.tools_in_doubt] == ["c"]
    assert world.attempts == [1]
    assert go_on(world.agent(), colour, run_id=response.run_id).tools_in_doubt  # however often it is asked
    assert world.attempts == [1]


@colours
def test_a_reading_call_is_made_again(colour: str) -> None:
    world = World(policy="read")
    assert world.after(colour).content == "Done."
    assert world.attempts == [1, 2]


@colours
def test_an_idempotent_call_is_made_again_under_the_same_key(colour: str) -> None:
    world = World(policy="idempotent")
    response = world.after(colour)
    assert response.content == "Done."
    assert world.keys == [f"{response.run_id}/c"] * 2


def _fails(**_: Any) -> Any:
    raise OSError("nobody there")


@colours
@pytest.mark.parametrize(
    ("probe", "attempts", "result"),
    [
        (lambda: Happened("receipt 7"), [1], "receipt 7"),
        (Happened, [1], "The call succeeded."),
        (lambda: Happened({"receipt": 7}), [1], '{"receipt":7}'),
        (lambda: NOT_HAPPENED, [1, 2], "paid 5"),
        (lambda: UNKNOWN, [1], None),
        (lambda: None, [1], None),
        (lambda: True, [1], None),
        (_fails, [1], None),
        (lambda: Happened(object()), [1], None),
    ],
)
def test_a_probe_says_whether_it_happened(
    colour: str, probe: Callable[..., Any], attempts: list[int], result: str | None
) -> None:
    """What it cannot say for certain is left to a person."""
    world = World(policy="probe", probe=probe)
    response = world.after(colour)
    assert world.attempts == attempts
    assert response.tools[0].result == result
    assert response.is_paused == (result is None)
    assert bool(response.tools_in_doubt) == (result is None)


@colours
def test_a_probe_may_be_asynchronous_and_knows_what_the_tool_knew(colour: str) -> None:
    asked: list[Any] = []

    async def probe(amount: int, idempotency_key: str) -> Any:
        asked.append((amount, idempotency_key))
        return Happened("found")

    response = World(policy="probe", probe=probe).after(colour)
    assert response.tools[0].result == "found"
    assert asked == [(5, f"{response.run_id}/c")]


def test_a_probe_knows_what_a_person_filled_in() -> None:
    asked: list[Any] = []

    def probe(amount: int, to: str) -> Any:
        asked.append((amount, to))
        return Happened("found")

    @tool(policy="probe", probe=probe, user_input_fields=["to"])
    def pay(amount: int, to: str) -> str:
        """Pay."""
        raise Crash

    agent = Agent(model=ScriptedModel([call("pay", amount=5), "Done."]), tools=[pay])
    response = agent.run("Go.")
    assert response.tools[0].user_input_schema is not None
    response.tools[0].user_input_schema[1].value = "ann"
    with pytest.raises(Crash):
        agent.continue_run(response)
    assert agent.continue_run(run_id=response.run_id).tools[0].result == "found"
    assert asked == [(5, "ann")]


def test_what_a_probe_found_can_end_the_run() -> None:
    world = World(policy="probe", probe=lambda: Happened("That is all."), stop_after_tool_call=True)
    assert world.after().content == "That is all."


def test_an_approval_outlives_the_crash_of_its_call() -> None:
    """Nobody is asked twice for what may be repeated, and what may not is in doubt, not to be approved again."""
    for policy, content in (("read", "Done."), ("once", None)):
        world = World(policy=policy, requires_confirmation=True)
        agent = world.agent()
        response = agent.run("Go.")
        response.tools[0].confirmed = True
        with pytest.raises(Crash):
            agent.continue_run(response)
        after = world.agent().continue_run(run_id=response.run_id)
        assert after.content == content
        assert not after.tools_requiring_confirmation
        assert bool(after.tools_in_doubt) == (policy == "once")


@pytest.mark.parametrize("colour", ["plain", "async"])
def test_of_calls_side_by_side_only_those_that_had_begun_are_in_doubt(colour: str) -> None:
    """The first landed, the second took its process with it: of the third nothing had begun where it is so on record."""
    made: list[int] = []

    @tool
    def act(number: int) -> int:
        """Act."""
        made.append(number)
        if number == 2 and made.count(2) == 1:
            raise Crash
        return number

    calls = [call("act", number=number).with_id(f"c{number}") for number in (1, 2, 3)]
    agent = Agent(model=ScriptedModel([calls, "Done."]), tools=[act], storage=MemoryStorage())
    with pytest.raises(Crash):
        begin(agent, colour)
    (head,) = agent.store.runs()
    begun = {call.id for call in replayed(agent, head.id).calls.values() if call.status == "started"}
    response = agent.continue_run(run_id=head.id)
    assert {t.tool_call_id for t in response.tools_in_doubt} == begun - {"c1", "c3"} == {"c2"}
    response.tools[1].verdict, response.tools[1].result = "result", "2"
    assert agent.continue_run(response).content == "Done."
    assert sorted(made) == [1, 2, 3]
    assert triggers(agent, head.id).count("call") == 1


# -- a process that is silent may be asleep ---------------------------------------------------------------------------


def fell_silent(world: World) -> str:
    """A run whose process, on another host, committed the intent of a call and has given no sign of life for long."""
    run_id = world.died()
    head, _ = world.storage.load(run_id)
    world.storage.claim(head, "elsewhere 1 1 1", 0)
    return run_id


@colours
@pytest.mark.parametrize(("waited", "attempts"), [(0, [1]), (101, [1, 2])])
def test_what_has_not_happened_is_made_again_only_when_nobody_can_begin_it_any_more(
    colour: str, waited: int, attempts: list[int]
) -> None:
    """Until the deadline the silent process may wake up and begin it: then a person is asked, after it nobody."""
    world = World(policy="probe", probe=lambda: NOT_HAPPENED, timeout=100)
    run_id = fell_silent(world)
    with patch("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + waited * 1_000_000):
        response = go_on(world.agent(), colour, run_id=run_id)
    assert world.attempts == attempts
    assert bool(response.tools_in_doubt) == (waited == 0)


def test_what_a_probe_finds_to_have_happened_is_so_whoever_may_be_asleep() -> None:
    world = World(policy="probe", probe=lambda: Happened("receipt 7"), timeout=100)
    assert go_on(world.agent(), run_id=fell_silent(world)).tools[0].result == "receipt 7"


@colours
def test_a_probe_that_does_not_return_leaves_its_call_to_a_person(colour: str) -> None:
    """It may take as long as its tool; and whoever listens meanwhile to an event loop is heard."""
    never = threading.Event()
    world = World(policy="probe", probe=lambda: never.wait(30), timeout=0.1)
    begun = time.monotonic()
    assert world.after(colour).tools_in_doubt
    assert time.monotonic() - begun < 15
    never.set()
