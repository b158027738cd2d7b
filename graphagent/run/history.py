"""What earlier runs of a session hand to a later one: whole exchanges, every call answered, and by reference when stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json, to_json

from graphagent.engine.call import STARTED
from graphagent.engine.run import Run, is_pruned
from graphagent.exceptions import RunNotFound, RunPruned
from graphagent.run.decisions import tool_message
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

PAGE: Final = 50  # runs that are read at once, at most
BYTES_A_TOKEN: Final = 4  # of the wire form: an estimate that fits English text, and is on the safe side for few
NOT_MADE: Final = "The call was not made: the run ended before."
UNKNOWN: Final = "The run ended before it was known what became of the call."


class Budget(NamedTuple):
    """How much of a session's history is given to a run, at most. None: any number."""

    runs: int | None = 3
    messages: int | None = None
    tokens: int | None = None


class Reference(NamedTuple):
    """Which rows were given: those of a run up to a step, without its first `skipped` messages."""

    run_id: str
    seq: int
    skipped: int = 0


def said(run: Run) -> list[bytes]:
    """The messages of a run that has ended, in wire form: its own, without a system message, every call answered."""
    messages = [*run.transcript]
    if run.open:  # the end came before the answers
        messages += [
            call.answer or tool_message(call.id, UNKNOWN if call.status == STARTED else NOT_MADE) for call in run.batch
        ]
    return [message for part in messages for message in single(part)]


def single(part: bytes) -> Iterable[bytes]:
    """The messages of a piece of a transcript, which mostly is one; those of the system are not for later runs."""
    if b'},{"role":"' not in part and not part.startswith((b'{"role":"system"', b'{"role":"developer"')):
        return (part,)
    messages = from_json(b"[%b]" % part)
    if len(messages) == 1 and messages[0]["role"] not in {"system", "developer"}:
        return (part,)
    return [to_json(message) for message in messages if message["role"] not in {"system", "developer"}]


def exchanges(messages: Sequence[bytes]) -> list[int]:
    """Where exchanges begin: with what a user says, so that no history begins in the middle of one."""
    users = [message.startswith(b'{"role":"user"') for message in messages]
    return [place for place in range(len(users)) if place == 0 or (users[place] and not users[place - 1])]


def history(storage: Storage, session_id: str, budget: Budget) -> tuple[list[Reference], bytes]:
    """The latest of what was said in a session, as far as the budget reaches: what is referred to, and it, joined.

    Runs count that have ended and in which the model said something, in the order in which they began.
    """
    references: list[Reference] = []
    chosen: list[bytes] = []
    messages, tokens = budget.messages, budget.tokens
    for head, run in spoken(storage, session_id, budget.runs):
        own = said(run)
        start = len(own)
        for begin in reversed(exchanges(own)):
            exchange = own[begin:start]
            if messages is not None and (messages := messages - len(exchange)) < 0:
                break
            if tokens is not None and (tokens := tokens - estimate(exchange)) < 0:
                break
            start = begin
        if start < len(own):
            references.append(Reference(head.id, head.seq, start))
            chosen[:0] = own[start:]
        if start > 0:
            break
    return references[::-1], b",".join(chosen)


def estimate(messages: Iterable[bytes]) -> int:
    """About how many tokens these messages are."""
    return sum(len(message) // BYTES_A_TOKEN + 1 for message in messages)


def spoken(storage: Storage, session_id: str, most: int | None = None) -> Iterator[tuple[Head, Run]]:
    """The runs of a session that have ended and in which the model said something, those that began last first."""
    before, left = None, most
    while left is None or left > 0:
        limit = PAGE if left is None else min(left, PAGE)
        page = storage.ended(session_id, before=before, limit=limit)
        for head, steps in page:
            before = head.number
            if is_pruned(steps):
                return  # as what was said before
            run = Run.replay(head.id, head.plan, steps)
            if run.replies:
                left = None if left is None else left - 1
                yield head, run
        if len(page) < limit:
            return


# -- a run that is loaded -----------------------------------------------------------------------------------------------


def spliced(
    storage: Storage, steps: Sequence[Step], note: Callable[[dict[str, Any]], bytes] | None = None
) -> Sequence[Step]:
    """The steps of a run, with what its `recalled` step refers to put in again from the rows that hold it.

    Args:
        storage: Where the runs are that it refers to.
        steps: As they were loaded. Those given back are to be replayed, not to be recorded.
        note: Gives the system message of what was remembered, in wire form, from the data of that step.
    """
    for place, step in enumerate(steps[:3]):
        if step.trigger == "recalled" and step.data and not step.messages:
            noted = note(step.data) if note is not None and step.data.get("noted") else b""
            parts = [noted, *recollected(storage, step.data.get("runs", ()))]
            data = {**step.data, "noted": len(noted)} if "noted" in step.data else step.data
            again = step._replace(data=data, messages=b",".join(filter(None, parts)))
            return [*steps[:place], again, *steps[place + 1 :]]
    return steps


def recollected(storage: Storage, references: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The messages that references lead to. What was deleted since is left out, and the log says so."""
    for given in references:
        reference = Reference(*given)
        try:
            head, steps = storage.load(reference.run_id)
            run = Run.replay(head.id, head.plan, steps[: reference.seq])
        except (RunNotFound, RunPruned):
            logger.warning("Run %s, which a later run was told of, was deleted; it goes on without.", reference.run_id)
            continue
        yield from said(run)[reference.skipped :]
