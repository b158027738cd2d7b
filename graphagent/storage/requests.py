"""What runs ask of people, as rows: worked out from steps, and recorded in the same transaction as these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pydantic_core import from_json

from graphagent.engine.digest import canonical
from graphagent.engine.machine import FAILED
from graphagent.exceptions import AlreadyResolved, ToolArgumentsError

if TYPE_CHECKING:
    from graphagent.engine.run import Run, Step

Kind = Literal["confirm", "input", "external", "doubt"]
Status = Literal[
    "pending", "approved", "rejected", "answered", "delivered", "settled", "superseded", "expired", "cancelled"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something that a run asks, or asked, of a person. Times are microseconds since the epoch."""

    number: int = 0
    """Its row in the database: a later request has a higher one."""
    run_id: str
    seq: int
    """The step of the run that asked."""
    call_id: str
    kind: Kind
    tool_name: str
    arguments: str
    """JSON text, as it is shown and as it is decided about."""
    digest: str
    """Of the tool's name and the arguments. A decision that was made about others is refused."""
    fields: list[dict[str, Any]] | None = None
    """What is to be filled in."""
    status: Status = "pending"
    asked_at: int
    expires_at: int | None = None
    """When it counts as rejected, if it is still pending then."""
    decided_at: int | None = None
    decided_by: str | None = None
    note: str | None = None
    damage: str | None = None
    """Why it cannot be read back. Only whose it is and which call it is about is sure then."""


class Decided(NamedTuple):
    """The pending request about a call is pending no more."""

    seq: int
    call_id: str
    digest: str | None
    """What the decision was about; None where it does not say."""
    status: Status
    at: int
    by: str | None = None
    note: str | None = None


class Closed(NamedTuple):
    """The run is over, and nothing of it is pending any more."""

    seq: int
    at: int


Change = Request | Decided | Closed


def changes(run: Run, steps: Sequence[Step]) -> list[Change]:
    """What the latest steps of a run change about its requests, in order."""
    found: list[Change] = []
    for step in steps:
        change = CHANGES.get(step.trigger)
        if change is not None:
            found += change(run, step, step.data or {})
    return found


def called(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
    """The model asked for calls, and some of them wait for a person."""
    gated = {id: marks for id, marks in data.get("calls", {}).items() if marks.get("gate")}
    if not gated or step.state == FAILED:
        return []
    found: list[Change] = []
    for asked in from_json(step.messages)["tool_calls"]:
        if marks := gated.get(asked["id"]):
            function = asked["function"]
            about = (function["name"], function["arguments"], marks.get("fields"))
            found.append(request(run, step, asked["id"], marks["gate"], *about))
    return found


def recovered(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
    """Nobody knows what became of these calls."""
    doubted = [run.calls[id] for id, verdict in data["calls"].items() if verdict != "again"]
    return [request(run, step, call.id, "doubt", call.name, call.arguments) for call in doubted]


def revised(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
    """Another call takes the place of the one that was asked about."""
    call = run.calls[data["call"]]
    return [
        decided("superseded")(run, step, data)[0],
        request(run, step, call.id, "confirm", call.name, data["arguments"], call.fields),
    ]


def decided(status: Status) -> Callable[[Run, Step, dict[str, Any]], list[Change]]:
    """A person decided."""

    def change(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
        said = "expired" if data.get("expired") else status
        about = (data["call"], data.get("digest"), said, step.at, held(data.get("by")), held(data.get("note")))
        return [Decided(step.seq, *about)]

    return change


def returned(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
    """A result is a decision where nobody knew any more whether there would be one."""
    return decided("settled")(run, step, data) if run.calls[data["call"]].late else []


def ended(run: Run, step: Step, data: dict[str, Any]) -> list[Change]:
    """The run is over before everything was decided."""
    return [Closed(step.seq, step.at)] if any(call.gate for call in run.open.values()) else []


CHANGES: Final[dict[str, Callable[[Run, Step, dict[str, Any]], list[Change]]]] = {
    "call": called,
    "recover": recovered,
    "revise": revised,
    "approve": decided("approved"),
    "reject": decided("rejected"),
    "answer": decided("answered"),
    "deliver": decided("delivered"),
    "settle": decided("settled"),
    "result": returned,
    "cancel": ended,
    "fail": ended,
}


def request(
    run: Run,
    step: Step,
    call_id: str,
    kind: Kind,
    name: str,
    arguments: str,
    fields: list[dict[str, Any]] | None = None,
) -> Request:
    """A request that is made by a step."""
    try:
        digest = canonical(name, arguments)
    except ToolArgumentsError:
        digest = ""  # nothing that could be shown, and so nothing that could be agreed to
    return Request(
        run_id=run.id,
        seq=step.seq,
        call_id=call_id,
        kind=kind,
        tool_name=name,
        arguments=held(arguments) or "",
        digest=digest,
        fields=fields,
        asked_at=step.at,
        expires_at=None if kind == "doubt" else run.calls[call_id].expires_at,
    )


def held(text: str | None) -> str | None:
    """Text as a column of any database can hold it. What was said stands in the step, to the letter."""
    return text if text is None else text.replace("\0", "\ufffd")


def already_resolved(run_id: str, call_id: str) -> AlreadyResolved:
    """There is no such request that is pending."""
    return AlreadyResolved(
        f"Run {run_id}: call {call_id!r} was decided before, or is not any more what was shown. Nothing was recorded; "
        "look at it again.",
        run_id=run_id,
    )
