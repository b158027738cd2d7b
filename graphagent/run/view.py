"""A run as its caller sees it, made from the run itself: live, loaded or replayed alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from graphagent.engine.digest import canonical
from graphagent.engine.machine import CANCELLED, COMPLETED, CONFIRM, EXTERNAL, FAILED, INPUT, READY, WAITING
from graphagent.run.metrics import ToolCallMetrics, collect
from graphagent.run.response import RunResponse
from graphagent.run.status import RunStatus
from graphagent.run.tool import ToolExecution

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.models.base import Model
    from graphagent.models.message import Message
    from graphagent.run.events import RunResponseEvent
    from graphagent.storage.base import Head

STATUS: Final = {
    READY: RunStatus.pending, COMPLETED: RunStatus.completed, FAILED: RunStatus.error, CANCELLED: RunStatus.cancelled,
} | dict.fromkeys(WAITING, RunStatus.paused)  # fmt: skip

# What a paused run says where the model said nothing.
ASKING: Final = {
    CONFIRM: "I have tools to execute, but I need confirmation.",
    INPUT: "I have tools to execute, but I need user input.",
    EXTERNAL: "I have tools to execute, but it needs external execution.",
}


def response_of(head: Head, run: Run, model: Model | None, events: list[RunResponseEvent] | None = None) -> RunResponse:
    """The response of a run in its present state."""
    error = run.error or {}
    return RunResponse(
        run_id=run.id,
        session_id=head.session_id,
        user_id=head.user_id,
        agent_id=head.agent_id,
        agent_name=head.agent_name,
        parent_run_id=head.parent_id,
        parent_step=head.parent_seq,
        status=STATUS.get(run.state, RunStatus.running),
        seq=run.seq,
        created_at=head.created_at // 1_000_000,
        content=content_of(run),
        reasoning_content=run.replies[-1][0].get("reasoning") if run.replies else None,
        error=error.get("message"),
        model=getattr(model, "id", None),
        model_provider=getattr(model, "provider", None),
        messages=partial(messages_of, run),
        metrics=partial(metrics_of, run),
        tools=partial(tools_of, run),
        events=events or [],
    )


def content_of(run: Run) -> str | None:
    """What the run answers: tool output that was to be shown, and the last thing the model said."""
    said = run.said
    if said is None and run.state in ASKING:
        said = ASKING[run.state]
    return run.shown + said if said else run.shown or said


def messages_of(run: Run) -> list[Message]:
    """The conversation as messages: what preceded the run, and what it added."""
    from graphagent.models.message import Message

    return [Message.from_dict(message) for message in from_json(b"[" + run.prompt() + b"]")]


def metrics_of(run: Run) -> dict[str, list[float]]:
    """Tokens and seconds of each reply."""
    return collect({**data.get("usage", {}), "time": seconds, **_first_token(data)} for data, seconds in run.replies)


def _first_token(data: dict[str, Any]) -> dict[str, float]:
    return {"time_to_first_token": data["time_to_first_token"]} if "time_to_first_token" in data else {}


def tools_of(run: Run) -> list[ToolExecution]:
    """The calls of a run, in the order the model asked for them."""
    return [tool_of(run, call) for call in run.calls.values()]


def tool_of(run: Run, call: Call) -> ToolExecution:
    """One call as the caller sees it; a fresh object, so that decisions written on it touch nothing else."""
    gate = None if run.is_over else call.gate
    return ToolExecution(
        tool_call_id=call.id,
        tool_name=call.name,
        tool_args=arguments_of(call),
        status=status_of(run, call),
        result=from_json(call.answer)["content"] if call.answer else None,
        tool_call_error=call.error,
        metrics=ToolCallMetrics(time=(call.returned_at - call.started_at) / 1e6)
        if call.started_at and call.answer
        else None,
        stop_after_tool_call=call.stops,
        created_at=call.made_at // 1_000_000,
        conflicts=call.conflicts,
        requires_confirmation=gate == "confirm",
        confirmed=call.approved,
        confirmation_note=call.note,
        requires_user_input=gate == "input",
        user_input_schema=_fields(call),
        answered=call.required == "input" and call.gate is None and call.approved is None,
        external_execution_required=gate == "external",
        in_doubt=gate == "doubt",
        decided_by=call.decided_by,
        digest=canonical(call.name, call.arguments) if gate else None,
    )


def arguments_of(call: Call) -> dict[str, Any]:
    """The arguments as the model gave them; empty where they are not a JSON object."""
    try:
        arguments = from_json(call.arguments or "{}")
    except ValueError:
        return {}
    return arguments if isinstance(arguments, dict) else {}


def status_of(run: Run, call: Call) -> Any:
    """How far a call has come."""
    if call.status == "answered":
        return "rejected" if call.approved is False else "failed" if call.error else "completed"
    return "cancelled" if run.is_over else call.status


def _fields(call: Call) -> Any:
    if not call.fields:
        return None
    from graphagent.tools.function import UserInputField

    return [UserInputField.from_dict(field) for field in call.fields]
