"""Every error of the project. Whose fault it is decides the class: the caller's, the model's, a tool's, or the storage's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class GraphAgentError(Exception):
    """Base of all errors raised on purpose by this package. Never raised itself."""


# -- the caller's -----------------------------------------------------------------------------------------------------


class DefinitionError(GraphAgentError, ValueError):
    """An agent, a tool or an option is defined in a way that cannot work. Raised before anything runs."""


class RunError(GraphAgentError):
    """What was asked cannot be done with this run."""

    def __init__(self, message: str, *, run_id: str | None = None) -> None:
        super().__init__(message)
        self.run_id = run_id


class IllegalTransition(RunError):
    """A trigger that the run's state does not allow. The run is unchanged."""


class RunNotFound(RunError, LookupError):
    """No run of that id in this storage."""


class RunIsOver(RunError):
    """The run has ended (completed, failed or cancelled) and cannot go on."""


class RunPruned(RunIsOver):
    """The run has ended, and of what it carried only its transitions are kept."""


class RunBusy(RunError):
    """Another living process, thread or task has the run in hand."""


class StaleRun(RunError):
    """The run has moved on elsewhere since this copy was loaded. Nothing was written and nothing was started."""


class AlreadyResolved(RunError):
    """The request was decided before. The first decision stands."""


class DeadlineNotPassed(RunError):
    """A call of unknown outcome cannot be made again yet: its first attempt may still be under way."""


class RequestNotFound(RunError, LookupError):
    """The run has no such pending request."""


class DefinitionChanged(RunError):
    """The agent differs from the one this run was started with, in something the run still needs."""


class RunCancelled(RunError):
    """The run was cancelled."""


class BudgetExceeded(RunError):
    """A budget of the run (steps, retries, repairs) is used up."""


class StateConflict(RunError):
    """What a step changes in the state of its session was changed by another run meanwhile. Nothing was written.

    `seq` is the step, and `conflicts` says for each such change the `path`, and what `was` there, was `found` and is
    `wanted`, as far as there is anything. `state` is the state of the session as it was found.
    """

    def __init__(
        self,
        message: str,
        *,
        run_id: str | None = None,
        seq: int = 0,
        conflicts: Sequence[dict[str, Any]] = (),
        state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, run_id=run_id)
        self.seq = seq
        self.conflicts = list(conflicts)
        self.state = state or {}


class SessionError(GraphAgentError):
    """What was asked cannot be done with this session."""

    def __init__(self, message: str, *, session_id: str | None = None) -> None:
        super().__init__(message)
        self.session_id = session_id


class SessionNotFound(SessionError, LookupError):
    """No session of that id in this storage."""


class SessionOwnershipError(SessionError, PermissionError):
    """The session belongs to another user: the one its first run was for. Nothing of it was read or written."""


class MemoryNotFound(GraphAgentError, LookupError):
    """The user has no memory of that id."""


# -- the model's ------------------------------------------------------------------------------------------------------


class ModelError(GraphAgentError):
    """The model or its provider did not give a usable reply.

    `transient` says whether the same request may succeed later; `status` is the HTTP status where there was one.
    """

    def __init__(
        self, message: str, *, status: int | None = None, transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.transient = transient
        self.retry_after = retry_after


class ModelRequestError(ModelError):
    """The provider refused the request (wrong key, unknown model, malformed or too long input)."""


class ModelConnectionError(ModelError):
    """The provider could not be reached, timed out, or the connection was cut before the reply was complete."""


class ModelReplyError(ModelError):
    """The provider answered with something that is not a valid reply."""


class OutputParseError(ModelError):
    """The reply does not fit the declared response model, also after the repair budget. `raw` holds its text."""

    def __init__(self, message: str, *, raw: str) -> None:
        super().__init__(message)
        self.raw = raw


# -- a tool's ---------------------------------------------------------------------------------------------------------


class ToolError(GraphAgentError):
    """A tool call that did not succeed; its message is what the model is told."""


class ToolArgumentsError(ToolError, ValueError):
    """The model's arguments do not fit the tool's signature."""


class ToolTimeout(ToolError, TimeoutError):
    """The tool did not return within its timeout; whether it acted is unknown."""


class AgentRunException(GraphAgentError):
    """Raised by a tool or hook to steer the run it is called in.

    `exc` becomes the tool's result. `user_message` and `agent_message` (text) and `messages` (Chat Completions
    messages as dicts) are added to the conversation after the tool results.
    """

    stop = False

    def __init__(
        self,
        exc: str | BaseException = "",
        user_message: str | None = None,
        agent_message: str | None = None,
        messages: Sequence[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(exc)
        self.exc = exc
        self.user_message = user_message
        self.agent_message = agent_message
        self.messages = list(messages or ())


class StopAgentRun(AgentRunException):
    """The run responds at once, without asking the model again."""

    stop = True


class RetryAgentRun(AgentRunException):
    """The model is asked again with the messages of this exception."""


# -- the storage's ----------------------------------------------------------------------------------------------------


class StorageError(GraphAgentError):
    """The database did not take or give what it should. What was committed before stands."""


class StorageBusy(StorageError):
    """The database stayed locked by somebody else for the whole busy timeout."""


class StorageUnreachable(StorageError):
    """There is no connection to the database, or it broke and could not be made again in time."""


class StorageReadOnly(StorageError):
    """The database or its folder cannot be written."""


class StorageFull(StorageError):
    """No room is left on the device of the database."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of this package."""


class DamagedData(StorageError):
    """A row cannot be read back. Names the row and what is wrong with it; nothing was changed."""


class NotStorable(StorageError, TypeError):
    """A value that would not load back. `path` says where in the value it stands, as in `$.result.when`."""

    def __init__(self, message: str, *, path: str = "$") -> None:
        super().__init__(message)
        self.path = path
