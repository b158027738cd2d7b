"""What holds for sessions in every storage: whose they are, what their runs make of their state, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from histories import PLAIN, begun, ended, happen
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import USER, Occurrence, answers, asks

from graphagent.engine.patch import apply, conflict, diff
from graphagent.engine.run import Run
from graphagent.exceptions import SessionNotFound, SessionOwnershipError, StaleRun, StateConflict
from graphagent.storage.base import Head, Storage
from graphagent.storage.session import EVERYBODY, Deleted

anything_goes = settings(suppress_health_check=["function_scoped_fixture"])  # type: ignore[list-item]
KEYS = st.sampled_from(["a", "b"])
STATES = st.dictionaries(KEYS, st.integers(0, 2) | st.lists(st.integers(0, 2), max_size=2) | st.dictionaries(KEYS, st.integers(0, 2)))  # fmt: skip


def entered(storage: Storage, session_id: str, user_id: str | None = None, patch: Any = None) -> tuple[Head, Run]:
    """A run that is on record in a session, and about to call a tool."""
    head, run = begun(session_id=session_id, user_id=user_id, plan=PLAIN)
    happen(run, ("begin", {"state": patch} if patch else {}, USER))
    happen(run, ("call", {"calls": {}}, asks(["c"])))
    storage.save(head, run)
    return head, run


def changes(storage: Storage, head: Head, run: Run, patch: Any) -> None:
    happen(run, ("result", {"call": "c", "state": patch}, answers("c")))
    storage.save(head, run)


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_a_session_belongs_to_the_user_of_its_first_run(storage: Storage) -> None:
    ended(storage, "s", "ann")
    for other in ("bob", None):
        with pytest.raises(SessionOwnershipError, match="'s' is not a session of user"):
            ended(storage, "s", other)
    assert len(storage.runs()) == 1
    ended(storage, "s", "ann")
    found = storage.session("s")
    assert found is not None
    assert (found.id, found.user_id, found.state, found.version, found.name) == ("s", "ann", {}, 0, None)


def test_nobody_is_a_user_like_any_other(storage: Storage) -> None:
    ended(storage, "s")
    with pytest.raises(SessionOwnershipError):
        ended(storage, "s", "ann")


# -- its state --------------------------------------------------------------------------------------------------------


@anything_goes
@given(changed=st.lists(st.tuples(st.integers(0, 2), STATES), min_size=1, max_size=6), pick=st.data())
def test_the_state_of_a_session_is_the_fold_of_what_its_runs_changed(
    new_place: Callable[[], Any], changed: list[tuple[int, dict[str, Any]]], pick: st.DataObject
) -> None:
    """Runs that each saw some earlier state end in any order; what was refused left no trace, the rest is all there."""
    place = new_place()
    storage = place.open()
    seen: list[dict[str, Any]] = [{}]
    under_way = [(entered(storage, "s"), diff(seen[0], wanted)) for _, wanted in changed]
    recorded = []
    for (head, run), patch in pick.draw(st.permutations(under_way)):
        if all(conflict(seen[-1], operation) is None for operation in patch):
            changes(storage, head, run, patch)
            recorded.append(patch)
            seen.append(apply(seen[-1], patch))
        else:
            with pytest.raises(StateConflict) as refused:
                changes(storage, head, run, patch)
            assert refused.value.state == seen[-1]
            assert storage.load(head.id)[0].seq == 2
    found = place.open().session("s")
    assert found is not None
    assert found.state == seen[-1]
    assert found.version == sum(bool(patch) for patch in recorded)


def test_appends_of_overlapping_runs_are_all_kept(storage: Storage) -> None:
    under_way = [entered(storage, "s") for _ in range(5)]
    for number, (head, run) in enumerate(under_way):
        changes(storage, head, run, diff({}, {"list": [number]}))
    found = storage.session("s")
    assert found is not None
    assert found.state == {"list": [0, 1, 2, 3, 4]}


def test_of_two_that_raise_a_number_the_second_is_refused_and_nothing_of_it_is_written(storage: Storage) -> None:
    entered(storage, "s", patch=[["set", ["n"], 1, []]])
    (first, one), (second, other) = entered(storage, "s"), entered(storage, "s")
    raised = diff({"n": 1}, {"n": 2, "by": []})
    changes(storage, first, one, raised)
    with pytest.raises(StateConflict, match="changed its state meanwhile: n") as refused:
        changes(storage, second, other, raised)
    assert (refused.value.seq, refused.value.state) == (3, {"n": 2, "by": []})
    assert refused.value.conflicts == [{"path": ["n"], "was": 1, "found": 2, "wanted": 2}]
    assert len(storage.steps(second.id)) == 2


def test_sessions_of_one_storage_do_not_share_state(storage: Storage) -> None:
    entered(storage, "s", patch=[["set", ["n"], 1, []]])
    entered(storage, "t", patch=[["set", ["n"], 2, []]])
    assert [found.state for found in storage.sessions()] == [{"n": 2}, {"n": 1}]


# -- found again ------------------------------------------------------------------------------------------------------


def test_sessions_are_found_newest_first_by_user_and_by_page(storage: Storage) -> None:
    for number in range(6):
        ended(storage, f"s{number}", (None, "ann", "bob")[number % 3])
        ended(storage, "s0")
    ids = [found.id for found in storage.sessions()]
    assert ids == ["s5", "s4", "s3", "s2", "s1", "s0"]
    assert [found.id for found in storage.sessions(user_id=EVERYBODY, limit=2, before="s4")] == ["s3", "s2"]
    assert [found.id for found in storage.sessions(user_id="ann")] == ["s4", "s1"]
    assert [found.id for found in storage.sessions(user_id=None)] == ["s3", "s0"]
    assert storage.session("s6") is None
    with pytest.raises(SessionNotFound, match="no session 's6'"):
        storage.sessions(before="s6")


def test_the_ended_runs_of_a_session_come_with_their_steps(storage: Storage) -> None:
    first, second = ended(storage, "s"), ended(storage, "s")
    ended(storage, "t")
    entered(storage, "s")
    found = storage.ended("s")
    assert [head.id for head, _ in found] == [second, first]
    assert [steps for _, steps in found] == [storage.steps(second), storage.steps(first)]
    assert [head.id for head, _ in storage.ended("s", before=found[0][0].number, limit=1)] == [first]
    assert storage.ended("nothing") == []


def test_a_session_has_the_name_it_was_given(storage: Storage) -> None:
    ended(storage, "s")
    storage.rename_session("s", "Weather")
    found = storage.session("s")
    assert found is not None
    assert found.name == "Weather"
    with pytest.raises(SessionNotFound):
        storage.rename_session("t", "Nothing")


# -- its end ----------------------------------------------------------------------------------------------------------


def test_a_deleted_session_is_gone_with_all_that_was_in_it(storage: Storage) -> None:
    kept = ended(storage, "t", "ann")
    ended(storage, "s", "ann")
    head, run = entered(storage, "s", "ann", patch=[["set", ["n"], 1, []]])
    asking, waits = begun(session_id="s", user_id="ann")
    happened: list[Occurrence] = [
        ("begin", {}, USER), ("recalled", {"runs": []}, b""), ("thought", {"more": False}, b"")
    ]  # fmt: skip
    for occurrence in happened:
        happen(waits, occurrence)
    happen(waits, ("call", {"calls": {"c": {"gate": "confirm"}}}, asks(["c"])))
    storage.save(asking, waits)
    assert storage.delete_session("s") == Deleted(sessions=1, runs=3, steps=9, requests=1)
    assert storage.delete_session("s") == Deleted()
    assert storage.session("s") is None
    assert storage.requests() == []
    assert [found.id for found in storage.runs()] == [kept]
    with pytest.raises(StaleRun, match="no longer on record"):
        changes(storage, head, run, [["set", ["n"], 2, [1]]])
    ended(storage, "s", "bob")  # the name is free


def test_a_deleted_user_is_gone_and_nobody_else(storage: Storage) -> None:
    for session_id, user_id in (("s", "ann"), ("t", "ann"), ("u", "bob"), ("v", None)):
        ended(storage, session_id, user_id)
    assert storage.delete_user("ann") == Deleted(2, 2, 6)
    assert storage.delete_user(None) == Deleted(1, 1, 3)
    assert [found.id for found in storage.sessions()] == ["u"]
    assert [found.user_id for found in storage.runs()] == ["bob"]
