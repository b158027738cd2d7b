"""How each trigger changes a run. A fold checks everything first and then changes the run, so one that refuses changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json, to_json

from graphagent.engine.call import ANSWERED, PLANNED, STARTED, Call
from graphagent.engine.limits import Limits
from graphagent.exceptions import AlreadyResolved, DeadlineNotPassed, IllegalTransition, RequestNotFound

if TYPE_CHECKING:
    from graphagent.engine.run import Run

Data = dict[str, Any]
NOTHING: Final[Data] = {}


def begin(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The messages are on record, and the budgets of the run."""
    split = data.get("preamble", 0)
    run.preamble, own = messages[:split], messages[split:].removeprefix(b",")
    run.limits = Limits(**data.get("limits", {}))
    if own:
        run.transcript.append(own)


def recalled(run: Run, data: Data, messages: bytes, at: int) -> None:
    """What earlier runs left is known."""
    run.recalled = data
    if messages and (size := data.get("noted", 0)):  # who only looks at a run need not have put them in again
        run.preamble, messages = noted(run.preamble, messages[:size]), messages[size:].removeprefix(b",")
    run.history = messages  # spliced in from the rows that `data` refers to; not recorded a second time


def thought(run: Run, data: Data, messages: bytes, at: int) -> None:
    """One more round of reasoning; `more` says whether another is wanted."""
    run.thoughts.append(data)
    run.thinking = bool(data.get("more"))
    if messages:
        run.transcript.append(messages)


# -- the model --------------------------------------------------------------------------------------------------------


def call(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The model asked for tool calls. A single free one starts with this transition: its intent is on record."""
    marks = data.get("calls", NOTHING)
    batch, opened = [], {}
    for asked in from_json(messages)["tool_calls"] or ():
        id, function = asked["id"], asked["function"]
        call = opened[id] = Call(id, function["name"], function["arguments"], at, marks.get(id))
        batch.append(call)
    if not batch or len(opened) < len(batch) or not opened.keys().isdisjoint(run.calls):
        raise IllegalTransition(f"Run {run.id}: a reply that calls tools needs call ids, each new to the run.")
    _said(run, data, messages, at)
    run.batch, run.open = batch, opened
    run.calls.update(opened)
    free = run.planned()
    if run.spent:
        run.error = {"type": "BudgetExceeded", "message": f"The budget of {run.limits.steps} steps is used up."}
    elif len(free) == 1:  # its intent rides on this transition; several are started one by one
        _start(free[0], at)


def reply(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The model answered."""
    _said(run, data, messages, at)


def retry(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The model failed, and may be asked again."""
    run.failures += 1
    if run.exhausted:
        run.error = data.get("error")


def repair(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The answer does not fit; the messages say why, for the model."""
    run.repairs += 1
    if run.beyond_repair:
        run.error = data.get("error")
    else:
        run.transcript.append(messages)


# -- tools ------------------------------------------------------------------------------------------------------------


def start(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A call is about to be invoked."""
    call = _open(run, data)
    if call.status != PLANNED or call.gate is not None:
        raise IllegalTransition(f"Run {run.id}: call {call.id!r} is not free to be started.", run_id=run.id)
    _start(call, at)


def result(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A call returned."""
    call = _open(run, data)
    if call.status != STARTED or data.get("attempt", call.attempt) != call.attempt:
        raise IllegalTransition(f"Run {run.id}: call {call.id!r} has no such attempt under way.", run_id=run.id)
    if call.gate is not None:
        call.late = True
    _answer(run, call, data, messages, at)


def recover(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The process that had these calls under way is gone: each is made again or left to a person."""
    verdicts: dict[str, str] = data["calls"]
    lost = [run.open[id] for id in verdicts if id in run.open and run.open[id].status == STARTED]
    if len(lost) < len(verdicts) or not lost:
        raise IllegalTransition(f"Run {run.id}: only calls that were started can be recovered.", run_id=run.id)
    for call in lost:
        if verdicts[call.id] == "again":
            call.status = PLANNED
        else:
            call.gate = "doubt"
            call.required = call.required or "doubt"


# -- people -----------------------------------------------------------------------------------------------------------


def revise(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A person changed the arguments of a call that waits for approval: what is asked for now is another call."""
    _asked(run, data, "confirm").arguments = data["arguments"]


def approve(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A person agrees to a call."""
    call = _asked(run, data, "confirm")
    call.approved = True
    _release(call, data)


def reject(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A person, or the passing of a date, refuses a call."""
    call = _asked(run, data, "confirm", "input", "external")
    call.approved = False
    _release(call, data)
    _answer(run, call, {**data, "error": True}, messages, at)


def answer(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A person filled in the arguments; with messages, that is itself the result."""
    call = _asked(run, data, "input")
    call.arguments = data["arguments"]
    _release(call, data)
    if messages:  # the answer is itself the result
        _answer(run, call, data, messages, at)


def deliver(run: Run, data: Data, messages: bytes, at: int) -> None:
    """Somebody else made the call; this is its result."""
    call = _asked(run, data, "external")
    _release(call, data)
    _answer(run, call, data, messages, at)


def settle(run: Run, data: Data, messages: bytes, at: int) -> None:
    """A person says what became of a call whose outcome was unknown."""
    call = _asked(run, data, "doubt")
    again = data["verdict"] == "retry"
    if again and call.deadline is not None and at < call.deadline:
        raise DeadlineNotPassed(
            f"Run {run.id}: call {call.id!r} may still be under way until {call.deadline / 1e6:.0f} (seconds since the "
            "epoch). Retry after that, or supply its result now.",
            run_id=run.id,
        )
    _release(call, data)
    if again:
        call.status = PLANNED
    else:
        _answer(run, call, data, messages, at)


# -- the end ----------------------------------------------------------------------------------------------------------


def finish(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The answer stands."""


def remembered(run: Run, data: Data, messages: bytes, at: int) -> None:
    """What was learnt is written in the same transaction."""


def fail(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The run cannot go on."""
    run.error = data.get("error")


def cancel(run: Run, data: Data, messages: bytes, at: int) -> None:
    """The run is not wanted any more."""
    run.error = {"type": "RunCancelled", "message": data.get("reason", "The run was cancelled.")}


# -- what folds share -------------------------------------------------------------------------------------------------


def noted(preamble: bytes, note: bytes) -> bytes:
    """Messages with what else is to be told added to the system message at their head, since many servers take only one."""
    before, told = from_json(b"[%b]" % preamble), from_json(note)
    if before and before[0]["role"] in {"system", "developer"}:
        content = before[0].get("content") or ""
        is_text = isinstance(content, str)
        told = {
            **before[0],
            "content": f"{content}\n\n{told['content']}"
            if is_text
            else [*content, {"type": "text", "text": told["content"]}],
        }
        del before[0]
    return b",".join(map(to_json, (told, *before)))


def _said(run: Run, data: Data, messages: bytes, at: int) -> None:
    run.transcript.append(messages)
    run.replies.append((data, (at - run.instant) / 1e6))
    run.failures = 0


def _open(run: Run, data: Data) -> Call:
    call = run.open.get(data["call"])
    if call is None:
        raise IllegalTransition(f"Run {run.id}: there is no open call {data['call']!r}.", run_id=run.id)
    return call


def _asked(run: Run, data: Data, *gates: str) -> Call:
    """The call that a decision is about, if it is still undecided."""
    id = data["call"]
    known = run.calls.get(id)
    if known is None or (known.required is None and known.gate is None):
        raise RequestNotFound(f"Run {run.id}: nobody asked about call {id!r}.", run_id=run.id)
    if known.gate not in gates:
        raise AlreadyResolved(f"Run {run.id}: call {id!r} is not waiting for this decision (any more).", run_id=run.id)
    return known


def _release(call: Call, data: Data) -> None:
    call.gate = None
    call.note = data.get("note")
    call.decided_by = data.get("by")


def _start(call: Call, at: int) -> None:
    call.status = STARTED
    call.attempt += 1
    call.started_at = at


def _answer(run: Run, call: Call, data: Data, messages: bytes, at: int) -> None:
    call.status = ANSWERED
    call.gate = None
    call.answer = messages
    call.returned_at = at
    if len(data) > 1:  # more than which call it is: rare, and this is where a run spends its time
        call.error = bool(data.get("error"))
        call.rider = data.get("then")
        call.conflicts = data.get("conflicts")
        run.shown += data.get("show", "")
        run.stopped = run.stopped or bool(data.get("stop"))
    del run.open[call.id]
    if not run.open:
        _close(run)


def _close(run: Run) -> None:
    """The exchange is complete: answers follow their calls in call order, whatever landed first, and then their riders."""
    for done in run.batch:
        run.transcript.append(done.answer)
    for done in run.batch:
        if done.rider:
            run.transcript += map(to_json, done.rider)


FOLDS: Final[dict[str, Callable[[Run, Data, bytes, int], None]]] = {
    fold.__name__: fold
    for fold in (
        begin, recalled, thought, call, reply, retry, repair, start, result, recover,
        revise, approve, reject, answer, deliver, settle, finish, remembered, fail, cancel,
    )
}  # fmt: skip
