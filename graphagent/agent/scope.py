"""Which run the calling code belongs to: the one whose tool is being called, else the last of this thread or task."""

from __future__ import annotations

import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call
    from graphagent.storage.transaction import Transaction


class Scope:
    """One tool call in progress: what is injected into the tool, and the copy of session state that it may change."""

    __slots__ = ("attempt", "call_id", "execution", "idempotency_key", "learnt", "session_state", "transaction")

    def __init__(
        self, execution: Execution, call: Call, session_state: dict[str, Any], transaction: Transaction | None = None
    ) -> None:
        self.execution = execution
        self.transaction = transaction
        self.session_state = session_state
        self.learnt: dict[str, Any] = {}  # what is to be remembered, on record with the result of the call
        self.call_id = call.id
        self.attempt = call.attempt
        self.idempotency_key = f"{execution.run.id}/{call.id}"

    @property
    def run_id(self) -> str:
        return self.execution.run.id

    @property
    def session_id(self) -> str:
        return self.execution.head.session_id

    @property
    def user_id(self) -> str | None:
        return self.execution.head.user_id

    def injected(self) -> dict[str, Any]:
        """What a tool receives for parameters of these names."""
        return {
            "agent": self.execution.agent,
            "session_state": self.session_state,
            "run_context": self,
            "idempotency_key": self.idempotency_key,
            "transaction": self.transaction,
        }


CURRENT: ContextVar[Scope | None] = ContextVar("graphagent_scope", default=None)


class LastRuns:
    """The last run that each thread or task started with one agent. A convenience; forgets with the thread or task."""

    __slots__ = ("_by_caller",)

    def __init__(self) -> None:
        self._by_caller: WeakKeyDictionary[Any, Execution] = WeakKeyDictionary()

    def note(self, execution: Execution) -> None:
        self._by_caller[caller()] = execution

    def get(self) -> Execution | None:
        return self._by_caller.get(caller())


def caller() -> Any:
    """The running task, or else the running thread."""
    asyncio = sys.modules.get("asyncio")  # who has not imported it runs no task
    if asyncio is not None:
        try:
            return asyncio.current_task() or threading.current_thread()
        except RuntimeError:
            pass
    return threading.current_thread()
