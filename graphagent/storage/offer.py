"""What a run offers to be put on record: checked before anything is written, settled once it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphagent.exceptions import NotStorable, StaleRun
from graphagent.storage.base import REFERRING
from graphagent.storage.storable import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphagent.engine.run import Run, Step
    from graphagent.storage.base import Head

DEPTH: Final = 150  # of the data of a step: values that users give are held to less, so that they fit in here
TEXTS: Final = ("id", "session_id", "user_id", "agent_id", "agent_name", "parent_id")


def offered(head: Head, run: Run) -> list[Step]:
    """The fresh steps of a run. Raises what is wrong with them before anything is written."""
    steps = run.fresh.copy()
    if not steps:
        return steps
    if steps[0].seq != head.seq + 1:
        raise StaleRun(
            f"Run {head.id}: step {steps[0].seq} was offered where step {head.seq + 1} is due. The head and the run do "
            "not belong together; load both again.",
            run_id=head.id,
        )
    for step in steps:
        if step.data is not None:
            storable(step.data, path=f"$.{step.trigger}", depth=DEPTH)
    if not head.number:
        for name in TEXTS:
            text = getattr(head, name)
            if text is not None and not isinstance(text, str):
                raise NotStorable(f"{name} is text, and this is of type {type(text).__name__}.", path=f"$.{name}")
            storable(text, path=f"$.{name}")
            if text and "\0" in text:
                raise NotStorable(f"{name} holds a NUL character, which no database takes.", path=f"$.{name}")
    return steps


def settle(head: Head, run: Run, steps: Sequence[Step], number: int, space: str) -> None:
    """Let a run and its head know that these steps are on record."""
    first, last = steps[0], steps[-1]
    head.number, head.space = number, head.space or space
    head.created_at = head.created_at or first.at
    head.state, head.seq, head.updated_at = last.state, last.seq, updated(head, last)
    head.unsure = False
    del run.fresh[: len(steps)]


def updated(head: Head, last: Step) -> int:
    """When a run changed last: what a fork copied was made before there was a fork."""
    return max(head.created_at, last.at)


def recorded(step: Step) -> Step:
    """A step as it stands in the record: what it refers to is not written a second time."""
    return step._replace(messages=b"") if step.trigger in REFERRING else step


def stale(head: Head, found: Head | None, where: str) -> StaleRun:
    """Why the record refuses a run."""
    if found is None:
        why = f"is no longer on record in {where}"
    elif not head.number:
        why = f"is on record in {where} already, begun by somebody else"
    else:
        why = (
            f"has moved on: {where} has it at step {found.seq} ({found.state}, epoch {found.epoch}), this copy is at "
            f"step {head.seq} (epoch {head.epoch})"
        )
    return StaleRun(f"Run {head.id} {why}. Nothing was written; load it again to go on.", run_id=head.id)


def unknown(run_id: str, where: str) -> str:
    """What to tell about a run that is not there."""
    return f"There is no run {run_id!r} in {where}."
