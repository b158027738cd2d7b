"""One tool call, from its arguments to what the run is fed. Everything a tool may do wrong ends here as a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphagent.agent.scope import CURRENT, Scope
from graphagent.engine.call import REPEATABLE
from graphagent.engine.patch import diff
from graphagent.exceptions import AgentRunException, NotStorable, ToolError
from graphagent.run.decisions import tool_message
from graphagent.storage.storable import copied
from graphagent.tools.result import result_text
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call
    from graphagent.tools.function import Function


class Late(Exception):
    """The deadline of an attempt passed before it was begun. It must not be begun any more."""


class Outcome(NamedTuple):
    """What became of a call, as the run is fed it: mostly a `result` with its tool message in wire form."""

    trigger: str
    data: dict[str, Any]
    message: bytes = b""


class Attempt:
    """One call under way. What came of it is its `outcome`, whether it returned, steered or failed."""

    __slots__ = ("arguments", "call", "execution", "function", "scope")

    def __init__(self, execution: Execution, call: Call) -> None:
        self.execution = execution
        self.call = call
        self.function: Function = execution.definition.functions[call.name]
        arguments = execution.arguments.pop(call.id, None)
        if arguments is None:  # decided by a person, or made by a process that is gone: read again
            filled = call.required == "input"
            arguments = (self.function.form({}) if filled else self.function).validate(call.arguments)
        self.arguments = arguments
        if call.deadline is not None and clock.now() > call.deadline:
            raise Late
        execution.begun.add(call.id)
        state = execution.run.session_state
        self.scope = Scope(execution, call, copied(state) if state else {})

    def outcome(self, value: Any) -> Outcome:
        """The outcome of a call that returned."""
        text = result_text(value)
        data: dict[str, Any] = {"call": self.call.id}
        if self.function.show_result:
            data["show"] = text
        if self.function.stop_after_tool_call:
            data["stop"] = True
        return self._with_state(data, text)

    def steered(self, error: AgentRunException) -> Outcome:
        """The outcome of a call that raised to steer the run."""
        data: dict[str, Any] = {"call": self.call.id, "error": True}
        if error.stop:
            data["stop"] = True
        told = [
            {"role": role, "content": text}
            for role, text in (("user", error.user_message), ("assistant", error.agent_message))
            if text
        ]
        if said := told + error.messages:
            data["then"] = said
        return self._with_state(data, str(error.exc))

    def failed(self, error: BaseException) -> Outcome:
        """The outcome of a call that raised: the model is told what went wrong."""
        return self._with_state({"call": self.call.id, "error": True}, str(error) or type(error).__name__)

    def _with_state(self, data: dict[str, Any], text: str) -> Outcome:
        before, after = self.execution.run.session_state, self.scope.session_state
        if before or after:
            try:
                after = copied(after)
            except NotStorable as error:
                return refused(self.call, f"Session state cannot be stored: {error}")
            if patch := diff(before, after):
                data["state"] = patch
        return Outcome("result", data, tool_message(self.call.id, text))


def refused(call: Call, text: str) -> Outcome:
    """The outcome of a call that was not, or cannot be, carried out."""
    return Outcome("result", {"call": call.id, "error": True}, tool_message(call.id, text))


def timed_out(call: Call) -> Outcome:
    """The outcome of a call that has not returned within its timeout: it may have acted, or may still act."""
    if call.policy in REPEATABLE:
        return refused(call, f"The tool {call.name!r} did not return within {call.timeout} seconds.")
    return Outcome("recover", {"calls": {call.id: "doubt"}})


def invoked(execution: Execution, call: Call) -> Outcome:
    """Invoke one call, here and now."""
    if call.problem is not None:
        return refused(call, call.problem)
    try:
        attempt = Attempt(execution, call)
    except ToolError as error:
        return refused(call, str(error))
    except Late:
        return Outcome("recover", {"calls": {call.id: "again"}})
    token = CURRENT.set(attempt.scope)  # while the tool runs, `agent.session_state` and the like mean this call's
    try:
        value = attempt.function.invoke(attempt.arguments, attempt.scope.injected(), hooks=execution.agent.tool_hooks)
        return attempt.outcome(value)
    except AgentRunException as error:
        return attempt.steered(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a tool raises is its result
        execution.note(call, error)
        return attempt.failed(error)
    finally:
        CURRENT.reset(token)


async def ainvoked(execution: Execution, call: Call) -> Outcome:
    """`invoked`, for an asynchronous tool on an event loop. Cancelled at its timeout."""
    import asyncio

    try:
        attempt = Attempt(execution, call)
    except ToolError as error:
        return refused(call, str(error))
    except Late:
        return Outcome("recover", {"calls": {call.id: "again"}})
    token = CURRENT.set(attempt.scope)
    timer = asyncio.timeout(call.timeout)
    try:
        async with timer:
            injected, hooks = attempt.scope.injected(), execution.agent.tool_hooks
            value = await attempt.function.ainvoke(attempt.arguments, injected, hooks=hooks)
        return attempt.outcome(value)
    except AgentRunException as error:
        return attempt.steered(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a tool raises is its result
        if timer.expired():
            return timed_out(call)
        execution.note(call, error)
        return attempt.failed(error)
    finally:
        CURRENT.reset(token)
