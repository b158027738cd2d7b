"""Exhaustive: every state that a small run can reach, by breadth-first search to a fixpoint."""

from __future__ import annotations

from collections import deque

import pytest
from worlds import ALL, after, occurrences

from graphagent.engine.limits import Limits
from graphagent.engine.machine import ARCS, FINAL, STATES, TOOL, WAITING
from graphagent.engine.run import Run

SMALL = Limits(steps=5, retries=1, repairs=1, thoughts=2)


def situation(run: Run) -> tuple[object, ...]:
    """Everything about a run that its future depends on."""
    calls = tuple((call.gate, call.status, min(call.attempt, 2)) for call in run.open.values())
    return (
        run.state, calls, run.stopped, min(run.failures, 3), min(run.repairs, 3), run.thinking, len(run.thoughts),
        run.spent, min(run.seq, SMALL.steps),
    )  # fmt: skip


Situation = tuple[object, ...]
Successors = dict[Situation, set[tuple[str, Situation]]]
Explored = tuple[dict[Situation, Run], Successors, set[tuple[str, str, str]]]


def explore(plan: frozenset[str], widths: tuple[int, ...]) -> Explored:
    """All situations, what follows from each, and the arcs taken as (trigger, source, target)."""
    first = Run("r", plan)
    first.limits = SMALL
    seen = {situation(first): first}
    successors: Successors = {}
    taken = set()
    queue = deque([first])
    while queue:
        run = queue.popleft()
        follows = successors.setdefault(situation(run), set())
        for occurrence in occurrences(run, widths):
            later = after(run, occurrence)
            taken.add((occurrence[0], run.state, later.state))
            key = situation(later)
            follows.add((occurrence[0], key))
            if key not in seen:
                seen[key] = later
                queue.append(later)
    return seen, successors, taken


@pytest.fixture(scope="module")
def world() -> Explored:
    """Everything that runs of several plans can come to."""
    seen: dict[Situation, Run] = {}
    successors: Successors = {}
    taken: set[tuple[str, str, str]] = set()
    for plan in (ALL, ALL - {"recall", "reasoning", "remember"}, ALL - {"recall"}, ALL - {"reasoning"}):
        one = explore(plan, (1, 2))
        seen.update(one[0])
        for key, follows in one[1].items():
            successors.setdefault(key, set()).update(follows)
        taken |= one[2]
    return seen, successors, taken


def test_every_arc_is_taken_and_no_other(world: Explored) -> None:
    """The moves that really happen are exactly the rows of the table."""
    *_, taken = world
    # Arcs of `call` for three gated calls in one reply are the same rows; widths one and two reach them all.
    assert taken == {(trigger, source, target) for trigger, source, target, _ in ARCS}


def test_every_state_is_reached(world: Explored) -> None:
    seen, *_ = world
    assert {run.state for run in seen.values()} == set(STATES)


def test_every_situation_can_reach_each_end_it_should(world: Explored) -> None:
    """From everywhere a run can still complete or fail, and can be cancelled at once."""
    seen, successors, _ = world
    ends = {key for key, run in seen.items() if run.state in FINAL}
    reaching, grown = set(ends), True
    while grown:
        more = {
            key
            for key, follows in successors.items()
            if key not in reaching and any(to in reaching for _, to in follows)
        }
        reaching |= more
        grown = bool(more)
    assert reaching == set(seen)
    for key, run in seen.items():
        if run.state not in FINAL:
            assert any(seen[to].state == "cancelled" for _, to in successors[key])
            assert any(seen[to].state == "failed" for _, to in successors[key])


def test_a_run_rests_only_when_it_is_a_persons_turn_or_nobodys(world: Explored) -> None:
    seen, *_ = world
    for run in seen.values():
        assert (run.need() is None) == (run.state in WAITING or run.state in FINAL or run.state == "ready")


def test_a_need_is_never_empty_handed(world: Explored) -> None:
    """A run that needs tools names calls that are free; one that waits has something to wait for."""
    seen, *_ = world
    for run in seen.values():
        need = run.need()
        if run.state == TOOL:
            assert need is not None
            assert need.calls
            assert all(call.gate is None for call in need.calls)
        if run.state in WAITING:
            gate = {"confirm": "confirm", "input": "input", "external": "external", "doubt": "doubt"}[run.state]
            assert any(call.gate == gate for call in run.open.values())


def test_no_model_is_asked_while_a_call_is_unanswered(world: Explored) -> None:
    seen, *_ = world
    assert all(not run.open for run in seen.values() if run.state in ("model", "respond", "completed"))


def test_without_people_and_crashes_every_run_ends(world: Explored) -> None:
    """Each cycle that a run can take by itself spends a budget: no state is reached twice without one being nearer its end."""
    seen, successors, _ = world
    by_itself = {
        key: {to for trigger, to in follows if seen[key].state not in WAITING and trigger != "recover"}
        for key, follows in successors.items()
    }
    _assert_acyclic(by_itself)


def _assert_acyclic(graph: dict[Situation, set[Situation]]) -> None:
    done: set[Situation] = set()
    for root, first in graph.items():
        if root in done:
            continue
        path, trail = {root}, [(root, iter(first))]
        while trail:
            node, rest = trail[-1]
            for following in rest:
                assert following not in path, f"cycle through {following}"
                if following not in done:
                    path.add(following)
                    trail.append((following, iter(graph.get(following, ()))))
                    break
            else:
                done.add(node)
                path.discard(node)
                trail.pop()
