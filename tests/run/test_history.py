"""History handed to a later run: always valid for the provider, within its budget, and the same when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from histories import again, begun, happen
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from worlds import occurrences

from graphagent import Agent
from graphagent.engine.folds import noted
from graphagent.engine.machine import FINAL
from graphagent.engine.run import Run, Step
from graphagent.exceptions import ModelRequestError
from graphagent.models import ScriptedModel
from graphagent.run.history import Budget, estimate, exchanges, history, said, single, spliced, spoken
from graphagent.storage.memory import MemoryStorage
from graphagent.testing.rules.messages import message_violations

BUDGETS = st.builds(
    Budget,
    st.none() | st.integers(0, 4),
    st.none() | st.integers(0, 12),
    st.none() | st.integers(0, 200),
)


PLAIN = frozenset({"ready", "model", "tool", "confirm", "input", "external", "doubt", "respond", "completed", "failed", "cancelled"})  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> list[Step]:
    """The steps of a run in which the model mostly says something before it ends, if it ends."""
    run = Run("r", PLAIN)
    for _ in range(draw(st.integers(2, 20))):
        if not (possible := list(occurrences(run))):
            break
        ends = [each for each in possible if each[0] in {"fail", "cancel"}]
        goes_on = [each for each in possible if each[0] not in {"fail", "cancel"}]
        happen(run, draw(st.sampled_from(goes_on if not run.replies or draw(st.integers(0, 5)) else ends)))
    return run.fresh


def recorded(runs: list[list[Step]], user_id: str | None = None) -> MemoryStorage:
    storage = MemoryStorage()
    for steps in runs:
        head, run = begun(user_id=user_id, plan=PLAIN)
        for step in steps:
            again(run, step)
        storage.save(head, run)
    return storage


@given(runs=st.lists(lives(), max_size=5), budget=BUDGETS)
def test_history_is_valid_for_the_provider_and_within_its_budget(runs: list[list[Step]], budget: Budget) -> None:
    """Whatever was cut, cancelled, denied, failed or still waits in between."""
    storage = recorded(runs)
    references, wire = history(storage, "s", budget)
    messages = from_json(b"[%b]" % wire)
    assert list(message_violations([{"role": "user", "content": "Now."}])) == []
    assert [fault for fault in message_violations(messages) if "at least one" not in fault] == []
    assert not messages or messages[0]["role"] == "user"
    if budget.runs is not None:
        assert len(references) <= budget.runs
    if budget.messages is not None:
        assert len(messages) <= budget.messages
    if budget.tokens is not None:
        assert estimate(map(to_json, messages)) <= budget.tokens
    for reference in references:
        assert storage.load(reference.run_id)[0].state in FINAL


@given(runs=st.lists(lives(), min_size=1, max_size=4), budget=BUDGETS)
def test_history_is_the_end_of_all_that_was_said(runs: list[list[Step]], budget: Budget) -> None:
    """In the order in which it was said, with nothing left out in between."""
    storage = recorded(runs)
    everything = [message for _, run in reversed([*spoken(storage, "s")]) for message in said(run)]
    _, wire = history(storage, "s", budget)
    assert b",".join(everything).endswith(wire)
    _, whole = history(storage, "s", Budget(None))
    assert whole == b",".join(everything)


@given(runs=st.lists(lives(), max_size=4), budget=BUDGETS)
def test_what_is_referred_to_is_put_in_again_as_it_was(runs: list[list[Step]], budget: Budget) -> None:
    storage = recorded(runs)
    references, wire = history(storage, "s", budget)
    step = Step(2, "recalled", "model", 1, {"runs": from_json(to_json(references))})
    assert spliced(storage, [step]) == [step._replace(messages=wire)]


def test_what_was_deleted_since_is_left_out_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    step = Step(2, "recalled", "model", 1, {"runs": [["gone", 3]]})
    assert spliced(MemoryStorage(), [step]) == [step]
    assert "gone" in caplog.text


@pytest.mark.parametrize(
    ("roles", "places"),
    [("", []), ("u", [0]), ("uaua", [0, 2]), ("uuatau", [0, 5]), ("aua", [0, 1]), ("uatta", [0])],
)
def test_an_exchange_begins_with_what_a_user_says(roles: str, places: list[int]) -> None:
    names = {"u": "user", "a": "assistant", "t": "tool"}
    assert exchanges([to_json({"role": names[role], "content": ""}) for role in roles]) == places


def test_messages_of_the_system_are_not_for_later_runs() -> None:
    told = [{"role": role, "content": role} for role in ("system", "user", "developer", "assistant")]
    joined = b",".join(map(to_json, told))
    assert [from_json(message)["role"] for message in single(joined)] == ["user", "assistant"]
    assert list(single(to_json(told[0]))) == []


# -- one system message -------------------------------------------------------------------------------------------------

NOTE = {"role": "system", "content": "You know Ann."}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [NOTE]),
        ([{"role": "user", "content": "Hi."}], [NOTE, {"role": "user", "content": "Hi."}]),
        ([{"role": "system", "content": "Be."}], [{"role": "system", "content": "Be.\n\nYou know Ann."}]),
        (
            [{"role": "developer", "content": [{"type": "text", "text": "Be."}]}],
            [{"role": "developer", "content": [{"type": "text", "text": "Be."}, {"type": "text", "text": "You know Ann."}]}],
        ),
    ],
    ids=["none", "others", "text", "parts"],
)  # fmt: skip
def test_notes_become_part_of_the_one_system_message(before: list[Any], after: list[Any]) -> None:
    assert from_json(b"[%b]" % noted(b",".join(map(to_json, before)), to_json(NOTE))) == after


# -- agents -------------------------------------------------------------------------------------------------------------


def told(**options: Any) -> Callable[[str], list[Any]]:
    """What the model of an agent is told, run after run of one session."""
    seen: list[Any] = []

    def answer(messages: Any) -> str:
        seen[:] = [message["content"] for message in messages]
        return f"to {messages[-1]['content']}"

    agent = Agent(model=ScriptedModel(answer), session_id="s", add_history_to_messages=True, **options)

    def say(text: str) -> list[Any]:
        agent.run(text)
        return seen.copy()

    return say


def test_a_model_is_told_the_last_runs_after_the_system_message() -> None:
    say = told(system_message="Be.", num_history_runs=2)
    assert say("a") == ["Be.", "a"]
    assert say("b") == ["Be.", "a", "to a", "b"]
    say("c")
    assert say("d") == ["Be.", "b", "to b", "c", "to c", "d"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["c", "to c", "d", "to d", "e", "to e", "now"]),
        ({"num_history_responses": 1}, ["e", "to e", "now"]),
        ({"num_history_runs": 1, "num_history_responses": 2}, ["d", "to d", "e", "to e", "now"]),
        ({"num_history_messages": 9}, ["b", "to b", "c", "to c", "d", "to d", "e", "to e", "now"]),
        ({"num_history_messages": 5, "num_history_runs": 1}, ["e", "to e", "now"]),
        ({"num_history_tokens": 25}, ["e", "to e", "now"]),
        ({"num_history_runs": 0}, ["now"]),
    ],
    ids=str,
)
def test_history_goes_as_far_back_as_it_is_wanted(options: dict[str, Any], expected: list[str]) -> None:
    say = told(**options)
    for text in "abcde":
        say(text)
    assert say("now") == expected


def test_a_run_in_which_the_model_said_nothing_is_not_part_of_history() -> None:
    storage = MemoryStorage()
    failing = Agent(name="a", model=ScriptedModel([ModelRequestError("no")]), storage=storage, session_id="s")
    with pytest.raises(ModelRequestError):
        failing.run("lost")
    assert told(storage=storage)("now") == ["now"]


def test_a_run_that_was_told_notes_can_be_looked_at_without_them() -> None:
    """Whoever only looks at a run, and has no agent, does not put in again what was remembered."""
    storage, head, run = MemoryStorage(), *begun(plan=PLAIN | {"recall"})
    run.feed("begin", {}, to_json({"role": "user", "content": "Hi."}), at=1)
    note = to_json(NOTE)
    run.feed("recalled", {"runs": [], "noted": len(note)}, note, at=2)
    assert b"You know Ann." in run.prompt()
    storage.save(head, run)
    _, steps = storage.load(head.id)
    for loaded in (steps, spliced(storage, steps)):
        assert b"You know Ann." not in Run.replay(head.id, head.plan, loaded).prompt()
    told_again = spliced(storage, steps, lambda data: note)
    assert Run.replay(head.id, head.plan, told_again).prompt() == run.prompt()
