"""A graph as an SVG image that needs nothing else, light or dark as its reader is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphagent.engine.machine import ARCS, STATES
from graphagent.utils.clean import shortened
from graphagent.utils.clock import duration
from graphagent.view import layered, machine
from graphagent.view.document import ASSETS, text
from graphagent.view.figure import Arc, Way

if TYPE_CHECKING:
    import networkx

SHORT: Final = 15  # the letters that there is room for in a box


def svg(graph: networkx.MultiDiGraph[str]) -> str:
    """The picture of an agent's graph, or of a run's: what it visited stands out, with how often and how long.

    States of the run machine stand where they always stand. Any other graph is laid out in layers from left to right;
    its nodes may have a `kind` (`start`, `acting`, `waiting`, `final`), its edges a `trigger`, which names them.
    """
    way = way_of(graph)
    drawn = machine.picture(list(graph), way) if is_of_the_machine(graph) else layered.picture(graph, way)
    palette = text(ASSETS / "base.css").partition("\n* ")[0]
    style = f"<style>{palette}\n{text(ASSETS / 'graph.css')}</style>"
    body, end = drawn.index(">") + 1, drawn.rindex("</svg>")
    ground = '<rect width="100%" height="100%" fill="var(--back)"/>'
    return f"{drawn[:body]}{style}{ground}{drawn[body:end]}</svg>\n"


def way_of(graph: networkx.MultiDiGraph[str]) -> Way:
    """What a picture shows: of a run where it has been, of an agent where runs mostly go."""
    if not is_of_the_machine(graph):
        return Way(dict.fromkeys(graph, ""), dict.fromkeys(graph.edges(), ""))
    arcs: dict[Arc, list[str]] = {}
    if "state" not in graph.graph:
        for trigger, source, target in sorted(machine.main_arcs(graph)):
            arcs.setdefault((source, target), []).append(trigger)
        return Way(dict.fromkeys(graph, ""), {arc: " · ".join(said) for arc, said in arcs.items()})
    states = {state: lasted(data) for state, data in graph.nodes(data=True) if data["visits"] or data["waits_for"]}
    for source, target, data in graph.edges(data=True):
        if data["taken"]:
            times = f" {data['taken']}×" if data["taken"] > 1 else ""
            arcs.setdefault((source, target), []).append(f"{data['trigger']}{times}")
    return Way(states, {arc: " · ".join(said) for arc, said in arcs.items()}, graph.graph["state"])


def lasted(state: dict[str, Any]) -> str:
    """What is said of a state that a run visited: what it waits for there, or how often and how long it was there."""
    if tools := dict.fromkeys(waits["tool"] for waits in state["waits_for"]):
        return shortened(f"for {', '.join(tools)}", SHORT)
    return f"{state['visits']}×" + (f" · {duration(state['seconds'])}" if state["seconds"] else "")


def is_of_the_machine(graph: networkx.MultiDiGraph[str]) -> bool:
    """Whether these are states and arcs of the run machine."""
    table = {arc[:3] for arc in ARCS}
    return (
        bool(graph)
        and all((trigger, *ends) in table for *ends, trigger in graph.edges(data="trigger"))
        and set(graph) <= set(STATES)
    )
