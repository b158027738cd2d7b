"""Graphs whose names are anything, above all what a language or a reader could take for something else than a name."""

from __future__ import annotations

from typing import TypeAlias

import networkx
from hypothesis import strategies as st

from graphagent.view.mermaid import RESERVED

Graph: TypeAlias = "networkx.MultiDiGraph[str]"

# Names that mean something in one of the languages, in HTML, in JavaScript or in Markdown, and all others.
LOADED = [
    *sorted(RESERVED), "[*]", "END", "Direction TB", "a direction  lr", "end note", "n0", "n1", "__proto__", "toString", "hasOwnProperty",
    "state x", "<<fork>>", "[[choice]]", "%%{init: {}}%%", "%% no comment", "---", "a --> b", "a : b", ":::x", "\"'`", "<script>alert(1)</script>",
    "<br/>", "&amp;", "&#38;", "#quot;", "#35;", "#", ";", "ﬂ°°35¶ß", "ﬂ°", "\\N\\n\\", "{", "}", "graph", "node", "edge", "subgraph", "strict", "a:n",
    "accTitle: x", "style a:#b;", "1. one", "- one", "**strong**", "$$x$$", "https://x.y", "fa:fa-car", "", " ", "  ", "\n", "\r\n", "\t", "\0", "\x1b[31m",
    "\xa0", "\u2028", "\ud800", "日本", "é", "e\u0301", "😀", "🏳️‍🌈", "\u202e",
]  # fmt: skip
TEXTS = st.sampled_from(LOADED) | st.text(st.characters(codec=None), max_size=20)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph of any names, some of its edges with a trigger, several between the same two nodes."""
    drawn: Graph = networkx.MultiDiGraph()
    names = draw(st.lists(TEXTS, max_size=8, unique=True))
    drawn.add_nodes_from(names)
    if names:
        ends = st.sampled_from(names)
        for source, target, trigger in draw(st.lists(st.tuples(ends, ends, st.none() | TEXTS), max_size=12)):
            drawn.add_edge(source, target, **({} if trigger is None else {"trigger": trigger}))
    return drawn
