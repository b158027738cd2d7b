"""What is shown of a run: its events or its response, told to a display."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from graphagent.utils.clock import duration

if TYPE_CHECKING:
    from types import TracebackType

    from graphagent.run.events import RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.run.tool import ToolExecution


@dataclass(slots=True, kw_only=True)
class Look:
    """What to show, and how."""

    markdown: bool = False
    """Render the answer as markdown, where the output is a terminal."""
    show_message: bool = True
    show_reasoning: bool = True
    show_full_reasoning: bool = False
    """Show the grounds and the confidence of each reasoning step as well."""
    show_tool_calls: bool = True
    show_time: bool = True


class Display(Protocol):
    """Somewhere to show a run. Each method is told a thing once it is known; leaving it shows all that was told."""

    def message(self, text: str) -> None: ...
    def reasoning(self, step: Any) -> None: ...
    def thinking(self, piece: str) -> None: ...
    def tool(self, tool: ToolExecution) -> None: ...
    def content(self, content: Any) -> None: ...
    def citations(self, citations: list[dict[str, Any]]) -> None: ...
    def paused(self, tools: list[ToolExecution]) -> None: ...
    def ended(self, title: str, text: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...  # fmt: skip


class Teller:
    """Tells a display what is in events or in a response."""

    def __init__(self, display: Display) -> None:
        self.display = display
        self.answered = False

    def event(self, event: RunResponseEvent) -> None:
        """Tell what one event says."""
        display = self.display
        match event.event:
            case "RunResponseContent":
                if event.reasoning_content:
                    display.thinking(event.reasoning_content)
                self._content(event.content)
                if event.citations:
                    display.citations(event.citations)
            case "RunCompleted" if not self.answered:
                self._content(event.content)
            case "ToolCallStarted" | "ToolCallCompleted" if event.tool is not None:
                display.tool(event.tool)
            case "ReasoningStep":
                display.reasoning(event.content)
            case "RunPaused":
                display.paused([tool for tool in event.tools if tool.is_paused])
            case "RunError":
                display.ended("Error", event.error or str(event.content or ""))
            case "RunCancelled":
                display.ended("Cancelled", event.reason or "The run was cancelled.")

    def response(self, response: RunResponse) -> None:
        """Tell what a whole response says."""
        for step in (response.extra_data or {}).get("reasoning_steps", ()):
            self.display.reasoning(step)
        if response.reasoning_content:
            self.display.thinking(response.reasoning_content)
        for tool in response.tools:
            self.display.tool(tool)
        self._content(response.content)
        if response.citations:
            self.display.citations(response.citations)
        if response.is_paused:
            self.display.paused([tool for tool in response.tools if tool.is_paused])
        elif response.status in ("ERROR", "CANCELLED"):
            self.display.ended(response.status.capitalize(), response.error or "")

    def _content(self, content: Any) -> None:
        if content is not None and content != "":
            self.answered = True
            self.display.content(content)


# -- how single things read -------------------------------------------------------------------------------------------


def message_text(message: Any) -> str:
    """A message given to `run`, as text."""
    if isinstance(message, str):
        return message
    if isinstance(message, list) and all(isinstance(part, str) for part in message):
        return "\n".join(message)
    content = message.get("content") if isinstance(message, Mapping) else getattr(message, "content", None)
    return content if isinstance(content, str) else content_text(message if content is None else content)


def content_text(content: Any) -> str:
    """An answer as text; what is not text as indented JSON."""
    if isinstance(content, str):
        return content
    import json

    from pydantic_core import to_jsonable_python

    return json.dumps(to_jsonable_python(content, fallback=repr), indent=2, ensure_ascii=False)


def step_lines(step: Any, look: Look) -> Iterator[str]:
    """A reasoning step: its title first, then what was done and found."""
    said = step if isinstance(step, Mapping) else vars(step)
    shown = ("action", "result", "reasoning", "confidence") if look.show_full_reasoning else ("action", "result")
    yield str(said.get("title") or "")
    for name in shown:
        if (value := said.get(name)) is not None:
            yield f"{name.capitalize()}: {value}"


def outcome(tool: ToolExecution) -> str:
    """How a call that does not wait for anybody stands: `0.2 s`, `failed: no such file`, `running`."""
    if tool.status == "planned":
        return "not started"
    if tool.status == "started":
        return "running"
    took = tool.metrics.time if tool.metrics else None
    parts = [] if tool.status == "completed" else [f"{tool.status}: {tool.result}" if tool.result else tool.status]
    return ", ".join(parts + ([] if took is None else [duration(took)]))


def asked(tool: ToolExecution) -> Iterator[str]:
    """What a person is asked about a call that waits for one."""
    if tool.requires_confirmation:
        yield "Approve or reject it: set confirmed to True or False."
    if tool.requires_user_input:
        yield "Fill in the value of each field:"
        yield from (f"  {line}" for line in map(field_line, tool.user_input_schema or ()))
    if tool.external_execution_required:
        yield "Run it yourself and set result."
    if tool.in_doubt:
        yield "It was started and its outcome is unknown: set verdict to 'retry', 'result' or 'failure'."


def field_line(field: Any) -> str:
    """A field to fill in: name, type, description, and the value it has so far."""
    given = "" if field.value is None else f" = {field.value!r}"
    kind = getattr(field.field_type, "__name__", str(field.field_type))
    return f"{field.name} ({kind}){given}{f': {field.description}' if field.description else ''}"


def citation_lines(citations: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Sources, one a line: title and address."""
    for citation in citations:
        source = citation.get("url_citation", citation)
        yield " ".join(str(source[name]) for name in ("title", "url") if source.get(name)) or str(source)
