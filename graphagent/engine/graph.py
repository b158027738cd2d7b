"""The run machine as a graph: the same table, to be checked, cut to what an agent needs, drawn and walked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from graphagent.engine.run import Run, is_pruned

if TYPE_CHECKING:
    import networkx

    from graphagent.engine.run import Step

MISHAPS: Final = frozenset(("retry", "repair", "fail"))

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


def run_graph(id: str, states: Collection[str], steps: Sequence[Step]) -> networkx.MultiDiGraph[str]:
    """The graph of a run's plan with the way it took, read off its steps.

    Besides what `graph` says, nodes carry `visits` (how many steps led there; the run began in `ready`), `seconds`
    spent in it, `tokens` (of the model, in and out), `errors` (failed requests, calls and repairs), `is_current` and
    `waits_for` (the calls that wait there for a person: their `call` id, `tool` and `since`, in microseconds since the
    epoch; none of a run of which only the spine is left). Edges carry `taken` (how often). The graph itself has `state`
    and `steps` (how many). Raises `DamagedData` where the steps of a waiting run do not follow from each other.
    """
    drawn = graph(states)
    for _, data in drawn.nodes(data=True):
        data |= {"visits": 0, "seconds": 0.0, "tokens": 0, "errors": 0, "is_current": False, "waits_for": []}
    for *_, data in drawn.edges(data=True):
        data["taken"] = 0
    at, since = READY, steps[0].at if steps else 0
    drawn.nodes[READY]["visits"] = 1
    for step in steps:
        told, here, there = step.data or {}, drawn.nodes[at], drawn.nodes[step.state]
        usage = told.get("usage") or {}
        here["seconds"] += (step.at - since) / 1e6
        here["tokens"] += usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
        here["errors"] += step.trigger in MISHAPS or bool(told.get("error") and step.trigger == "result")
        there["visits"] += 1
        arc = next(arc for arc in drawn[at][step.state].values() if arc["trigger"] == step.trigger)
        arc["taken"] += 1
        at, since = step.state, step.at
    drawn.nodes[at]["is_current"] = True
    if at in WAITING and not is_pruned(steps):
        for call in Run.replay(id, frozenset(states), steps).waiting():
            waits = {"call": call.id, "tool": call.name, "since": call.made_at}
            drawn.nodes[call.gate]["waits_for"].append(waits)
    drawn.graph |= {"state": at, "steps": len(steps)}
    return drawn


def kind(state: str) -> str:
    """What sort of state this is: `start`, `acting`, `waiting` or `final`."""
    if state == READY:
        return "start"
    return "waiting" if state in WAITING else "final" if state in FINAL else "acting"
