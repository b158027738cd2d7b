"""Histories of runs: everything that can happen to a run, one thing after another, as strategies and as one fixed run."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st
from worlds import ALL, SAYS, USER, Occurrence, answers, asks, occurrences

from graphagent.engine.run import Run, Step
from graphagent.storage.base import Head, Storage

PLAIN = frozenset({"ready", "model", "tool", "respond", "completed", "failed", "cancelled"})
AT = 1_790_000_000_000_000
_ids = count(1)

# Values as users give them: text of any script, numbers of any size, nothing that JSON has no form for.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def begun(id: str | None = None, **known: Any) -> tuple[Head, Run]:
    """A run that nothing has happened to, and its head."""
    id = id or f"run-{next(_ids)}"
    head = Head(**{"id": id, "session_id": "s", "agent_id": "a", "definition": "d", "plan": ALL} | known)
    return head, Run(id, head.plan)


def happen(run: Run, occurrence: Occurrence, extra: Any = None) -> Step:
    """Feed a run what happened, with something besides that the engine does not look at."""
    trigger, data, messages = occurrence
    data = data if extra is None else {**(data or {}), "extra": extra}
    return run.feed(trigger, data, messages, at=AT + run.seq * 1_000_000_000)  # long enough apart for every deadline


@st.composite
def histories(draw: st.DrawFn, longest: int = 12) -> list[Step]:
    """The steps of some run, valid as the engine sees it, with values of all kinds in their data."""
    run = Run("r", ALL)
    for _ in range(draw(st.integers(1, longest))):
        if not (possible := list(occurrences(run))):
            break
        happen(run, draw(st.sampled_from(possible)), draw(st.none() | VALUES))
    return run.fresh


def again(run: Run, step: Step) -> None:
    """Feed a run a step that happened to another."""
    run.feed(step.trigger, step.data, step.messages, at=step.at)


def rounds(first: int, last: int) -> list[Occurrence]:
    """What happens in these rounds: in each, one tool is called and answers."""
    happened: list[Occurrence] = []
    for id in (f"c{turn}" for turn in range(first, last)):
        happened += [("call", {"calls": {id: {}}}, asks([id])), ("result", {"call": id}, answers(id, "Here."))]
    return happened


def ended(storage: Storage, session_id: str, user_id: str | None = None) -> str:
    """Record a run of a plain agent to its end. Returns its id."""
    head, run = begun(session_id=session_id, user_id=user_id, plan=PLAIN)
    happened: list[Occurrence] = [("begin", {}, USER), ("reply", {}, SAYS), ("finish", None, b"")]
    for occurrence in happened:
        happen(run, occurrence)
    storage.save(head, run)
    return head.id


def session(last: int = 3) -> list[Occurrence]:
    """What happens in a run that calls one tool in each of so many rounds and then answers."""
    before: list[Occurrence] = [("begin", {}, USER), ("recalled", {"runs": []}, b""), ("thought", {"more": False}, b"")]
    return [*before, *rounds(0, last), ("reply", {}, SAYS), ("finish", None, b""), ("remembered", {}, b"")]
