"""One tool call, from its arguments to what the run is fed. Everything a tool may do wrong ends here as a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphagent.agent.scope import CURRENT, Scope
from graphagent.engine.patch import diff
from graphagent.exceptions import AgentRunException, DefinitionError, NotStorable, ToolError
from graphagent.run.decisions import meant, tool_message
from graphagent.storage.session import TOLD
from graphagent.storage.storable import copied
from graphagent.tools.result import result_text
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call
    from graphagent.storage.transaction import Transaction
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

    __slots__ = ("arguments", "before", "call", "execution", "function", "scope")

    def __init__(self, execution: Execution, call: Call, transaction: Transaction | None = None) -> None:
        self.execution = execution
        self.call = call
        self.function: Function = execution.definition.functions[call.name]
        arguments = execution.arguments.pop(call.id, None)
        self.arguments = read(self.function, call) if arguments is None else arguments
        self.before = execution.state  # calls beside this one may change it, each from the copy it was given
        state = {**(copied(self.before) if self.before else {}), **current(execution)}
        self.scope = Scope(execution, call, state, transaction)
        if call.deadline is not None and clock.now() > call.deadline:  # last of all: nothing may take time after this
            raise Late
        execution.begun.add(call.id)

    def outcome(self, value: Any) -> Outcome:
        """The outcome of a call that returned."""
        text = result_text(value)
        return self._with_state({"call": self.call.id} | meant(self.call, text), text)

    def raised(self, error: BaseException) -> Outcome:
        """The outcome of a call that raised, by whose fault it is."""
        if isinstance(error, AgentRunException):
            return self.steered(error)
        if isinstance(error, DefinitionError):
            return broken(self.execution, error)
        self.execution.note(self.call, error)
        return self.failed(error)

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
        try:
            text = str(error)
        except Exception:  # noqa: BLE001 - the user's own class may do anything
            text = ""
        return self._with_state({"call": self.call.id, "error": True}, text or type(error).__name__)

    def _with_state(self, data: dict[str, Any], text: str) -> Outcome:
        after = self.scope.session_state
        if not isinstance(after, dict):
            return refused(self.call, f"Session state has to stay a dict; this is of type {type(after).__name__}.")
        after = {key: value for key, value in after.items() if key not in TOLD}
        if self.before or after:
            try:
                after = copied(after)
            except NotStorable as error:
                return refused(self.call, f"Session state cannot be stored: {error}")
            if patch := diff(self.before, after):
                data["state"] = patch
        return Outcome("result", data | self.scope.learnt, tool_message(self.call.id, text))


def current(execution: Execution) -> dict[str, Any]:
    """What a tool finds in the state beside what is stored there."""
    head = execution.head
    about = {"current_session_id": head.session_id}
    return {**about, "current_user_id": head.user_id} if head.user_id is not None else about


def read(function: Function, call: Call) -> dict[str, Any]:
    """The arguments on record of a call that a person decided, or that was made by a process which is gone."""
    return (function.form({}) if call.required == "input" else function).validate(call.arguments)


def refused(call: Call, text: str) -> Outcome:
    """The outcome of a call that was not, or cannot be, carried out."""
    return Outcome("result", {"call": call.id, "error": True}, tool_message(call.id, text))


def broken(execution: Execution, error: DefinitionError) -> Outcome:
    """The outcome of a call that cannot work as it is defined: the developer is told, by the failure of the run."""
    from graphagent.agent.ask import said_of

    execution.failure = error
    return Outcome("fail", said_of(error))


def seconds_left(call: Call) -> float | None:
    """How long the attempt under way may still take; None for ever."""
    return None if call.deadline is None else max(0.0, (call.deadline - clock.now()) / 1e6)


def invoked(execution: Execution, call: Call, transaction: Transaction | None = None) -> Outcome:
    """Invoke one call, here and now; a transactional one in this transaction."""
    if call.problem is not None:
        return refused(call, call.problem)
    try:
        attempt = Attempt(execution, call, transaction)
    except ToolError as error:
        return refused(call, str(error))
    except Late:
        return Outcome("recover", {"calls": {call.id: "again"}})
    token = CURRENT.set(attempt.scope)  # while the tool runs, `agent.session_state` and the like mean this call's
    try:
        value = attempt.function.invoke(attempt.arguments, attempt.scope.injected(), hooks=execution.agent.tool_hooks)
        return attempt.outcome(value)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a tool raises is its result
        return attempt.raised(error)
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
    timer = asyncio.timeout(seconds_left(call))
    try:
        async with timer:
            injected, hooks = attempt.scope.injected(), execution.agent.tool_hooks
            value = await attempt.function.ainvoke(attempt.arguments, injected, hooks=hooks)
        return attempt.outcome(value)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a tool raises is its result
        if timer.expired() and not isinstance(error, AgentRunException):
            from graphagent.agent.probing import timed_out

            return await asyncio.to_thread(timed_out, execution, call)
        return attempt.raised(error)
    finally:
        CURRENT.reset(token)
