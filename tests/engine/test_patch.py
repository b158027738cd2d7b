"""Patches of session state: they lead where they should, and changes made side by side join."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphagent.engine.patch import apply, conflict, diff, same

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from([0.0, 1.0]) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=3),
    max_leaves=8,
)
STATES = st.dictionaries(st.text("ab", max_size=1), VALUES, max_size=3)


@given(STATES, STATES)
def test_a_patch_leads_from_one_state_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    kept = copy.deepcopy(before)
    assert same(apply(before, diff(before, after)), after)
    assert same(before, kept)


@given(STATES)
def test_nothing_changed_is_no_patch(state: dict[str, Any]) -> None:
    assert diff(state, copy.deepcopy(state)) == []


@given(STATES, st.lists(st.text("xy", max_size=1), min_size=1, max_size=4))
def test_appends_made_side_by_side_are_all_kept(state: dict[str, Any], items: list[str]) -> None:
    """Each works on its own copy of the same state; all their items end up in the list, also when there was no list."""
    state.pop("a", None)
    patches = []
    for item in items:
        mine = copy.deepcopy(state)
        mine.setdefault("list", []).append(item)
        mine.setdefault("a", {}).setdefault("deep", []).append(item)
        patches.append(diff(state, mine))
    for patch in patches:
        state = apply(state, patch)
    assert state["list"] == state["a"]["deep"] == items


def test_numbers_and_truths_are_told_apart() -> None:
    assert diff({"a": 1}, {"a": True}) == [["set", ["a"], True, [1]]]
    assert diff({"a": 1}, {"a": 1.0}) == [["set", ["a"], 1.0, [1]]]


# -- changes that others made meanwhile ---------------------------------------------------------------------------------


@given(STATES, STATES)
def test_on_the_state_it_was_made_for_no_operation_conflicts(before: dict[str, Any], after: dict[str, Any]) -> None:
    state: Any = before
    for operation in diff(before, after):
        assert conflict(state, operation) is None
        state = apply(state, [operation])


@given(STATES, STATES, STATES)
def test_what_does_not_conflict_undoes_nothing(before: Any, mine: Any, theirs: Any) -> None:
    """Made after somebody else's change, my operations leave each value of theirs, but where they are told of a conflict."""
    state = apply(before, diff(before, theirs))
    kept = [operation for operation in diff(before, mine) if conflict(state, operation) is None]
    merged = apply(state, kept)
    for operation in diff(before, theirs):
        kind, path, *_ = operation
        if kind == "set":
            assert same(at(merged, path), at(state, path))
        elif kind == "extend" and isinstance(at(state, path), list):
            assert all(any(same(item, each) for each in at(merged, path)) for item in operation[2])


def at(state: Any, path: list[str]) -> Any:
    for key in path:
        state = state[key]
    return state


def test_a_number_that_two_raise_to_the_same_is_a_conflict() -> None:
    raised = diff({"n": 1}, {"n": 2})
    assert conflict({"n": 2}, raised[0]) == {"path": ["n"], "was": 1, "found": 2, "wanted": 2}


def test_a_list_does_not_grow_where_something_else_stands_now() -> None:
    grown = diff({"a": [1]}, {"a": [1, 2]})
    assert conflict({"a": "x"}, grown[0]) == {"path": ["a"], "found": "x", "wanted": [2]}
    assert conflict({}, grown[0]) is None


@given(st.lists(st.integers(0, 5), max_size=6, unique=True), st.data())
def test_what_is_taken_from_a_list_side_by_side_is_gone_and_what_was_added_meanwhile_is_not(
    items: list[int], pick: st.DataObject
) -> None:
    taken = pick.draw(st.lists(st.sampled_from(items), unique=True) if items else st.just([]))
    state: Any = {"list": [*items, "new"]}
    for item in taken:
        (operation,) = diff({"list": items}, {"list": [each for each in items if each != item]})
        assert conflict(state, operation) is None
        state = apply(state, [operation])
        assert conflict(state, operation) == {"path": ["list"], "was": [item], "found": state["list"]}
    assert state["list"] == [*(each for each in items if each not in taken), "new"]


def test_an_item_that_moved_within_its_list_is_a_change_of_the_list() -> None:
    assert diff({"a": [1, 2]}, {"a": [2, 1]}) == [["set", ["a"], [2, 1], [[1, 2]]]]
    assert diff({"a": [1, 2, 1]}, {"a": [1, 2]}) == [["set", ["a"], [1, 2], [[1, 2, 1]]]]
