"""A graph of the run machine in the language of Mermaid, for documents that draw it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import networkx

STYLES: Final = {
    "visited": "fill:#eef4ff,stroke:#2563eb,color:#1f2430",
    "current": "stroke-width:4px",
    "faint": "fill:#ffffff,stroke:#dfe4ed,color:#8a93a5",
}


def mermaid(graph: networkx.MultiDiGraph[str]) -> str:
    """A state diagram: one state for each node, one line for each arc, named by its trigger.

    Of a run's graph it says how often each was visited and taken. Syntax: https://mermaid.js.org/syntax/stateDiagram.html
    """
    lines = ["stateDiagram-v2", "    direction LR"]
    is_run = "state" in graph.graph
    for state, data in graph.nodes(data=True):
        lines.append(f'    state "{said(state, data)}" as {state}')
    for source, target, data in graph.edges(data=True):
        times = f" ({data['taken']})" if data.get("taken") else ""
        lines.append(f"    {source} --> {target} : {data['trigger']}{times}")
    if is_run:
        lines += [f"    classDef {name} {style}" for name, style in STYLES.items()]
        lines += [f"    class {state} {name}" for state, data in graph.nodes(data=True) for name in classes(data)]
    return "\n".join(lines) + "\n"


def said(state: str, data: dict[str, Any]) -> str:
    """The label of a state: its name, and how often the run came there."""
    return f"{state} {data['visits']}x" if data.get("visits") else state


def classes(data: dict[str, Any]) -> list[str]:
    """How a state of a run is drawn."""
    return [*(["visited"] if data["visits"] else ["faint"]), *(["current"] if data["is_current"] else [])]
