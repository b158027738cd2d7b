"""The languages in which commands draw graphs, and where a drawing goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphagent.cli.exits import UsageError
from graphagent.cli.terminal import console, shown

if TYPE_CHECKING:
    from argparse import Namespace, _MutuallyExclusiveGroup

    import networkx

LANGUAGES: Final = {
    "svg": "an SVG image",
    "png": "a PNG image, with the extra png",
    "mermaid": "text for Mermaid, which many documents draw",
    "dot": "text for Graphviz",
}


def add(how: _MutuallyExclusiveGroup) -> None:
    """Let a command take an option for each language."""
    for name, what in LANGUAGES.items():
        how.add_argument(f"--{name}", action="store_true", help=f"draw it as {what}")


def chosen(given: Namespace) -> str | None:
    """The language that was asked for. Raises `UsageError` where none was, and yet a file to write it to."""
    language = next((name for name in LANGUAGES if getattr(given, name)), None)
    if given.output is not None and language is None:
        options = ", ".join(f"--{name}" for name in LANGUAGES)
        raise UsageError(f"What is to be written to {given.output}? Say one of {options}.")
    return language


def draw(graph: networkx.MultiDiGraph[str], language: str) -> str | bytes:
    """A graph in one of the languages. Raises `UsageError` where that needs what is not installed."""
    if language == "svg":
        from graphagent.view.svg import svg

        return svg(graph)
    if language == "png":
        from graphagent.view.png import png

        try:
            return png(graph)
        except ImportError as error:
            raise UsageError(f"{error}. Or draw it with --svg.") from error
    if language == "mermaid":
        from graphagent.view.mermaid import mermaid

        return mermaid(graph)
    from graphagent.view.dot import dot

    return dot(graph)


def put(drawing: str | bytes, output: str | None) -> None:
    """Write a drawing to a file, or print it. Raises `UsageError` where that would fill a terminal with an image."""
    if output is not None:
        Path(output).write_bytes(drawing.encode() if isinstance(drawing, str) else drawing)
        console(stderr=True).print(f"Written to {shown(Path(output).resolve())}.", style="dim")
    elif isinstance(drawing, str):
        sys.stdout.write(drawing)
    elif sys.stdout.isatty():
        raise UsageError("A terminal shows no PNG image. Say --output FILE.")
    else:
        sys.stdout.buffer.write(drawing)
