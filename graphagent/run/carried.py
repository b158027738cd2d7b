"""Decisions that a caller's objects carry. They are only carriers: what is on record is the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic_core import to_json

from graphagent.engine.digest import canonical
from graphagent.exceptions import AlreadyResolved, DefinitionChanged, ToolArgumentsError
from graphagent.run import decisions
from graphagent.run.decisions import Decider, Decision, check_resting, waiting
from graphagent.run.view import arguments_of

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.run.tool import ToolExecution
    from graphagent.tools.function import Function


def carried(run: Run, functions: Mapping[str, Function], tools: Iterable[ToolExecution]) -> list[Decision]:
    """The decisions in these objects. What they leave open stays undecided, which is never a rejection.

    Raises:
        RequestNotFound: A call is not of this run.
        AlreadyResolved: A call is shown as waiting for what was decided since.
        RunIsOver: The run ended before the call was decided.
        RunBusy: Calls that wait for nobody have no result yet; they come first.
        ToolArgumentsError: What was filled in, or changed, does not fit; nothing is decided then.
    """
    found: list[Decision] = []
    for tool in tools:
        if says_something(tool):
            call = waiting(run, tool.tool_call_id)
            if call.gate != shown_gate(tool):
                raise AlreadyResolved(
                    f"Run {run.id}: call {call.id!r} ({call.name}) does not wait for this any more. Load the run again "
                    "with get_run.",
                    run_id=run.id,
                )
            if any(decision.data["call"] == call.id for decision in found):
                raise AlreadyResolved(f"Run {run.id}: call {call.id!r} is decided twice here.", run_id=run.id)
            made = decided(run, functions, call, tool)
            if made:
                check_resting(run, call)
            found += made
        elif tool.tool_call_id not in run.calls:
            waiting(run, tool.tool_call_id)  # says that it is not of this run
    return found


def shown_gate(tool: ToolExecution) -> str | None:
    """What a call waited for when this object was made."""
    if tool.requires_confirmation:
        return "confirm"
    if tool.requires_user_input:
        return "input"
    if tool.external_execution_required:
        return "external"
    return "doubt" if tool.in_doubt else None


def says_something(tool: ToolExecution) -> bool:
    """Whether an object that shows a waiting call also carries a decision about it."""
    gate = shown_gate(tool)
    if gate == "doubt":
        return tool.verdict is not None
    if tool.confirmed is not None and gate is not None:
        return True
    if gate == "external":
        return tool.result is not None
    return gate == "input" and (tool.answered or any(field.value is not None for field in tool.user_input_schema or ()))


def decided(run: Run, functions: Mapping[str, Function], call: Call, tool: ToolExecution) -> list[Decision]:
    """The decision about one waiting call; none where what was said is not all that it waits for."""
    decider = Decider(tool.decided_by, tool.confirmation_note, tool.digest)
    if not isinstance(tool.confirmed, bool | None):  # "n" would otherwise be a yes
        raise ToolArgumentsError(f"`confirmed` of call {call.id!r} is True, False or None, not {tool.confirmed!r}.")
    if tool.confirmed is False and call.gate != "doubt":
        return decisions.reject(call, decider)
    if call.gate == "confirm" and tool.confirmed:
        return approved(run, functions, call, tool, decider)
    if call.gate == "input" and (tool.answered or not unfilled(call, tool)):
        filled = function_of(run, functions, call).fill(arguments_of(call), tool.user_input_schema or ())
        return decisions.answer(call, decider, next(iter(filled.values())) if call.asks else filled)
    if call.gate == "external" and tool.result is not None:
        return decisions.deliver(call, decider, tool.result, failed=tool.tool_call_error)
    if call.gate == "doubt" and tool.verdict is not None:
        return decisions.settle(call, decider, tool.verdict, tool.result)
    return []


def approved(
    run: Run, functions: Mapping[str, Function], call: Call, tool: ToolExecution, decider: Decider
) -> list[Decision]:
    """The call as it was asked for, or with the arguments that the person put in their place."""
    try:
        arguments = to_json(tool.tool_args).decode()
    except ValueError as error:
        raise ToolArgumentsError(f"The arguments of call {call.id!r} cannot be kept as JSON: {error}") from error
    if canonical(call.name, arguments) == canonical(call.name, call.arguments):
        return decisions.approve(call, decider)
    function_of(run, functions, call).validate(arguments)
    return decisions.revise(call, decider, arguments)


def unfilled(call: Call, tool: ToolExecution) -> list[str]:
    """Required fields that nobody has filled yet."""
    required = {field["name"] for field in call.fields or () if field.get("required", True)}
    return [field.name for field in tool.user_input_schema or () if field.value is None and field.name in required]


def function_of(run: Run, functions: Mapping[str, Function], call: Call) -> Function:
    """The tool of a call. Raises `DefinitionChanged` where the agent has it no more."""
    function = functions.get(call.name)
    if function is None:
        raise DefinitionChanged(
            f"The agent has no tool {call.name!r} any more, and run {run.id} waits to call it.", run_id=run.id
        )
    return function
