"""What is told of a run while it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from graphagent.exceptions import DefinitionError
from graphagent.run.record import Record
from graphagent.run.tool import ToolExecution, Waiting, now


class RunEvent(StrEnum):
    """Every kind of event. A member equals its text: `RunEvent.run_started == "RunStarted"`.

    Each `tool_call_started` is followed by exactly one `tool_call_completed` of that call, whose `tool.status` says how it
    ended. A run ends with exactly one of `run_completed`, `run_paused`, `run_error` and `run_cancelled`.
    """

    run_started = "RunStarted"
    run_response_content = "RunResponseContent"
    run_completed = "RunCompleted"
    run_error = "RunError"
    run_cancelled = "RunCancelled"

    run_paused = "RunPaused"
    run_continued = "RunContinued"

    tool_call_started = "ToolCallStarted"
    tool_call_completed = "ToolCallCompleted"

    reasoning_started = "ReasoningStarted"
    reasoning_step = "ReasoningStep"
    reasoning_completed = "ReasoningCompleted"

    memory_update_started = "MemoryUpdateStarted"
    memory_update_completed = "MemoryUpdateCompleted"

    parser_model_response_started = "ParserModelResponseStarted"
    parser_model_response_completed = "ParserModelResponseCompleted"
    output_model_response_started = "OutputModelResponseStarted"
    output_model_response_completed = "OutputModelResponseCompleted"


ALWAYS: Final = frozenset({
    RunEvent.run_response_content,
    RunEvent.run_error,
    RunEvent.run_cancelled,
    RunEvent.run_paused,
    RunEvent.tool_call_started,
    RunEvent.tool_call_completed,
})  # fmt: skip
"""What every stream tells; the rest is told with `stream_intermediate_steps`."""


@dataclass(slots=True)
class RunResponseEvent(Record, Waiting):
    """One event of a run. Which fields are set depends on `event`.

    `content` is the piece of text of a `run_response_content` (or, once, the parsed answer), the whole answer of a
    `run_completed`, a reasoning step, or a line about a finished tool call.
    """

    event: RunEvent
    created_at: int = field(default_factory=now, kw_only=True)
    """Seconds since the epoch."""
    seq: int | None = field(default=None, kw_only=True)
    """The step of the journal it belongs to; None for pieces of text, which are not journalled."""
    run_id: str | None = field(default=None, kw_only=True)
    session_id: str | None = field(default=None, kw_only=True)
    agent_id: str | None = field(default=None, kw_only=True)
    agent_name: str | None = field(default=None, kw_only=True)
    model: str | None = field(default=None, kw_only=True)
    model_provider: str | None = field(default=None, kw_only=True)
    content: Any = field(default=None, kw_only=True)
    content_type: str = field(default="str", kw_only=True)
    reasoning_content: str | None = field(default=None, kw_only=True)
    tool: ToolExecution | None = field(default=None, kw_only=True)
    tools: Sequence[ToolExecution] = field(default=(), kw_only=True)
    error: str | None = field(default=None, kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    """Why the run was cancelled."""
    images: list[Any] | None = field(default=None, kw_only=True)
    videos: list[Any] | None = field(default=None, kw_only=True)
    audio: list[Any] | None = field(default=None, kw_only=True)
    response_audio: Any = field(default=None, kw_only=True)
    citations: list[dict[str, Any]] | None = field(default=None, kw_only=True)
    extra_data: dict[str, Any] | None = field(default=None, kw_only=True)

    @property
    def is_paused(self) -> bool:
        """Whether the run now waits for a person."""
        return self.event is RunEvent.run_paused

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self.event is RunEvent.run_cancelled

    @property
    def is_intermediate(self) -> bool:
        """Whether a stream tells it only with `stream_intermediate_steps`."""
        return self.event not in ALWAYS

    @classmethod
    def _decoded(cls, values: dict[str, Any]) -> dict[str, Any]:
        values["event"] = RunEvent(values["event"])
        if tool := values.get("tool"):
            values["tool"] = ToolExecution.from_dict(tool)
        if "tools" in values:
            values["tools"] = [ToolExecution.from_dict(tool) for tool in values["tools"]]
        return values


def skipped(given: Iterable[RunEvent | str] | None) -> frozenset[RunEvent]:
    """The events that are not to be stored; by default the pieces of text.

    Args:
        given: Members of `RunEvent` or their texts, in place of the default.

    Raises:
        DefinitionError: A text is no event.
    """
    if given is None:
        return frozenset({RunEvent.run_response_content})
    if isinstance(given, str):
        raise DefinitionError(f"events_to_skip takes a list of events, not the text {given!r}.")
    return frozenset(map(known_event, given))


def known_event(name: RunEvent | str) -> RunEvent:
    """The event of that text. Raises `DefinitionError`, naming the nearest one, where there is none."""
    try:
        return RunEvent(name)
    except ValueError:
        from difflib import get_close_matches

        near = get_close_matches(str(name), list(RunEvent), 1, 0) or ["RunStarted"]
        raise DefinitionError(f"There is no event {name!r}. Did you mean {str(near[0])!r}?") from None
