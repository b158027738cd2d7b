"""A run as panels in a terminal, redrawn while it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from markdown_it import MarkdownIt
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.highlighter import JSONHighlighter
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.spinner import Spinner
from rich.text import Text

from graphagent.utils.clean import clean, shortened
from graphagent.utils.clock import duration
from graphagent.utils.show import Look, asked, citation_lines, content_text, outcome, step_lines

if TYPE_CHECKING:
    from types import TracebackType

    from graphagent.run.tool import ToolExecution

CALL_LENGTH = 300  # characters of a call that is only reported; one that waits for a person is shown whole


class Panels:
    """Collects what it is told and draws it: again and again while the run goes on, or once at the end."""

    def __init__(self, console: Console, look: Look, *, live: bool) -> None:
        self.console = console
        self.look = look
        self.began = time.perf_counter()
        self.over = not live
        self.said: str | None = None
        self.steps: list[Any] = []
        self.thoughts: list[str] = []
        self.tools: dict[str, ToolExecution] = {}
        self.text: list[str] = []
        self.answer: Any = None  # where it is not text
        self.interrupted = False  # text, then tool calls: what is said next is a paragraph of its own
        self.sources: list[dict[str, Any]] = []
        self.waiting: list[ToolExecution] = []
        self.end: tuple[str, str] | None = None
        self.working = Spinner("line", " Working…", style="dim")
        self.live = Live(console=console, get_renderable=self._screen, refresh_per_second=10) if live else None

    # -- what it is told ----------------------------------------------------------------------------------------------

    def message(self, text: str) -> None:
        self.said = text

    def reasoning(self, step: Any) -> None:
        self.steps.append(step)

    def thinking(self, piece: str) -> None:
        self.thoughts.append(piece)

    def tool(self, tool: ToolExecution) -> None:
        self.tools[tool.tool_call_id] = tool
        self.interrupted = bool(self.text)

    def content(self, content: Any) -> None:
        if not isinstance(content, str):
            self.answer = content
            return
        if self.interrupted:
            self.text.append("\n\n")
            self.interrupted = False
        self.text.append(content)

    def citations(self, citations: list[dict[str, Any]]) -> None:
        self.sources += citations

    def paused(self, tools: list[ToolExecution]) -> None:
        self.waiting = tools

    def ended(self, title: str, text: str) -> None:
        self.end = (title, text)

    # -- what it draws ------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self.live is not None:
            self.live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over = True
        if self.live is not None:
            self.live.stop()
        else:
            self.console.print(self._screen())

    def _screen(self) -> RenderableType:
        if self.over:
            return Group(*self._panels())
        return Tail(Group(*self._panels(), self.working))

    def _panels(self) -> Iterator[Panel]:
        look = self.look
        if self.said is not None:
            yield boxed("Message", text_of(self.said), "cyan")
        if look.show_reasoning:
            for number, step in enumerate(self.steps, 1):
                title, *rest = step_lines(step, look)
                yield boxed(f"Reasoning step {number}", titled(title, *rest), "green")
            if self.thoughts:
                yield boxed("Thinking", text_of("".join(self.thoughts)), "green")
        waiting = {tool.tool_call_id for tool in self.waiting}
        settled = [
            tool for tool in list(self.tools.values()) if tool.tool_call_id not in waiting
        ]  # another thread adds
        if look.show_tool_calls and settled:
            yield boxed("Tool Calls", Text("\n").join(map(call_line, settled)), "yellow")
        if self.answer is not None or self.text:
            took = f" ({duration(time.perf_counter() - self.began)})" if look.show_time else ""
            yield boxed(f"Response{took}", self._answer(), "blue")
        if self.sources:
            yield boxed("Citations", text_of("\n".join(citation_lines(self.sources))), "green")
        if self.waiting:
            yield boxed("Run Paused", Group(*questions(self.waiting)), "magenta")
        if self.end is not None:
            yield boxed(self.end[0], text_of(self.end[1]), "red")

    def _answer(self) -> RenderableType:
        if self.answer is not None:
            return JSONHighlighter()(clean(content_text(self.answer)))
        text = "".join(self.text)
        return markdown(text) if self.look.markdown else text_of(text)


class Tail:
    """The end of something, as much of it as the terminal has lines."""

    def __init__(self, whole: RenderableType) -> None:
        self.whole = whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self.whole, options, pad=False)[-(console.height - 1) :]:
            yield from line
            yield Segment.line()


def boxed(title: str, body: RenderableType, colour: str) -> Panel:
    """A panel across the terminal."""
    return Panel(body, title=title, title_align="left", border_style=colour)


def text_of(text: str) -> Text:
    """Text as it is: square brackets mean nothing, and nothing is cut off."""
    return Text(clean(text), overflow="fold")


def titled(title: str, *lines: str) -> Text:
    """Lines below a bold one."""
    return Text.assemble((clean(title), "bold"), clean("".join(f"\n{line}" for line in lines)), overflow="fold")


def markdown(text: str) -> Markdown:
    """Markdown in which HTML stays text, and the address of a link stays visible; by default both would be lost."""
    rendered = Markdown("", hyperlinks=False)
    rendered.parsed = MarkdownIt(options_update={"html": False}).enable(["strikethrough", "table"]).parse(clean(text))
    return rendered


def call_line(tool: ToolExecution) -> Text:
    """A call and how it went."""
    style = {"failed": "red", "rejected": "red", "started": "yellow"}.get(tool.status, "dim")
    return text_of(shortened(str(tool), CALL_LENGTH)).append(
        f"  {clean(shortened(outcome(tool), CALL_LENGTH))}", style=style
    )


def questions(waiting: list[ToolExecution]) -> Iterator[RenderableType]:
    """The calls that wait for a person, whole, and what is asked about each."""
    for number, tool in enumerate(waiting):
        yield Padding(titled(str(tool)), (1 if number else 0, 0, 0, 0))
        yield Padding(text_of("\n".join(asked(tool))), (0, 0, 0, 2))
