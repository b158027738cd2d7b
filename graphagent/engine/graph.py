"""The run machine as a graph: the same table, to be checked, cut to what an agent needs, drawn and walked."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from graphagent.engine.machine import (
    ARCS,
    CANCELLED,
    COMPLETED,
    CONFIRM,
    DOUBT,
    EXTERNAL,
    FAILED,
    FINAL,
    INPUT,
    MODEL,
    READY,
    REASONING,
    RECALL,
    REMEMBER,
    RESPOND,
    STATES,
    TOOL,
    WAITING,
)  # fmt: skip

if TYPE_CHECKING:
    import networkx

# Columns from left to right, so that the states of every agent stand where a reader expects them.
RANK: Final = {
    READY: 0, RECALL: 1, REASONING: 2, MODEL: 3, TOOL: 4, RESPOND: 4, CONFIRM: 5, INPUT: 5, EXTERNAL: 5, DOUBT: 5,
    REMEMBER: 5, COMPLETED: 6, FAILED: 6, CANCELLED: 6,
}  # fmt: skip

BASE: Final = frozenset({READY, MODEL, RESPOND, COMPLETED, FAILED, CANCELLED})


def plan(*, recalls: bool = False, reasons: bool = False, tools: bool = False, unrepeatable: bool = False,
         gated: bool = False, remembers: bool = False) -> frozenset[str]:  # fmt: skip
    """The states a run of such an agent may visit.

    A tool that must not be repeated (`unrepeatable`) brings `doubt`; a gated tool brings all states that wait for people.
    """
    optional = {
        RECALL: recalls, REASONING: reasons, TOOL: tools, REMEMBER: remembers, DOUBT: unrepeatable or gated,
        CONFIRM: gated, INPUT: gated, EXTERNAL: gated,
    }  # fmt: skip
    return BASE | {state for state, wanted in optional.items() if wanted}


def graph(states: Collection[str] = STATES) -> networkx.MultiDiGraph[str]:
    """The machine cut to `states`: one node a state, one edge an arc.

    Nodes carry `kind` (`start`, `acting`, `waiting`, `final`) and `rank` (its column, from 0). Edges are keyed by their
    place in the table and carry `trigger` and `guard` (a name, or None).
    """
    import networkx

    cut = networkx.MultiDiGraph(name="run")
    for state in STATES:
        if state in states:
            cut.add_node(state, kind=kind(state), rank=RANK[state])
    for place, (trigger, source, target, guard) in enumerate(ARCS):
        if source in states and target in states:
            cut.add_edge(source, target, key=place, trigger=trigger, guard=guard)
    return cut


def kind(state: str) -> str:
    """What sort of state this is: `start`, `acting`, `waiting` or `final`."""
    if state == READY:
        return "start"
    return "waiting" if state in WAITING else "final" if state in FINAL else "acting"
