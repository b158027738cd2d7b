"""What commands print: text as it is, aligned, with quiet colours in a terminal and none elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graphagent.engine.graph import kind
from graphagent.engine.machine import CANCELLED, COMPLETED, FAILED
from graphagent.storage.base import DAMAGED
from graphagent.utils.clean import clean, shortened

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import Console
    from rich.text import Text

Cell = str | tuple[str, str]  # a text, or a text and its style

PLAIN_WIDTH: Final = 200  # columns, where there is no terminal to ask
LONGEST: Final = 1000  # characters of a cell, of which a line shows a part
STYLES: Final = {COMPLETED: "green", FAILED: "red", CANCELLED: "magenta", DAMAGED: "red"}
STYLES_OF_KINDS: Final = {"start": "default", "acting": "cyan", "waiting": "yellow"}


def console(*, stderr: bool = False) -> Console:
    """A `rich` console that takes nothing in a text for markup, emoji or anything else but text."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def style_of(state: str) -> str:
    """The colour of a state, the same in every command."""
    return STYLES.get(state) or STYLES_OF_KINDS[kind(state)]


def line(cell: Cell) -> Text:
    """A cell as one line of text, in which control characters are visible and nothing is markup."""
    from rich.text import Text

    content, style = cell if isinstance(cell, tuple) else (cell, "")
    return Text(clean(shortened(content, LONGEST)), style=style)


def print_table(
    screen: Console,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    right: Collection[str] = (),
    least: Sequence[int] = (),
    titled: bool = True,
) -> None:
    """Print rows in columns. What does not fit is cut off at the end of the line, so the last columns matter least.

    Args:
        screen: Where to.
        head: The titles of the columns.
        rows: Their cells.
        right: The titles of columns that are aligned on the right.
        least: How wide the columns are at least, so that tables printed one after the other look like one.
        titled: Whether the titles are printed.
    """
    from rich.text import Text

    table = [[line((title, "dim")) for title in head], *([line(cell) for cell in row] for row in rows)]
    widths = [max(cell.cell_len for cell in column) for column in zip(*table, strict=True)]
    widths = list(map(max, widths, least or widths))
    for row in table if titled else table[1:]:
        printed = Text()
        for title, cell, width in zip(head, row, widths, strict=True):
            blanks = " " * (width - cell.cell_len)
            printed.append(blanks if title in right else "").append_text(cell).append("" if title in right else blanks)
            printed.append("  ")
        printed.rstrip()
        printed.truncate(screen.width, overflow="ellipsis")
        screen.print(printed, soft_wrap=True)


def print_json(value: Any, out: TextIO | None = None, *, indent: int | None = 2) -> None:
    """Print a value as JSON; what a terminal could take for a command is escaped. Without `indent`, on one line."""
    from pydantic_core import to_json

    text = to_json(value, indent=indent).decode()
    print(re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found.group()):04x}", text), file=out, flush=True)


def clock(micros: int) -> str:
    """Microseconds since the epoch as local date and time."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(micros / 1e6, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def shown(path: Path) -> str:
    """A path, from the home directory on where it is in there."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)
