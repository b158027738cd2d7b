"""Six properties of runs, as one state machine: whatever people, crashes and forks do, in any order, on any storage.

Prefix continuation: what is on record stays, and is only added to. At most one start: no call is begun twice. Consume-once:
no request is decided twice. Checkpoint validity: every prefix of a record is a run that can go on, with a conversation that
a provider accepts. Fork determinism: a fork is what its parent was at that step, and repeats nothing of it. Recovery
determinism: a run ends as it would have ended without the crashes.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from gates import Ledger, asker, decide, gated_stories, waiting
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from pydantic_core import from_json
from stories import Story, assert_valid_for_the_provider

from graphagent import Agent
from graphagent.agent import fork as forking
from graphagent.engine.call import PLANNED
from graphagent.engine.machine import MODEL
from graphagent.engine.run import Run, Step
from graphagent.exceptions import AlreadyResolved, RequestNotFound, RunIsOver
from graphagent.run.inbox import Inbox
from graphagent.run.tool import ToolExecution
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage

DECISIONS = ("approve", "reject", "answer", "deliver", "settle")
LIVES = st.none() | st.tuples(st.integers(1, 6), st.booleans())


class Crash(BaseException):
    """The process is gone."""


class Mortal:
    """A storage whose process dies at the write of this number, before or after it is on record."""

    def __init__(self, storage: Storage, life: tuple[int, bool] | None) -> None:
        self.storage = storage
        self.left, self.after = life or (10**9, False)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.storage, name)
        return self.dying(method) if name in ("save", "asave", "claim", "renew") else method

    def dying(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*given: Any) -> Any:
            self.left -= 1
            if self.left < 0 or (self.left == 0 and not self.after):
                raise Crash
            done = write(*given)
            if self.left == 0:
                raise Crash
            return done

        return written


class Starts(Ledger):
    """How often each call of each run was begun; outlives processes."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[tuple[str, str]] = Counter()

    def write(self, name: str, context: Any) -> None:
        self.counts[context.run_id, context.call_id] += 1


def would_be(tool: ToolExecution) -> str:
    """What a call returns, as whoever looked would find."""
    said = {"pay": "paid {}", "mail": "mailed {} to ann", "look": "saw {}"}[tool.tool_name]
    return said.format(tool.tool_args["amount"])


def conversation(run: Run) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = from_json(b"[" + run.prompt() + b"]")
    return messages


class Runs(RuleBasedStateMachine):
    """Runs of one story, in processes that come and go."""

    runs = Bundle("runs")

    def __init__(self, place: Any) -> None:
        super().__init__()
        self.place = place
        self.starts = Starts()
        self.seen: dict[str, list[Step]] = {}
        self.copied: dict[str, set[str]] = {}  # calls that were begun before a fork, by fork

    def agent(self, life: tuple[int, bool] | None = None) -> Agent:
        """A new process."""
        return asker(self.story, self.starts, Mortal(self.place.open(), life))  # type: ignore[arg-type]

    def replayed(self, run_id: str, upto: int | None = None) -> Run:
        head, steps = self.place.open().load(run_id)
        return Run.replay(run_id, head.plan, steps[:upto])

    # -- what happens -------------------------------------------------------------------------------------------------

    @initialize(story=gated_stories(longest=2, widest=3))
    def tell(self, story: Story) -> None:
        self.story = story
        undisturbed = asker(story, Ledger())
        self.oracle = self.ended(undisturbed, undisturbed.run("Go.").run_id)

    @rule(target=runs, life=LIVES)
    def begin(self, life: tuple[int, bool] | None) -> Any:
        agent = self.agent(life)
        known = {head.id for head in self.place.open().runs()}
        with contextlib.suppress(Crash):
            agent.run("Go.")
        return multiple(*({head.id for head in self.place.open().runs()} - known))

    @rule(run_id=runs, life=LIVES)
    def go_on(self, run_id: str, life: tuple[int, bool] | None) -> None:
        with contextlib.suppress(Crash, RunIsOver):
            self.agent(life).continue_run(run_id=run_id)

    @rule(run_id=runs, life=LIVES, which=st.integers(0, 3), carried=st.booleans())
    def somebody_decides(self, run_id: str, life: tuple[int, bool] | None, which: int, carried: bool) -> None:
        agent = self.agent(life)
        response = agent.get_run(run_id)
        if not response.is_paused:
            return
        asked = waiting(response)
        self.said(asked[which % len(asked)])
        with contextlib.suppress(Crash):
            agent.continue_run(response) if carried else agent.continue_run(run_id=run_id, updated_tools=response.tools)

    @rule(run_id=runs, verdict=st.sampled_from(["approve", "reject", "settle"]))
    def somebody_decides_again(self, run_id: str, verdict: str) -> None:
        """Whoever comes second is told so, and changes nothing."""
        inbox = Inbox(self.place.open())
        before = self.place.open().load(run_id)
        for call in self.replayed(run_id).calls.values():
            if call.gate is None:
                with pytest.raises((AlreadyResolved, RunIsOver, RequestNotFound)):
                    inbox.settle(run_id, call.id, "result") if verdict == "settle" else getattr(inbox, verdict)(
                        run_id, call.id
                    )
        assert self.place.open().load(run_id) == before

    @rule(target=runs, run_id=runs, back=st.integers(0, 5), life=LIVES)
    def fork(self, run_id: str, back: int, life: tuple[int, bool] | None) -> Any:
        head, steps = self.place.open().load(run_id)
        seq = max(1, head.seq - back)
        if steps[seq - 1].state == "completed":
            return multiple()
        known = {one.id for one in self.place.open().runs()}
        with contextlib.suppress(Crash):
            self.agent(life).fork_run(run_id, seq)
        made = {one.id for one in self.place.open().runs()} - known
        for fork in made:
            parent, child = self.replayed(run_id, seq), self.replayed(fork)
            assert (child.state, child.prompt(), child.need() is None) == (
                parent.state, parent.prompt(), parent.need() is None
            )  # fmt: skip
            assert {id: vars(one) for id, one in child.calls.items()} == {
                id: vars(one) for id, one in parent.calls.items()
            }
            self.copied[fork] = {id for id, one in child.calls.items() if one.status != PLANNED}
        return multiple(*made)

    # -- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def what_is_on_record_is_only_added_to(self) -> None:
        for head in self.place.open().runs():
            steps = self.place.open().load(head.id)[1]
            before = self.seen.get(head.id, [])
            assert steps[: len(before)] == before
            self.seen[head.id] = steps

    @invariant()
    def no_call_is_begun_twice(self) -> None:
        assert all(count == 1 for count in self.starts.counts.values()), self.starts.counts
        for fork, begun in self.copied.items():  # nobody here says that one is to be made again
            assert not any(self.starts.counts[fork, call] for call in begun)

    @invariant()
    def no_request_is_decided_twice(self) -> None:
        for steps in self.seen.values():
            said = [step for step in steps if step.trigger in DECISIONS]
            kinds = Counter((step.data or {})["call"] + (step.trigger == "settle") * "!" for step in said)
            assert all(count == 1 for count in kinds.values()), kinds

    @invariant()
    def every_prefix_is_a_run_that_can_go_on(self) -> None:
        for head in self.place.open().runs():
            for seq in range(1, head.seq + 1):
                run = self.replayed(head.id, seq)
                assert run.need() is not None or run.is_waiting or run.is_over
                if run.state == MODEL or run.is_over:
                    assert_valid_for_the_provider(conversation(run))

    # -- how it ends --------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Driven to their ends, all runs of the story end alike, whatever happened to them."""
        if not hasattr(self, "story"):
            return
        for head in self.place.open().runs():
            assert self.ended(self.agent(), head.id) == self.oracle
        self.no_call_is_begun_twice()

    def ended(self, agent: Agent, run_id: str | None) -> list[dict[str, Any]]:
        """The conversation of a run, driven to its end by people who always say the same."""
        response = agent.get_run(run_id or "")
        while response.content != "The end.":
            for tool in waiting(response) if response.is_paused else ():
                self.said(tool)
            response = agent.continue_run(response)
        head, steps = agent.store.load(run_id or "")
        return conversation(Run.replay(head.id, head.plan, steps))

    def said(self, tool: ToolExecution) -> None:
        if tool.in_doubt:
            tool.verdict, tool.result = "result", would_be(tool)
        else:
            decide(tool)


def test_six_properties_hold_whatever_happens(new_place: Callable[[], Any]) -> None:
    run_state_machine_as_test(
        lambda: Runs(new_place()),  # type: ignore[arg-type]  # whatever makes one is taken
        settings=settings(
            max_examples=10, stateful_step_count=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
        ),
    )


# -- forks that go another way ----------------------------------------------------------------------------------------


def another_answer(step: Step) -> Step:
    """What a tool returned is remembered otherwise."""
    return step._replace(messages=step.messages.replace(b"saw ", b"was ")) if step.trigger == "result" else step


def made_again(step: Step) -> Step:
    """Whatever was under way may be made again."""
    marks = {asked["id"]: {"policy": "read"} for asked in from_json(step.messages)["tool_calls"]} if step.trigger == "call" else {}  # fmt: skip
    calls = {id: {**((step.data or {}).get("calls") or {}).get(id, {}), **mark} for id, mark in marks.items()}
    return step._replace(data={**(step.data or {}), "calls": calls}) if calls else step


def another_call(step: Step) -> Step:
    """The model asked for more than it did."""
    return (
        step._replace(messages=step.messages.replace(b'amount\\":', b'amount\\":1')) if step.trigger == "call" else step
    )


def other_words(step: Step) -> Step:
    """The user said something else."""
    return step._replace(messages=step.messages.replace(b"Go.", b"Stop.")) if step.trigger == "begin" else step


@pytest.mark.parametrize("fault", [another_answer, made_again, another_call, other_words])
def test_a_fork_that_goes_another_way_is_noticed(
    fault: Callable[[Step], Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = forking.copied
    monkeypatch.setattr(forking, "copied", lambda step, run: fault(copied(step, run)))
    assert_noticed()


def test_a_fork_from_another_step_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    forked = forking.forked
    monkeypatch.setattr(forking, "forked", lambda agent, run_id, seq: forked(agent, run_id, max(1, seq - 1)))
    assert_noticed()


def assert_noticed() -> None:
    """One of the properties is broken, and a few dozen histories are enough to see it."""

    class Place:
        def __init__(self) -> None:
            storage = MemoryStorage()
            self.open = lambda: storage

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            lambda: Runs(Place()),  # type: ignore[arg-type]
            settings=settings(
                max_examples=300, stateful_step_count=8, deadline=None, phases=[Phase.generate], database=None,
                derandomize=True, report_multiple_bugs=False, suppress_health_check=[*HealthCheck],
            ),
        )  # fmt: skip
