"""The lean machine against the stock one, and what an illegal trigger does."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transitions import Machine, MachineError
from worlds import ALL, after, occurrences

from graphagent.engine.limits import Limits
from graphagent.engine.machine import ARCS, FINAL, FIRE, OPEN, STATES, build
from graphagent.engine.run import Run
from graphagent.exceptions import IllegalTransition, RunError

STOCK = build(Machine)
MUCH_LATER = 10**15  # when every deadline has passed


@st.composite
def walks(draw: st.DrawFn, longest: int = 14) -> list[Run]:
    """The situations of one life: a walk through what may happen, mostly going on, now and then ending."""
    run = Run("r", draw(st.sampled_from([ALL, ALL - {"recall", "reasoning", "remember"}])))
    run.limits = Limits(steps=draw(st.integers(1, 30)), retries=draw(st.integers(0, 2)), thoughts=2)
    life = [run]
    for _ in range(draw(st.integers(0, longest))):
        possible = list(occurrences(run, (1, 2, 3)))
        going_on = [occurrence for occurrence in possible if occurrence[0] not in ("fail", "cancel")]
        if not possible:
            break
        run = after(run, draw(st.sampled_from(going_on * 3 + possible)))
        life.append(run)
    return life


def record(run: Run) -> dict[str, object]:
    """Everything a run is made of, for comparison."""
    slots = {name: getattr(run, name) for name in Run.__slots__}
    slots["calls"] = {id: vars(call) for id, call in run.calls.items()}
    slots["open"], slots["batch"] = list(run.open), [call.id for call in run.batch]
    return copy.deepcopy(slots)


@given(walks())
def test_the_stock_machine_agrees(life: list[Run]) -> None:
    """For every state, trigger and situation, both machines take the same arc or both refuse."""
    for run in life:
        for trigger, data, messages in occurrences(run, (1, 2)):
            lean, stock = copy.deepcopy(run), copy.deepcopy(run)
            FIRE[trigger](lean, data or {}, messages, MUCH_LATER)
            assert STOCK.events[trigger].trigger(stock, trigger, data or {}, messages, MUCH_LATER)
            assert record(lean) == record(stock)
        for trigger in {trigger for trigger, source, *_ in ARCS} - {t for t, source, *_ in ARCS if source == run.state}:
            with pytest.raises(MachineError):
                STOCK.events[trigger].trigger(copy.deepcopy(run), trigger, {}, b"", 7)


@given(walks(), st.sampled_from(sorted(FIRE)), st.sampled_from(["c0", "c1", "ghost"]))
def test_an_illegal_trigger_raises_and_changes_nothing(life: list[Run], trigger: str, id: str) -> None:
    """Whatever is fed to a run is either taken whole or refused whole."""
    for run in life:
        before, seq = record(run), run.seq
        data = {"call": id, "calls": {id: "again"}, "arguments": "{}", "verdict": "retry"} if trigger != "call" else {}
        try:
            run.feed(trigger, data, b'{"tool_calls":[]}', at=7)
        except RunError:
            assert record(run) == before
        else:
            assert run.fresh[-1].trigger == trigger
            assert run.seq == seq + 1


def test_a_trigger_nobody_knows_is_refused() -> None:
    with pytest.raises(IllegalTransition, match="no trigger 'explode'"):
        Run("r", ALL).feed("explode", at=1)


@given(walks())
def test_a_run_is_the_fold_of_its_steps(life: list[Run]) -> None:
    """Replaying what was recorded gives the same run, in the same need."""
    run = life[-1]
    again = Run.replay("r", run.plan, run.fresh)
    again.fresh, again.limits = run.fresh, again.limits
    expected, found = record(run), record(again)
    if "begin" not in {step.trigger for step in run.fresh}:
        expected.pop("limits"), found.pop("limits")  # nothing has been said of them yet
    assert found == expected
    assert repr(again.need()) == repr(run.need())


@given(walks())
def test_a_run_goes_only_where_its_plan_says(life: list[Run]) -> None:
    assert all(run.state in run.plan for run in life)


def test_every_open_state_can_be_cancelled_and_can_fail() -> None:
    for trigger, target in (("cancel", "cancelled"), ("fail", "failed")):
        assert {source for t, source, to, _ in ARCS if (t, to) == (trigger, target)} == set(OPEN)


def test_final_states_have_no_way_out() -> None:
    assert not {source for _, source, *_ in ARCS} & set(FINAL)
    assert {source for _, source, *_ in ARCS} | set(FINAL) == set(STATES)


def test_the_last_arc_of_a_trigger_needs_no_guard_unless_the_others_cover_everything() -> None:
    """Self-loops of decisions are guarded by what is certainly pending; every other list ends in an open arc."""
    last: dict[tuple[str, str], tuple[str, str | None]] = {}
    for trigger, source, target, guard in ARCS:
        last[trigger, source] = (target, guard)
    assert all(guard is None or target == source for (_, source), (target, guard) in last.items())
