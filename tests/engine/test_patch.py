"""Patches of session state: they lead where they should, and changes made side by side join."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphagent.engine.patch import apply, diff, same

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
    assert diff({"a": 1}, {"a": True}) == [["set", ["a"], True]]
    assert diff({"a": 1}, {"a": 1.0}) == [["set", ["a"], 1.0]]
