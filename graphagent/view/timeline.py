"""A run step by step, as a person reads it: when, how long, what happened, and in short what it carried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from graphagent.engine.run import Run, is_pruned
from graphagent.view.signature import signature

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head

    Data = dict[str, Any]


class Moment(NamedTuple):
    """One step of a timeline.

    `offset` is in seconds since the run began. `took` is how long the step was in the making, in seconds: a tool call
    from its start to its result, anything else since the step before. `tokens` are those of the model's input and
    output, where it was asked. `carried` is one text for each thing. `open` has the calls that are open after it: what
    each waits for (`confirm`, `input`, `external`, `doubt`), or else `planned` or `started`, by their ids.
    """

    step: Step
    offset: float
    took: float
    tokens: tuple[int, int] | None
    carried: list[str]
    open: Mapping[str, str]


def timeline(head: Head, steps: list[Step]) -> tuple[Run, list[Moment]]:
    """A run as recorded, and its steps as a person reads them. Raises `DamagedData` where they do not follow."""
    run = Run(head.id, head.plan)
    if is_pruned(steps):
        return run, [spine(step, steps) for step in steps]
    Run.replay(head.id, head.plan, steps)  # raises before anything is shown
    return run, list(moments(run, steps, steps[0].at if steps else 0))


def spine(step: Step, steps: Sequence[Step]) -> Moment:
    """A step of which only the transition is left."""
    since = steps[max(0, step.seq - 2)].at
    what = ["what the run carried was removed"] if step.seq == 1 else []
    return Moment(step, (step.at - steps[0].at) / 1e6, (step.at - since) / 1e6, None, what, {})


def moments(run: Run, steps: Iterable[Step], began: int) -> Iterator[Moment]:
    """The next steps of a run as a person reads them; each is fed to `run` on the way. `began` is the time of its first."""
    for step in steps:
        data = step.data or {}
        since = run.instant or step.at
        if step.trigger == "result":
            since = run.calls[data["call"]].started_at
        run.feed(step.trigger, step.data, step.messages, at=step.at)
        run.fresh.clear()
        carried = list(CARRIED[step.trigger](step, run, data)) if step.trigger in CARRIED else []
        usage = data.get("usage")
        tokens = (usage.get("input_tokens", 0), usage.get("output_tokens", 0)) if usage else None
        standing = {call.id: call.gate or call.status for call in run.open.values()}
        yield Moment(step, (step.at - began) / 1e6, (step.at - since) / 1e6, tokens, carried, standing)


# -- what each trigger carries ----------------------------------------------------------------------------------------


def begun(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What the user said."""
    own = from_json(b"[%b]" % step.messages[data.get("preamble", 0) :].removeprefix(b","))
    yield from (f"“{content_text(message.get('content'))}”" for message in own[-1:])


def replied(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What the model said, and the calls it asked for."""
    if run.said:
        yield f"“{run.said}”"
    if step.trigger == "call":
        for call in run.batch:
            waits = f", needs {ASKED[call.required]}" if call.required else ""
            yield f"{signature(call)}{waits}{f', not called: {call.problem}' if call.problem else ''}"
    if finish := data.get("finish"):
        yield f"ended by {finish}"
    yield from (["the budget of steps is used up"] if step.trigger == "call" and run.error else [])


def started(step: Step, run: Run, data: Data) -> Iterator[str]:
    """The call that is being made."""
    yield str(signature(run.calls[data["call"]]))


def returned(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What a call returned, and what else it did."""
    call = run.calls[data["call"]]
    yield f"{call.name} {'failed' if call.error else '→'} {from_json(call.answer)['content']}"
    if data.get("state"):
        yield "session state changed"
    if data.get("stop"):
        yield "the run is to stop here"


def revised(step: Step, run: Run, data: Data) -> Iterator[str]:
    """The call as it is asked about from now on."""
    yield f"{signature(run.calls[data['call']])} instead"


def remembered(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What was learnt of the user, and of the session."""
    for operation in data.get("memories") or ():
        yield f"{operation[0]} memory {operation[2] if len(operation) > 2 and operation[2] else operation[1]}"
    if summary := data.get("summary"):
        yield f"summary: {summary.get('summary')}"
    for problem in data.get("problems") or ():
        yield f"not remembered: {problem}"
    for error in (data.get("errors") or {}).values():
        yield f"not remembered: {error['type']}: {error['message']}"


def decided(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What somebody decided about a call."""
    call = run.calls[data["call"]]
    verdict = f" as {data['verdict']}" if "verdict" in data else ""
    by = f" by {call.decided_by}" if call.decided_by else ""
    yield f"{signature(call)}{verdict}{by}{f': {call.note}' if call.note else ''}"


def recovered(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What is to become of calls whose process died."""
    for id, verdict in data["calls"].items():
        yield f"{signature(run.calls[id])}: {'to be called again' if verdict == 'again' else 'outcome unknown'}"


def failed(step: Step, run: Run, data: Data) -> Iterator[str]:
    """What went wrong."""
    error = data.get("error") or {}
    yield f"{error.get('type', 'Error')}: {error.get('message', '')}"


def cancelled(step: Step, run: Run, data: Data) -> Iterator[str]:
    """Why it was ended."""
    yield data.get("reason") or ""


def recalled(step: Step, run: Run, data: Data) -> Iterator[str]:
    """How much of earlier runs was recalled."""
    if runs := data.get("runs"):
        yield f"from {len(runs)} earlier run{'s' if len(runs) > 1 else ''}"


def thought(step: Step, run: Run, data: Data) -> Iterator[str]:
    """The title of a thought."""
    yield str(data.get("title") or "")


CARRIED: Final[dict[str, Callable[[Step, Run, Data], Iterator[str]]]] = {
    "begin": begun,
    "recalled": recalled,
    "thought": thought,
    "call": replied,
    "reply": replied,
    "start": started,
    "result": returned,
    "recover": recovered,
    "revise": revised,
    "remembered": remembered,
    **dict.fromkeys(("approve", "reject", "answer", "deliver", "settle"), decided),
    **dict.fromkeys(("retry", "repair", "fail"), failed),
    "cancel": cancelled,
}

# What a call waits for, by its gate.
ASKED: Final = {"confirm": "approval", "input": "input", "external": "an external result", "doubt": "a verdict"}


def content_text(content: Any) -> str:
    """The content of a message as text; of parts that are no text, their kind."""
    if isinstance(content, list):
        return " ".join(str(part.get("text") or f"[{part.get('type')}]") for part in content)
    return str(content or "")
