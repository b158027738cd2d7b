"""What a model is asked, and what its answer or its failure means for the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from graphagent.exceptions import IllegalTransition, ModelError, ModelReplyError, ToolArgumentsError
from graphagent.models.base import Reply, Request, ToolCall

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.tools.function import Function


def request(execution: Execution) -> Request:
    """What the model is asked next: the transcript so far, and the tools."""
    tools = execution.definition.toolset.wire
    return Request(execution.run.prompt(), tools, execution.agent.tool_choice if tools else None)


def taken(execution: Execution, reply: Reply | None) -> None:
    """Feed the run what the model said."""
    if reply is None:
        raise ModelReplyError("The model's stream ended without a reply.")
    data: dict[str, Any] = {"usage": reply.usage} if reply.usage else {}
    if reply.finish not in ("stop", "tool_calls"):
        data["finish"] = reply.finish
    if reply.time_to_first_token is not None:
        data["time_to_first_token"] = round(reply.time_to_first_token, 6)
    if reply.reasoning:
        data["reasoning"] = reply.reasoning
    execution.reply = reply
    if not reply.calls:
        execution.feed("reply", data, reply.message)
        return
    calls, message = with_new_ids(execution, reply)
    marks = {call.id: mark for made, call in enumerate(calls) if (mark := marked(execution, call, made))}
    if marks:
        data["calls"] = marks
    try:
        execution.feed("call", data, message)
    except IllegalTransition as error:
        raise ModelReplyError(str(error)) from error


def marked(execution: Execution, call: ToolCall, before: int) -> dict[str, Any]:
    """What is recorded of a call beside its name and arguments; unfit arguments are found here, before anybody acts."""
    marks = execution.definition.marks(call.name, len(execution.run.calls) + before)
    if "problem" in marks:
        return marks
    function = execution.definition.functions[call.name]
    try:
        arguments = function.validate(call.arguments)
    except ToolArgumentsError as error:
        return {"problem": str(error), "policy": "read"}
    gate = marks.get("gate")
    if gate is None:
        execution.arguments[call.id] = arguments
    elif gate == "input":
        marks |= form(function, from_json(call.arguments or "{}"))
    return marks


def form(function: Function, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a person is asked to fill in for one call, recorded with it so that it can be shown without the agent."""
    schema = function.form(arguments)
    fields = [
        {
            **field.to_dict(),
            "required": schema.signature.parameters[field.name].required,
            "schema": schema.of_parameter(field.name),
        }
        for field in function.user_input_schema(arguments)
    ]
    return {"fields": fields, "asks": True} if function.asks else {"fields": fields}


def with_new_ids(execution: Execution, reply: Reply) -> tuple[list[ToolCall], bytes]:
    """The reply's calls and message, with ids that the run has seen before replaced: some servers begin anew each time."""
    known = execution.run.calls
    if known.keys().isdisjoint([call.id for call in reply.calls]):
        return reply.calls, reply.message
    message = from_json(reply.message)
    calls = [replace(call, id=f"{call.id}-{len(known)}") if call.id in known else call for call in reply.calls]
    for call, asked in zip(calls, message["tool_calls"], strict=True):
        asked["id"] = call.id
    return calls, to_json(message)


def failed(execution: Execution, error: Exception) -> float:
    """Feed the run that the model failed; returns the seconds to wait before it is asked again.

    What is no `ModelError` is nothing that asking again could mend: the run has failed.
    """
    told = said_of(error)
    execution.failure = error
    if not isinstance(error, ModelError) or not (error.transient or isinstance(error, ModelReplyError)):
        execution.feed("fail", told)
        return 0.0
    execution.feed("retry", told)
    if execution.run.is_over:
        return 0.0
    if error.retry_after is not None:
        return error.retry_after
    factor = 2.0 ** (execution.run.failures - 1) if execution.agent.exponential_backoff else 1.0
    return execution.agent.delay_between_retries * factor


def said_of(error: BaseException) -> dict[str, Any]:
    """What is recorded of an error: its class and its message, without secrets."""
    from graphagent.utils.redact import redacted_text

    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - the user's own class may do anything
        message = ""
    return {"error": {"type": type(error).__name__, "message": redacted_text(message)}}
