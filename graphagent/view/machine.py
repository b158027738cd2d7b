"""The run machine as a picture for a page: every state in a place of its own, whatever the agent, and scripts show the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from graphagent.engine.graph import RANK, kind
from graphagent.engine.machine import (
    ARCS,
    CANCELLED,
    CONFIRM,
    DOUBT,
    EXTERNAL,
    FAILED,
    INPUT,
    MODEL,
    STATES,
    TOOL,
)  # fmt: skip
from graphagent.view.figure import EDGE, HEIGHT, NOWHERE, WIDTH, Arc, Place, Way, arc, curve, frame, loop, node
from graphagent.view.routes import SHARES, Labels, routes, stands

# Rows from top to bottom; columns are the ranks of the graph.
ROW: Final = {
    "ready": 2.0, "recall": 2.0, "reasoning": 2.0, "model": 2.0, "tool": 4.2, "respond": 0.6, "confirm": 1.7, "input": 2.7,
    "external": 3.7, "doubt": 4.7, "remember": 0.0, "completed": 0.6, "failed": 5.5, "cancelled": 6.3,
}  # fmt: skip
ACROSS, DOWN = 224, 66
LETTER: Final = 6  # the width of a letter of a label, in pixels
LABEL: Final = 20  # the letters that a label has room for; longer ones may cover others

# Where runs mostly go; what else may happen stays faint, or nobody would see it.
FORWARD: Final = ("begin", "recalled", "thought", "call", "reply", "finish", "remembered")
BACK: Final = (
    ("result", TOOL, MODEL), ("approve", CONFIRM, TOOL), ("answer", INPUT, TOOL), ("deliver", EXTERNAL, MODEL),
    ("recover", TOOL, DOUBT), ("settle", DOUBT, MODEL),
)  # fmt: skip
MAIN: Final = {*BACK, *(arc[:3] for arc in ARCS if arc[0] in FORWARD and arc[2] != FAILED)}
ONCE: Final = ("begin", "recalled", "finish")  # these lead to the first state of the table that is in the plan


def main_arcs(plan: Collection[str]) -> set[tuple[str, str, str]]:
    """The trigger, the source and the target of each arc that runs of this plan mostly take."""
    found: set[tuple[str, str, str]] = set()
    gone: set[tuple[str, str]] = set()
    for trigger, source, target, _ in ARCS:
        if {source, target} <= set(plan) and (trigger, source, target) in MAIN and (trigger, source) not in gone:
            found.add((trigger, source, target))
            gone |= {(trigger, source)} if trigger in ONCE else set()
    return found


def picture(plan: Collection[str], way: Way = NOWHERE) -> str:
    """The machine cut to a plan, as SVG, and the way of a run in it. States have `data-state`, arcs `data-arc="from>to"`.

    Without a `way` nothing is visited, and scripts show it.
    """
    place = places(plan)
    wide = max(x for x, _ in place.values()) + WIDTH + EDGE
    high = max(y for _, y in place.values()) + HEIGHT + EDGE
    boxes = (node(state, place[state], way, kind=kind(state)) for state in place)
    return frame(wide, high, "".join([*arcs_drawn(place, way), *boxes]))


def places(plan: Collection[str]) -> dict[str, Place]:
    """Where the box of each state is: columns and rows that no state of the plan needs are no space to keep."""
    columns = sorted({RANK[state] for state in plan})
    top = min(ROW[state] for state in plan)
    return {
        state: (EDGE + columns.index(RANK[state]) * ACROSS, EDGE + (ROW[state] - top) * DOWN)
        for state in STATES
        if state in plan
    }


def arcs_drawn(place: dict[str, Place], way: Way) -> Iterable[str]:
    """The arcs, those that were taken last, each with the names of its triggers."""
    arcs: dict[Arc, list[str]] = {}
    first = main_arcs(place)
    for trigger, source, target, _ in sorted(ARCS, key=lambda arc: arc[:3] not in first):
        if source in place and target in place:
            triggers = arcs.setdefault((source, target), [])
            triggers += [] if trigger in triggers else [trigger]
    ways, labels = routes(place, arcs, (FAILED, CANCELLED)), Labels(place)
    drawn: dict[Arc, str] = {}
    for ends, triggers in arcs.items():
        path, choices = (
            (curve(ways[ends]), stands(ways[ends])) if ends in ways else beside(*(place[end] for end in ends))
        )
        label = labels.put(choices, LETTER * min(len(" · ".join(triggers)), LABEL))
        said = way.arcs.get(ends) or " · ".join(triggers)
        drawn[ends] = arc(ends, path, label, said, kind=kind(ends[1]), is_visited=ends in way.arcs)
    return (drawn[ends] for ends in sorted(arcs, key=way.arcs.__contains__))


def beside(source: Place, target: Place) -> tuple[str, list[Place]]:
    """The way of an arc in its own column: over the box, or past what stands between, and where its label may stand."""
    (x, y), (_, to_y) = source, target
    if source == target:
        path, label = loop(x, y, WIDTH)
        return path, [label]
    bend = x + WIDTH + 14 + abs(to_y - y) * 0.18
    aside = 8 if y < to_y else -8
    start, end = y + HEIGHT / 2 + aside, to_y + HEIGHT / 2 - aside
    path = f"M{x + WIDTH:.0f},{start:.0f}C{bend:.0f},{start:.0f} {bend:.0f},{end:.0f} {x + WIDTH:.0f},{end:.0f}"
    return path, [(bend - 4, start + (end - start) * share) for share in SHARES]
