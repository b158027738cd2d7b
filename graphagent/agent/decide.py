"""What a person decided about waiting calls, turned into what the run is fed. The caller's objects only carry it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from graphagent.agent.invoke import tool_message
from graphagent.exceptions import DefinitionChanged, RequestNotFound
from graphagent.run.view import arguments_of
from graphagent.tools.result import result_text

if TYPE_CHECKING:
    from graphagent.agent.definition import Definition
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.run.tool import ToolExecution

REJECTED = "Function call was rejected by the user"


class Decision(NamedTuple):
    """A trigger with its data and messages, as `Run.feed` takes them."""

    trigger: str
    data: dict[str, Any]
    messages: bytes = b""


def decisions(run: Run, definition: Definition, tools: Iterable[ToolExecution]) -> Iterator[Decision]:
    """The decisions that these objects carry. What they leave open stays undecided, which is never a rejection.

    Raises `RequestNotFound` for a call of another run, and `ToolArgumentsError` for answers that do not fit their
    fields; nothing is decided then.
    """
    for tool in tools:
        call = run.calls.get(tool.tool_call_id)
        if call is None:
            raise RequestNotFound(f"Run {run.id} has no call {tool.tool_call_id!r}.", run_id=run.id)
        if decision := decided(run, definition, call, tool):
            yield decision


def decided(run: Run, definition: Definition, call: Call, tool: ToolExecution) -> Decision | None:
    """The decision about one call, if there is one."""
    about: dict[str, Any] = {"call": call.id}
    if tool.confirmation_note:
        about["note"] = tool.confirmation_note
    if tool.decided_by:
        about["by"] = tool.decided_by
    if call.gate in ("confirm", "input", "external") and tool.confirmed is False:
        return Decision("reject", about, tool_message(call.id, tool.confirmation_note or REJECTED))
    if call.gate == "confirm" and tool.confirmed:
        return Decision("approve", about)
    if call.gate == "input" and tool.user_input_schema and not unfilled(call, tool):
        return answered(run, definition, call, tool, about)
    if call.gate == "external" and tool.result is not None:
        failed = {"error": True} if tool.tool_call_error else {}
        return Decision("deliver", {**about, **failed}, tool_message(call.id, result_text(tool.result)))
    if call.gate == "doubt" and tool.verdict is not None:
        return settled(call, tool, {**about, "verdict": tool.verdict})
    return None


def settled(call: Call, tool: ToolExecution, about: dict[str, Any]) -> Decision:
    """What a person says became of a call whose outcome was unknown."""
    if tool.verdict == "retry":
        return Decision("settle", about)
    failed = {"error": True} if tool.verdict == "failure" else {}
    told = tool.result if tool.result is not None else "The call failed." if failed else "The call succeeded."
    return Decision("settle", {**about, **failed}, tool_message(call.id, result_text(told)))


def unfilled(call: Call, tool: ToolExecution) -> list[str]:
    """Required fields that nobody has filled yet."""
    required = {field["name"] for field in call.fields or () if field.get("required", True)}
    return [field.name for field in tool.user_input_schema or () if field.value is None and field.name in required]


def answered(run: Run, definition: Definition, call: Call, tool: ToolExecution, about: dict[str, Any]) -> Decision:
    """What a person filled in: the arguments of the call, or, of a call that only asks, its result."""
    function = definition.functions.get(call.name)
    if function is None:
        raise DefinitionChanged(
            f"The agent has no tool {call.name!r} any more, which run {run.id} asks about.", run_id=run.id
        )
    filled = function.fill(arguments_of(call), tool.user_input_schema or ())
    return Decision("answer", {**about, "arguments": to_json(filled).decode()})
