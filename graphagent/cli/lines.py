"""A run told line by line while it goes on: who speaks on the left, what is said on the right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Self

from graphagent.utils.clean import clean, shortened
from graphagent.utils.clock import duration
from graphagent.utils.show import Look, citation_lines, content_text, step_lines
from graphagent.view.timeline import ASKED

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from graphagent.run.tool import ToolExecution

GUTTER: Final = 9  # columns for who speaks


class Lines:
    """A `Display` that never goes back: what it has printed stays, in a terminal as in a file.

    Args:
        answers: Where the model's answer goes, and nothing else does.
        notes: Where the rest is told. The same as `answers`, to have it all in one place.
    """

    def __init__(self, answers: Console, notes: Console) -> None:
        self.answers = answers
        self.notes = notes
        self.flow: Flow | Bare | None = None
        self.begun: set[str] = set()
        self.latest = ""  # the call that the last line is about

    # -- what it is told ----------------------------------------------------------------------------------------------

    def message(self, text: str) -> None:
        self.tell("you", text, "bold")

    def reasoning(self, step: Any) -> None:
        self.tell("reasons", "\n".join(step_lines(step, Look())), "dim")

    def thinking(self, piece: str) -> None:
        self._flowing("thinks", self.notes, "dim").write(piece)

    def content(self, content: Any) -> None:
        self._flowing("model", self.answers, "").write(content_text(content))

    def tool(self, tool: ToolExecution) -> None:
        if tool.is_paused:
            return  # `paused` tells it whole
        if tool.tool_call_id not in self.begun:
            self.begun.add(tool.tool_call_id)
            self._line("tool", str(tool), "cyan")
            self.latest = tool.tool_call_id
        if tool.status not in ("planned", "started"):
            took = tool.metrics.time if tool.metrics else None
            name = "" if self.latest == tool.tool_call_id else f"{tool.tool_name} "
            failed = "" if tool.status == "completed" else f"{tool.status}: "
            label = "" if took is None else duration(took)
            self._line(label, f"{name}→ {failed}{tool.result or ''}", "red" if failed else "dim")
            self.latest = ""

    def citations(self, citations: list[dict[str, Any]]) -> None:
        self.tell("cites", "\n".join(citation_lines(citations)), "dim")

    def paused(self, tools: list[ToolExecution]) -> None:
        for tool in tools:
            self.tell("waits", f"for {asked(tool)}: {tool}", "yellow")

    def ended(self, title: str, text: str) -> None:
        if title != "Error":  # that is raised as well, and told by whoever catches it
            self.tell("ended", text, "magenta")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    # -- how it is printed --------------------------------------------------------------------------------------------

    def _flowing(self, label: str, screen: Console, style: str) -> Flow | Bare:
        """The column of what comes in pieces."""
        if self.flow is None or self.flow.label != label:
            self._end()
            labelled = screen is self.notes or screen.is_terminal
            self.flow = Flow(screen, label, style) if labelled else Bare(screen, label)
        return self.flow

    def tell(self, label: str, text: str, style: str = "") -> None:
        """Print something that is told at once, beside its label."""
        self._end()
        self.flow = Flow(self.notes, label, style)
        self.flow.write(text)
        self._end()

    def _line(self, label: str, text: str, style: str) -> None:
        """Something told in a line, as much of it as fits."""
        self.tell(label, shortened(text, self.notes.width - GUTTER), style)

    def _end(self) -> None:
        if self.flow is not None:
            self.flow.end()
            self.flow = None


class Bare:
    """Text that comes in pieces and is passed on as it is."""

    def __init__(self, screen: Console, label: str) -> None:
        self.file = screen.file
        self.label = label
        self.last = ""

    def write(self, piece: str) -> None:
        """Print a piece."""
        self.last = piece or self.last
        print(clean(piece), end="", file=self.file, flush=True)

    def end(self) -> None:
        """End the line."""
        if not self.last.endswith("\n"):
            print(file=self.file, flush=True)


class Flow:
    """Text that comes in pieces, in a column of its own: a word that does not fit begins a new line."""

    def __init__(self, screen: Console, label: str, style: str) -> None:
        self.screen = screen
        self.label = label
        self.style = style
        self.room = max(screen.width - GUTTER, 20)
        self.used = 0
        self.gap = ""  # blanks before the next word
        self.rest = ""  # what may yet become a longer word
        self._print(f"{shortened(label, GUTTER - 2):>{GUTTER - 2}}  ", "dim")

    def write(self, piece: str) -> None:
        """Print as much as is whole words by now."""
        words = re.findall(r"\n|[^\S\n]+|\S+", self.rest + piece)
        self.rest = words.pop() if words and not words[-1].isspace() else ""
        for word in words:
            self._put(word)

    def end(self) -> None:
        """Print what is left, and end the line."""
        self._put(self.rest)
        self._print("\n")

    def _put(self, word: str) -> None:
        from rich.cells import cell_len

        if not word.strip():
            self.gap += word.replace("\t", "    ")
            return
        *above, gap = self.gap.split("\n")
        wraps = not above and self.used and self.used + cell_len(gap + word) > self.room
        if above or wraps:
            self._print("\n" * (len(above) or 1) + " " * GUTTER)
            self.used = 0
        shown = word if wraps else gap + word
        self._print(clean(shown), self.style)
        self.used += cell_len(shown)
        self.gap = ""

    def _print(self, text: str, style: str = "") -> None:
        from rich.text import Text

        self.screen.print(Text(text, style=style), end="", soft_wrap=True)


def asked(tool: ToolExecution) -> str:
    """What a call waits for."""
    gates = {
        "confirm": tool.requires_confirmation,
        "input": tool.requires_user_input,
        "external": tool.external_execution_required,
        "doubt": tool.in_doubt,
    }
    return next(ASKED[gate] for gate, waits in gates.items() if waits)
