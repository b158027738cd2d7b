"""A graph in the language of Mermaid, for documents that draw it themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from graphagent.view.identifiers import identifiers

if TYPE_CHECKING:
    import networkx

STYLES: Final = {
    "visited": "fill:#eef4ff,stroke:#2563eb,color:#1f2430",
    "current": "stroke-width:4px",
    "faint": "fill:#ffffff,stroke:#dfe4ed,color:#8a93a5",
}
WORD: Final = re.compile("[A-Za-z][A-Za-z0-9_]*")
# Words with a meaning of their own where a name may stand: in the grammar, and in the objects of its language.
RESERVED: Final = frozenset((
    "accdescr", "acctitle", "as", "choice", "class", "classdef", "click", "default", "direction", "end", "fork", "hide", "href",
    "join", "note", "root", "scale", "state", "statediagram", "style",
    "constructor", "hasownproperty", "isprototypeof", "propertyisenumerable", "tolocalestring", "tostring", "valueof",
))  # fmt: skip
# All but letters, digits and what surely is text; also blanks that it would drop, and "direction" with a value, which it
# takes for a command wherever it stands.
ESCAPED: Final = re.compile(r"[^\w (),/']|_|^ | $|(?<= ) |(?<=(?i:direction)) ")


def mermaid(graph: networkx.MultiDiGraph[str]) -> str:
    """A state diagram: one state for each node, one line for each arc, named by its trigger, if it has one.

    Names and triggers may be any text. Of a run's graph it says how often each was visited and taken.
    Syntax: https://mermaid.js.org/syntax/stateDiagram.html
    """
    lines = ["stateDiagram-v2", "    direction LR"]
    is_run = "state" in graph.graph
    ids = identifiers(graph, is_word)
    for state, data in graph.nodes(data=True):
        lines.append(f'    state "{escaped(said(state, data)) or "#32;"}" as {ids[state]}')
    for source, target, data in graph.edges(data=True):
        times = f" ({data['taken']})" if data.get("taken") else ""
        label = escaped((data.get("trigger") or "") + times)
        lines.append(f"    {ids[source]} --> {ids[target]}{f' : {label}' if label else ''}")
    if is_run:
        lines += [f"    classDef {name} {style}" for name, style in STYLES.items()]
        lines += [f"    class {ids[state]} {name}" for state, data in graph.nodes(data=True) for name in classes(data)]
    return "\n".join(lines) + "\n"


def is_word(name: str) -> bool:
    """Whether a name can stand for itself."""
    return bool(WORD.fullmatch(name)) and name.lower() not in RESERVED


def escaped(text: str) -> str:
    """A text as it may stand in a label: what the grammar could take for its own is said by its code point."""
    return ESCAPED.sub(lambda sign: f"#{ord(sign[0])};", text)


def said(state: str, data: dict[str, Any]) -> str:
    """The label of a state: its name, and how often the run came there."""
    return f"{state} {data['visits']}x" if data.get("visits") else state


def classes(data: dict[str, Any]) -> list[str]:
    """How a state of a run is drawn."""
    return [*(["visited"] if data["visits"] else ["faint"]), *(["current"] if data["is_current"] else [])]
