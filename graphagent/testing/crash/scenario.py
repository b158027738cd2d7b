"""One story to be interrupted: an agent, what it is told, and how people and the caller behave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphagent.testing.crash.person import Person

if TYPE_CHECKING:
    from graphagent import Agent


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """An agent's run from its first message to its end, which is the same whenever it is told without interruption.

    The model must go by the conversation alone, as `told` does, since it is asked by several processes.
    """

    name: str
    agent: Agent
    """Its storage is replaced by that of the trial."""
    message: str = "Go."
    person: Person = field(default_factory=Person)
    stream: bool = True
    """Whether the caller listens to every event, or only waits for the response."""
    is_async: bool = False
    needs_database: bool = False
    """Whether it cannot be told on a storage in memory."""
    cancels_after: str | None = None
    """The event after which the caller cancels the run, such as `ToolCallStarted`."""
    ends: str = "completed"
    """The state that the run must end in."""
    has_one_transcript: bool = True
    """Whether every telling has the same messages. Not where the clock or a cancellation decides what is said."""
