"""Steps of two runs stand beside each other: each once, in order, and what is alike again after a detour is said to be."""

from __future__ import annotations

from typing import Any

from histories import happen, histories, session
from hypothesis import given
from hypothesis import strategies as st
from worlds import ALL, answers, asks

from graphagent import Agent
from graphagent.engine.run import Run, Step
from graphagent.models import ScriptedModel, call
from graphagent.storage.base import Head
from graphagent.storage.memory import MemoryStorage
from graphagent.view.alignment import Pair, aligned, alignment, same
from graphagent.view.compare import difference

TOLD = st.fixed_dictionaries(
    {"trigger": st.sampled_from("ab"), "state": st.sampled_from("xy"), "data": st.integers(0, 1)}
)


def head() -> Head:
    return Head(id="r", session_id="s", agent_id="a", plan=ALL)


def in_order(pairs: list[Pair], first: int, second: int) -> bool:
    """Whether the pairs have so many steps of each run, each once and in order."""
    numbers = zip(*[pair[:2] for pair in pairs], strict=True) if pairs else ((), ())
    return [[each for each in side if each] for side in numbers] == [
        [*range(1, count + 1)] for count in (first, second)
    ]


@given(st.lists(TOLD, max_size=12), st.lists(TOLD, max_size=12))
def test_every_step_of_both_is_there_once_and_in_order(first: list[Any], second: list[Any]) -> None:
    pairs = list(aligned(first, second, same(first, second)))
    assert in_order(pairs, len(first), len(second))
    for here, there, changes in pairs:
        if here and there:
            assert bool(changes) == (first[here - 1] != second[there - 1])


@given(st.lists(TOLD, max_size=8), st.lists(TOLD, max_size=3), st.lists(TOLD, max_size=8))
def test_a_detour_of_one_leaves_the_rest_alike(before: list[Any], detour: list[Any], after: list[Any]) -> None:
    """Steps that nothing else is like, before and after: they are alike, and the detour is only in the second."""
    marked = [
        {"trigger": f"{part} {place}", "state": "x"}
        for part, steps in (("b", before), ("a", after))
        for place, _ in enumerate(steps)
    ]
    first, second = marked, [*marked[: len(before)], *detour, *marked[len(before) :]]
    pairs = list(aligned(first, second, same(first, second)))
    assert sum(pair.is_same for pair in pairs) == len(marked)
    assert sum(pair.first is None for pair in pairs) == len(detour)


@given(histories(), histories())
def test_the_first_that_is_not_the_same_is_where_two_runs_part(first: list[Step], second: list[Step]) -> None:
    one, other = (head(), first), (head(), second)
    pairs, found = alignment(one, other), difference(one, other)
    assert in_order(pairs, len(first), len(second))
    assert next((place for place, pair in enumerate(pairs, 1) if not pair.is_same), None) == found.seq
    assert all(pair.is_same for pair in alignment(one, one))


def look(order: int) -> str:
    """Look an order up."""
    return f"order {order}"


def test_calls_are_alike_whatever_their_place_in_the_run() -> None:
    """One run looks up an order more than the other; what both do afterwards is the same."""
    storage = MemoryStorage()
    ids = []
    for orders in ([7, 8], [7, 5, 8]):
        said: list[Any] = [*(call("look", order=order) for order in orders), "Done."]
        ids.append(Agent(name="shop", model=ScriptedModel(said), tools=[look], storage=storage).run("Go.").run_id or "")
    pairs = alignment(storage.load(ids[0]), storage.load(ids[1]))
    assert [(pair.first, pair.second) for pair in pairs if pair.is_same][-2:] == [(6, 8), (7, 9)]
    assert sum(pair.first is None for pair in pairs) == 2


def test_which_of_two_calls_of_a_tool_came_back_first_is_a_difference() -> None:
    runs = []
    for order in ("01", "10"):
        run = Run("r", ALL)
        happened: list[Any] = [*session()[:3], ("call", {"calls": {"c0": {}, "c1": {}}}, asks(["c0", "c1"]))]
        happened += [("start", {"call": id}, b"") for id in ("c0", "c1")]
        for occurrence in [*happened, *(("result", {"call": f"c{place}"}, answers(f"c{place}")) for place in order)]:
            happen(run, occurrence)
        runs.append((head(), run.fresh))
    assert [pair.is_same for pair in alignment(*runs)] == [True] * 6 + [False, True]
    assert difference(*runs).seq == 7
