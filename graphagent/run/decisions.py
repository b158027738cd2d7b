"""What a person may decide about a waiting call, as what a run is fed. Needs no agent: the call says what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from graphagent.engine.digest import canonical
from graphagent.exceptions import AlreadyResolved, RequestNotFound, RunBusy, RunIsOver, ToolArgumentsError
from graphagent.tools.result import result_text

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run

REJECTED = "Function call was rejected by the user"
EXPIRED = "The function call was not executed: nobody decided about it in time."
SETTLED = {"result": "The call succeeded.", "failure": "The call failed."}


class Decision(NamedTuple):
    """A trigger with its data and messages, as `Run.feed` takes them."""

    trigger: str
    data: dict[str, Any]
    messages: bytes = b""


class Decider(NamedTuple):
    """Who decides and what is said about it; `digest` is that of the call as it was shown, where that is known."""

    by: str | None = None
    note: str | None = None
    digest: str | None = None

    def about(self, call: Call) -> dict[str, Any]:
        """What every decision says. Raises `AlreadyResolved` where the call is not any more what was shown."""
        shown = canonical(call.name, call.arguments)
        if self.digest is not None and self.digest != shown:
            raise AlreadyResolved(
                f"Call {call.id!r} is not what was shown: its arguments were changed. Look at it again."
            )
        said = {"by": self.by, "note": self.note}
        return {"call": call.id, "digest": shown} | {key: value for key, value in said.items() if value is not None}


POLICY = Decider(by="policy", note=EXPIRED)


def waiting(run: Run, call_id: str) -> Call:
    """The call of that id, if it waits for a decision.

    Raises:
        RequestNotFound: The run has no such call, or nobody was asked about it.
        AlreadyResolved: It was decided before.
        RunIsOver: The run ended before it was decided.
    """
    call = run.calls.get(call_id)
    if call is None:
        raise RequestNotFound(f"Run {run.id} has no call {call_id!r}.", run_id=run.id)
    if call.required is None:
        raise RequestNotFound(f"Run {run.id}: nobody was asked about call {call_id!r} ({call.name}).", run_id=run.id)
    if call.gate is None:
        raise AlreadyResolved(
            f"Run {run.id}: call {call_id!r} ({call.name}) was decided before. Load the run again with get_run.",
            run_id=run.id,
        )
    if run.is_over:
        raise RunIsOver(
            f"Run {run.id} has ended ({run.state}); call {call_id!r} waits for nobody any more.", run_id=run.id
        )
    return call


def check_resting(run: Run, call: Call) -> None:
    """Raise `RunBusy` where calls that wait for nobody have no result yet: they come before any decision."""
    if not run.is_waiting:
        raise RunBusy(
            f"Run {run.id}: other calls of this reply come first and have no result yet, so call {call.id!r} "
            f"({call.name}) cannot be decided now. Try again when they have; if the process that made them has ended, "
            "continue the run first (`graphagent resume MODULE:AGENT RUN`).",
            run_id=run.id,
        )


def approve(call: Call, decider: Decider) -> list[Decision]:
    """The call may be made as it was asked for."""
    return [Decision("approve", decider.about(call))]


def revise(call: Call, decider: Decider, arguments: str) -> list[Decision]:
    """The call may be made with other arguments (JSON text): a new call to be approved takes the place of the old.

    Raises `ToolArgumentsError` where the text is no JSON object.
    """
    about = decider.about(call)
    if not isinstance(as_json(call, arguments), dict):
        raise ToolArgumentsError(f"The arguments of call {call.id!r} have to be a JSON object, not {arguments!r}.")
    return [
        Decision("revise", {**about, "arguments": arguments}),
        Decision("approve", {**about, "digest": canonical(call.name, arguments)}),
    ]


def reject(call: Call, decider: Decider) -> list[Decision]:
    """The call must not be made; the model is told the note."""
    return [Decision("reject", decider.about(call), tool_message(call.id, decider.note or REJECTED))]


def expire(run: Run, at: int) -> list[Decision]:
    """Rejections, by policy, of all that a waiting run has asked for and that nobody decided in time.

    `at` is now, in microseconds since the epoch. A doubt does not expire: nobody can reject what may have happened.
    """
    if not run.is_waiting:
        return []
    late = [
        call
        for call in run.open.values()
        if call.gate in {"confirm", "input", "external"} and call.expires_at is not None and call.expires_at <= at
    ]
    return [
        Decision("reject", {**POLICY.about(call), "expired": True}, tool_message(call.id, EXPIRED)) for call in late
    ]


def answer(call: Call, decider: Decider, arguments: Mapping[str, Any]) -> list[Decision]:
    """The call is to be made with these arguments; of a call that only asks, they are the result."""
    about = {**decider.about(call), "arguments": to_json(arguments).decode()}
    return [Decision("answer", about, tool_message(call.id, result_text(arguments)) if call.asks else b"")]


def deliver(call: Call, decider: Decider, result: Any, *, failed: bool = False) -> list[Decision]:
    """The call was made elsewhere; this is what came of it."""
    text = result_text(result)
    about = decider.about(call) | ({"error": True} if failed else meant(call, text))
    return [Decision("deliver", about, tool_message(call.id, text))]


def settle(call: Call, decider: Decider, verdict: str, result: Any = None) -> list[Decision]:
    """The call of unknown outcome is to be made again (`retry`), had this `result`, or is a `failure`."""
    about = {**decider.about(call), "verdict": verdict}
    if verdict == "retry":
        return [Decision("settle", about)]
    if verdict not in SETTLED:
        raise ToolArgumentsError(
            f"The verdict about call {call.id!r} is 'retry', 'result' or 'failure', not {verdict!r}."
        )
    text = result_text(SETTLED[verdict] if result is None else result)
    about |= {"error": True} if verdict == "failure" else meant(call, text)
    return [Decision("settle", about, tool_message(call.id, text))]


def filled(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call with a person's values, read by the schemas of its fields.

    Raises `ToolArgumentsError` for an unknown field, a missing one, or a value that does not fit; nothing is decided then.
    """
    from graphagent.tools.fitting import read

    fields = {field["name"]: field for field in call.fields or ()}
    if unknown := values.keys() - fields.keys():
        raise ToolArgumentsError(f"Call {call.id!r} has no field {min(unknown)!r}; it has {', '.join(fields)}.")
    given = {name: values[name] if values.get(name) is not None else field["value"] for name, field in fields.items()}
    if missing := [name for name, value in given.items() if value is None and fields[name].get("required", True)]:
        raise ToolArgumentsError(f"Call {call.id!r} still needs {', '.join(missing)}.")
    arguments = {} if call.asks else from_json(call.arguments or "{}")
    for name, value in given.items():
        if value is not None:
            try:
                arguments[name] = read(schema_of(fields[name]), value)
            except ValueError as error:
                raise ToolArgumentsError(f"Field {name!r} of call {call.id!r}: {error}.") from error
    return arguments


def schema_of(field: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a field; of one that was recorded without, that of its type."""
    from pydantic import TypeAdapter

    from graphagent.tools.user_input import UserInputField

    return field.get("schema") or TypeAdapter(UserInputField.from_dict(field).field_type).json_schema()


def as_json(call: Call, arguments: str) -> Any:
    """The value of a person's JSON text; `ToolArgumentsError` where it is none."""
    try:
        return from_json(arguments)
    except ValueError as error:
        raise ToolArgumentsError(f"The arguments of call {call.id!r} are not JSON: {error}") from error


def meant(call: Call, text: str) -> dict[str, Any]:
    """What the result of a call means for its run, beside what the model is told."""
    meaning: dict[str, Any] = {"show": text} if call.shows else {}
    return {**meaning, "stop": True} if call.stops else meaning


def tool_message(id: str, text: str) -> bytes:
    """A tool's answer in wire form."""
    return to_json({"role": "tool", "tool_call_id": id, "content": result_text(text)})
