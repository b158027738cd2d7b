"""A graph of the run machine in the language of Graphviz, for those who lay it out with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import networkx

HIT: Final = "#2563eb"
FAINT: Final = "#c3cad6"


def dot(graph: networkx.MultiDiGraph[str]) -> str:
    """A directed graph, from left to right. Syntax: https://graphviz.org/doc/info/lang.html."""
    lines = [
        "digraph run {",
        "    rankdir=LR",
        "    node [shape=box, style=rounded, fontname=sans]",
        "    edge [fontname=sans, fontsize=10]",
    ]
    is_run = "state" in graph.graph
    for state, data in graph.nodes(data=True):
        label = f"{state}\n{data['visits']}x" if data.get("visits") else state
        drawn = {"label": label, **(colours(bool(data["visits"])) if is_run else {})}
        if data.get("is_current"):
            drawn["penwidth"] = "3"
        lines.append(f"    {quoted(state)} [{attributes(drawn)}]")
    for source, target, data in graph.edges(data=True):
        times = f" {data['taken']}x" if data.get("taken") else ""
        drawn = {"label": data["trigger"] + times, **(colours(bool(data["taken"])) if is_run else {})}
        lines.append(f"    {quoted(source)} -> {quoted(target)} [{attributes(drawn)}]")
    return "\n".join([*lines, "}"]) + "\n"


def colours(is_hit: bool) -> dict[str, str]:
    """How what a run visited differs from what it did not."""
    return {"color": HIT if is_hit else FAINT, "fontcolor": HIT if is_hit else FAINT}


def attributes(values: dict[str, Any]) -> str:
    """Attributes of a node or an edge."""
    return ", ".join(f"{name}={quoted(value)}" for name, value in values.items())


def quoted(value: str) -> str:
    """A string of that language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
