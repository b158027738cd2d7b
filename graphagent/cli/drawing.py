"""The languages in which commands draw graphs, and where a drawing goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphagent.cli.terminal import console, shown

if TYPE_CHECKING:
    from argparse import Namespace, _MutuallyExclusiveGroup

    import networkx

LANGUAGES: Final = {
    "svg": "an SVG image",
    "mermaid": "text for Mermaid, which many documents draw",
    "dot": "text for Graphviz",
}


def add(how: _MutuallyExclusiveGroup) -> None:
    """Let a command take an option for each language."""
    for name, what in LANGUAGES.items():
        how.add_argument(f"--{name}", action="store_true", help=f"draw it as {what}")


def chosen(given: Namespace) -> str | None:
    """The language that was asked for."""
    return next((name for name in LANGUAGES if getattr(given, name)), None)


def draw(graph: networkx.MultiDiGraph[str], language: str) -> str:
    """A graph in one of the languages."""
    if language == "svg":
        from graphagent.view.svg import svg

        return svg(graph)
    if language == "mermaid":
        from graphagent.view.mermaid import mermaid

        return mermaid(graph)
    from graphagent.view.dot import dot

    return dot(graph)


def put(drawing: str, output: str | None) -> None:
    """Write a drawing to a file, or print it."""
    if output is None:
        sys.stdout.write(drawing)
        return
    Path(output).write_text(drawing, "utf-8")
    console(stderr=True).print(f"Written to {shown(Path(output).resolve())}.", style="dim")
