"""What holds for every run in every storage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from histories import AT, again, begun, happen, histories, session
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ALL, USER

from graphagent.engine.run import Run, Step
from graphagent.exceptions import NotStorable, RunNotFound, StaleRun
from graphagent.storage.base import REFERRING, Storage

anything_goes = settings(suppress_health_check=["function_scoped_fixture"])  # type: ignore[list-item]


def as_recorded(steps: list[Step]) -> list[Step]:
    return [step._replace(messages=b"") if step.trigger in REFERRING else step for step in steps]


def everything(run: Run) -> dict[str, Any]:
    """All that is known of a run, comparable."""
    calls = {id: parts(call) for id, call in run.calls.items()}
    return {**parts(run), "calls": calls, "batch": [call.id for call in run.batch], "open": list(run.open)}


def parts(thing: object) -> dict[str, Any]:
    names = getattr(thing, "__dict__", None) or type(thing).__slots__  # type: ignore[attr-defined]
    return {name: getattr(thing, name) for name in names}


@anything_goes
@given(history=histories(), cuts=st.data())
def test_what_is_saved_in_any_grouping_loads_back_equal(
    new_place: Callable[[], Any], history: list[Step], cuts: st.DataObject
) -> None:
    """Whatever steps are saved together, and from whichever process, the record is the history and replays to the same run."""
    place = new_place()
    storage = place.open()
    head, run = begun()
    for step in history:
        again(run, step)
        if cuts.draw(st.booleans()):
            due = list(run.fresh)
            assert storage.save(head, run) == due
            assert run.fresh == []
        if cuts.draw(st.booleans()) and head.number:  # the process ends: what was not saved is gone, the rest is not
            storage = place.open()
            lost = list(run.fresh)
            head, steps = storage.load(head.id)
            run = Run.replay(head.id, head.plan, steps)
            for unsaved in lost:
                again(run, unsaved)
    storage.save(head, run)
    loaded, steps = place.open().load(head.id)
    assert steps == as_recorded(history)
    assert (loaded.state, loaded.seq, loaded.plan) == (history[-1].state, len(history), ALL)
    assert everything(Run.replay(loaded.id, loaded.plan, steps)) == everything(
        Run.replay(loaded.id, ALL, as_recorded(history))
    )


@anything_goes
@given(chosen=st.lists(histories(longest=5), min_size=1, max_size=6))
def test_runs_saved_side_by_side_do_not_touch(new_place: Callable[[], Any], chosen: list[list[Step]]) -> None:
    """Tasks of one loop that save different runs at once each find exactly their own on record."""
    place = new_place()
    storage = place.open()

    async def live(history: list[Step]) -> str:
        head, run = begun()
        told: list[Step] = []
        for step in history:
            again(run, step)
            told += await storage.asave(head, run)
        assert told == history
        return head.id

    async def together() -> list[str]:
        return list(await asyncio.gather(*map(live, chosen)))

    for id, history in zip(asyncio.run(together()), chosen, strict=True):
        assert place.open().load(id)[1] == as_recorded(history)


# -- the head ---------------------------------------------------------------------------------------------------------


def test_a_head_comes_back_with_all_its_columns(place: Any) -> None:
    known = {
        "session_id": "s é", "agent_id": "a", "user_id": "u", "agent_name": "A n", "definition": "hash",
        "plan": frozenset({"model", "ready"}), "parent_id": "p", "parent_seq": 3, "owner": "host 1 2 3", "epoch": 4,
        "lease_until": AT, "created_at": AT - 5,
    }  # fmt: skip
    head, run = begun("1", **known)
    happen(run, ("begin", {}, b""))
    place.open().save(head, run)
    found, _ = place.open().load("1")
    assert {name: getattr(found, name) for name in known} == known
    assert (found.id, found.state, found.seq, found.updated_at) == ("1", "model", 1, AT)
    assert (found.number, found.space) == (head.number, head.space)


def test_the_head_follows_the_record(storage: Storage) -> None:
    """State, place and times are those of the last step on record, here and there."""
    head, run = begun()
    for occurrence in session():
        happen(run, occurrence)
        storage.save(head, run)
        found, _ = storage.load(head.id)
        for each in (head, found):
            assert (each.state, each.seq, each.created_at, each.updated_at) == (run.state, run.seq, AT, run.instant)


def test_who_owns_a_run_is_recorded_with_its_next_step(storage: Storage) -> None:
    head, run = begun()
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    head.owner, head.lease_until = "host 1 2 3", AT + 9
    happen(run, ("cancel", {}, b""))
    storage.save(head, run)
    found, _ = storage.load(head.id)
    assert (found.owner, found.lease_until) == ("host 1 2 3", AT + 9)


def test_what_is_recalled_is_told_and_not_recorded_a_second_time(storage: Storage) -> None:
    """It stands in the rows that the step refers to."""
    head, run = begun()
    happen(run, ("begin", {}, b""))
    happen(run, ("recalled", {"runs": [["0", 3]]}, b'{"role":"user","content":"said before"}'))
    happened = list(run.fresh)
    assert storage.save(head, run) == happened
    assert storage.steps(head.id) == [happened[0], happened[1]._replace(messages=b"")]


def test_nothing_fresh_is_nothing_to_save(storage: Storage) -> None:
    head, run = begun()
    assert storage.save(head, run) == []
    assert asyncio.run(storage.asave(head, run)) == []
    with pytest.raises(RunNotFound):
        storage.load(head.id)


def test_a_definition_is_recorded_once_with_the_first_run_that_has_it(storage: Storage) -> None:
    for id, definition, description in (("1", "h1", b'{"a":1}'), ("2", "h1", b'{"b":2}'), ("3", "h2", b"")):
        head, run = begun(id, definition=definition, description=description)
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
    assert [storage.definition(hash) for hash in ("h1", "h2", "h3")] == [b'{"a":1}', None, None]


def test_runs_of_one_definition_may_have_plans_of_their_own(storage: Storage) -> None:
    for id, plan in (("1", frozenset({"model"})), ("2", frozenset({"model", "tool"}))):
        head, run = begun(id, plan=plan)
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
        assert storage.load(id)[0].plan == plan


# -- the fence --------------------------------------------------------------------------------------------------------


def test_of_two_copies_of_a_run_one_goes_on(place: Any) -> None:
    head, run = begun()
    happen(run, ("begin", {}, b""))
    place.open().save(head, run)
    copies = []
    for _ in range(2):
        found, steps = place.open().load(head.id)
        copies.append((found, Run.replay(found.id, found.plan, steps)))
    for (found, copy), reason in zip(copies, ("first", "second"), strict=True):
        happen(copy, ("cancel", {"reason": reason}, b""))
        if reason == "first":
            place.open().save(found, copy)
        else:
            with pytest.raises(StaleRun, match="has moved on"):
                place.open().save(found, copy)
            assert copy.fresh[0].data == {"reason": "second"}  # kept
            assert found.seq == 1
    found, steps = place.open().load(head.id)
    assert [step.data for step in steps] == [{}, {"reason": "first"}]


def test_another_epoch_is_refused(storage: Storage) -> None:
    head, run = begun()
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    head.epoch += 1
    happen(run, ("cancel", {}, b""))
    with pytest.raises(StaleRun, match="epoch 0"):
        storage.save(head, run)
    assert len(storage.steps(head.id)) == 1


def test_a_run_of_the_same_id_cannot_begin_again(storage: Storage) -> None:
    for first in (True, False):
        head, run = begun("1", session_id="mine" if first else "theirs")
        happen(run, ("begin", {}, b""))
        if first:
            storage.save(head, run)
        else:
            with pytest.raises(StaleRun, match="begun by somebody else"):
                storage.save(head, run)
            assert head.number == 0
    assert storage.load("1")[0].session_id == "mine"


def test_a_head_of_another_place_is_refused(new_place: Callable[[], Any]) -> None:
    """A run that is not there is not gone on with, even where a row of that number is."""
    here, there = new_place().open(), new_place().open()
    other, unseen = begun("1")
    head, run = begun("2")
    for storage, known, each in ((here, other, unseen), (there, head, run)):
        happen(each, ("begin", {}, b""))
        storage.save(known, each)
    happen(run, ("cancel", {}, b""))
    with pytest.raises(StaleRun, match="no longer on record"):
        here.save(head, run)
    assert here.load("1")[0].seq == 1


def test_a_head_that_does_not_fit_its_run_is_refused(storage: Storage) -> None:
    head, run = begun()
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    happen(run, ("cancel", {}, b""))
    head.seq = 0
    with pytest.raises(StaleRun, match="do not belong together"):
        storage.save(head, run)


# -- what cannot be recorded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [float("nan"), b"bytes", {1: 2}, "\ud800", ...], ids=repr)
def test_what_would_not_load_back_is_refused_before_anything_is_written(storage: Storage, value: Any) -> None:
    head, run = begun()
    happen(run, ("begin", {}, b""), extra={"deep": [value]})
    with pytest.raises(NotStorable) as refused:
        storage.save(head, run)
    assert refused.value.path.startswith("$.begin.extra.deep[0]")
    assert len(run.fresh) == 1
    assert head.number == 0
    with pytest.raises(RunNotFound):
        storage.load(head.id)


@pytest.mark.parametrize("name", ["session_id", "user_id", "agent_id", "agent_name", "parent_id"])
@pytest.mark.parametrize("value", ["\udfff", 7], ids=ascii)
def test_names_that_are_no_text_are_refused(storage: Storage, name: str, value: Any) -> None:
    head, run = begun(**{name: value})
    happen(run, ("begin", {}, b""))
    with pytest.raises(NotStorable) as refused:
        storage.save(head, run)
    assert refused.value.path == f"$.{name}"


def test_one_that_cannot_be_recorded_does_not_hold_up_the_others(storage: Storage) -> None:
    """Saved in one tick: a stale run, an unfit one and sound ones. Each gets what is its own."""
    stale, moved = begun("stale")
    happen(moved, ("begin", {}, b""))
    storage.save(stale, moved)
    stale.epoch = 7
    happen(moved, ("cancel", {}, b""))
    pairs = [(stale, moved), *(begun(id) for id in ("unfit", "new 1", "new 2"))]
    for head, run in pairs[1:]:
        happen(run, ("begin", {}, b""), extra=b"" if head.id == "unfit" else "fit")

    async def together() -> list[Any]:
        return list(await asyncio.gather(*(storage.asave(*pair) for pair in pairs), return_exceptions=True))

    told = asyncio.run(together())
    assert [type(each) for each in told] == [StaleRun, NotStorable, list, list]
    assert [head.id for head in storage.runs()] == ["new 2", "new 1", "stale"]


# -- finding ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ten(storage: Storage) -> Storage:
    """Ten runs: of six sessions, three users (one of them nobody), two agents; every third one cancelled."""
    for number in range(10):
        head, run = begun(
            f"r{number}",
            session_id=f"s{number % 6}",
            user_id=(None, "u1", "u2")[number % 3],
            agent_id=f"a{number // 5}",
        )
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
        if number % 3 == 0:
            happen(run, ("cancel", {}, b""))
            storage.save(head, run)
    return storage


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "9876543210"),
        ({"session_id": "s1"}, "71"),
        ({"user_id": "u1"}, "741"),
        ({"agent_id": "a0"}, "43210"),
        ({"state": "cancelled"}, "9630"),
        ({"state": ("recall", "cancelled"), "agent_id": "a1"}, "98765"),
        ({"state": []}, ""),
        ({"limit": 3}, "987"),
        ({"limit": 3, "before": "r7"}, "654"),
        ({"limit": 0}, ""),
        ({"session_id": "s2", "user_id": "u2", "before": "r8"}, "2"),
        ({"session_id": "s6"}, ""),
        ({"session_id": "s2", "user_id": "u1"}, ""),
    ],
    ids=str,
)
def test_runs_are_found_by_what_is_known_of_them(ten: Storage, wanted: dict[str, Any], found: str) -> None:
    assert [head.id for head in ten.runs(**wanted)] == [f"r{number}" for number in found]


def test_what_is_found_can_be_gone_on_with(ten: Storage) -> None:
    (head,) = ten.runs(state="recall", limit=1)
    run = Run.replay(head.id, head.plan, ten.steps(head.id))
    happen(run, ("cancel", {}, b""))
    assert len(ten.save(head, run)) == 1


def test_a_run_that_is_not_there_is_not_found(ten: Storage) -> None:
    for look in (ten.load, ten.steps, lambda run_id: ten.runs(before=run_id)):
        with pytest.raises(RunNotFound, match="no run 'r10'") as missing:
            look("r10")
        assert missing.value.run_id == "r10"


def test_steps_are_given_from_anywhere(storage: Storage) -> None:
    head, run = begun()
    for occurrence in session():
        happen(run, occurrence)
    steps = storage.save(head, run)
    for after in range(len(steps) + 2):
        assert storage.steps(head.id, after) == as_recorded(steps[after:])


def test_what_was_loaded_is_the_readers_own(storage: Storage) -> None:
    """Changing what was given does not change the record."""
    head, run = begun()
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    found, steps = storage.load(head.id)
    found.seq, found.state = 9, "broken"
    steps.clear()
    assert storage.load(head.id)[0].seq == 1
    assert len(storage.steps(head.id)) == 1


@pytest.mark.parametrize("prefix", ["", "ab", "ab-", "ab-1", "a", "abc", "ab%", "a_", "\U0010ffff", "b", "Ab", "é"])
def test_runs_are_found_by_how_their_ids_begin(storage: Storage, prefix: str) -> None:
    ids = ["ab-1", "ab-12", "ab-é", "abc", "ac", "a_", "ab%", "b", "éa", "Ab"]
    for id in ids:
        head, run = begun(id)
        happen(run, ("begin", {}, USER))
        storage.save(head, run)
    fitting = [id for id in reversed(ids) if id.startswith(prefix)]
    assert [head.id for head in storage.runs(prefix=prefix)] == fitting
    assert [head.id for head in storage.runs(prefix=prefix, limit=2)] == fitting[:2]
