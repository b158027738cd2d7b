"""A graph in the language of Graphviz, for those who lay it out with that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from graphagent.view.identifiers import identifiers

if TYPE_CHECKING:
    import networkx

HIT: Final = "#2563eb"
FAINT: Final = "#c3cad6"
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def dot(graph: networkx.MultiDiGraph[str]) -> str:
    """A directed graph, from left to right. Names and triggers may be any text. Syntax: https://graphviz.org/doc/info/lang.html."""
    lines = [
        "digraph run {",
        "    rankdir=LR",
        "    node [shape=box, style=rounded, fontname=sans]",
        "    edge [fontname=sans, fontsize=10]",
    ]
    is_run = "state" in graph.graph
    ids = identifiers(graph, is_plain)
    for state, data in graph.nodes(data=True):
        label = f"{state}\n{data['visits']}x" if data.get("visits") else state
        drawn = {"label": label, **(colours(bool(data["visits"])) if is_run else {})}
        if data.get("is_current"):
            drawn["penwidth"] = "3"
        lines.append(f"    {quoted(ids[state])} [{attributes(drawn)}]")
    for source, target, data in graph.edges(data=True):
        times = f" {data['taken']}x" if data.get("taken") else ""
        drawn = {"label": (data.get("trigger") or "") + times, **(colours(bool(data["taken"])) if is_run else {})}
        lines.append(f"    {quoted(ids[source])} -> {quoted(ids[target])} [{attributes(drawn)}]")
    return "\n".join([*lines, "}"]) + "\n"


def colours(is_hit: bool) -> dict[str, str]:
    """How what a run visited differs from what it did not."""
    return {"color": HIT if is_hit else FAINT, "fontcolor": HIT if is_hit else FAINT}


def attributes(values: dict[str, Any]) -> str:
    """Attributes of a node or an edge."""
    return ", ".join(f"{name}={quoted(value)}" for name, value in values.items())


def is_plain(name: str) -> bool:
    """Whether a name can stand for itself: nothing in it is told otherwise than it is."""
    return bool(name) and quoted(name) == f'"{name}"'


def quoted(value: str) -> str:
    """A string of that language, which knows escapes and HTML entities, and no control characters."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;").replace("\n", "\\n")
    return f'"{CONTROL.sub("�", escaped)}"'
