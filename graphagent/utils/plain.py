"""A run as undecorated text, written as it comes: for pipes, files and terminals that cannot do better."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from rich.segment import Segment, Segments

from graphagent.utils.clean import clean
from graphagent.utils.clock import duration
from graphagent.utils.show import Look, asked, citation_lines, content_text, outcome, step_lines

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from graphagent.run.tool import ToolExecution


class Plain:
    """Headings, and text below them."""

    def __init__(self, console: Console, look: Look) -> None:
        self.console = console
        self.look = look
        self.began = time.perf_counter()
        self.heading: str | None = None
        self.at_start = True  # of a line

    def message(self, text: str) -> None:
        self._line("Message", text)

    def reasoning(self, step: Any) -> None:
        if self.look.show_reasoning:
            title, *rest = step_lines(step, self.look)
            self._line("Reasoning", "\n".join([title, *(f"  {line}" for line in rest)]))

    def thinking(self, piece: str) -> None:
        if self.look.show_reasoning:
            self._under("Thinking")
            self._write(piece)

    def tool(self, tool: ToolExecution) -> None:
        if self.look.show_tool_calls and tool.status not in ("planned", "started"):
            told = outcome(tool)
            self._line("Tool Calls", f"{tool} ({told})" if told else str(tool))

    def content(self, content: Any) -> None:
        if self.heading is not None:
            self._under("Response")
        self.heading = "Response"  # a lone answer goes without heading
        self._write(content_text(content))

    def citations(self, citations: list[dict[str, Any]]) -> None:
        self._line("Citations", "\n".join(citation_lines(citations)))

    def paused(self, tools: list[ToolExecution]) -> None:
        for tool in tools:
            self._line("Run Paused", "\n".join([str(tool), *(f"  {line}" for line in asked(tool))]))

    def ended(self, title: str, text: str) -> None:
        self._line(title, text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_line()
        if self.look.show_time and kind is None:
            self._write(f"\nTook {duration(time.perf_counter() - self.began)}.\n")

    def _under(self, heading: str) -> None:
        if heading == self.heading:
            return
        self._end_line()
        gap = "" if self.heading is None else "\n"
        self._write(f"{gap}{heading}\n")
        self.heading = heading

    def _line(self, heading: str, text: str) -> None:
        self._under(heading)
        self._end_line()
        self._write(f"{text}\n")

    def _end_line(self) -> None:
        if not self.at_start:
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            self.at_start = text.endswith("\n")
            whole = Segment(clean(text, self.console.encoding))
            self.console.print(Segments([whole]), soft_wrap=True)  # as text, its tabs would become spaces
