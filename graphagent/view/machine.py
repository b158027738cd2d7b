"""The run machine as a picture for a page: every state in a place of its own, whatever the agent, and scripts show the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from graphagent.engine.graph import RANK, kind
from graphagent.engine.machine import ARCS, STATES
from graphagent.view.figure import EDGE, HEIGHT, NOWHERE, WIDTH, Arc, Place, Way, arc, frame, loop, node

# Rows from top to bottom; columns are the ranks of the graph.
ROW: Final = {
    "ready": 2.0, "recall": 2.0, "reasoning": 2.0, "model": 2.0, "tool": 3.2, "respond": 0.6, "confirm": 1.7, "input": 2.7,
    "external": 3.7, "doubt": 4.7, "remember": 0.0, "completed": 0.6, "failed": 5.5, "cancelled": 6.3,
}  # fmt: skip
LOWEST: Final = 5  # the row below all that a run can go on from
ACROSS, DOWN = 224, 66


def picture(plan: Collection[str], way: Way = NOWHERE) -> str:
    """The machine cut to a plan, as SVG, and the way of a run in it. States have `data-state`, arcs `data-arc="from>to"`.

    Without a `way` nothing is visited, and scripts show it.
    """
    columns = sorted({RANK[state] for state in plan})
    place: dict[str, Place] = {
        state: (EDGE + columns.index(RANK[state]) * ACROSS, EDGE + ROW[state] * DOWN)
        for state in STATES
        if state in plan
    }
    arcs: dict[Arc, list[str]] = {}
    for trigger, source, target, _ in ARCS:
        if source in place and target in place:
            triggers = arcs.setdefault((source, target), [])
            triggers += [] if trigger in triggers else [trigger]
    above = min(y for _, y in place.values()) - EDGE  # what the plan leaves out at the top is no space to keep
    place = {state: (x, y - above) for state, (x, y) in place.items()}
    wide = max(x for x, _ in place.values()) + WIDTH + EDGE
    high = max(y for _, y in place.values()) + HEIGHT + EDGE
    drawn = "".join(
        [*arcs_drawn(arcs, place, way), *(node(state, place[state], way, kind=kind(state)) for state in place)]
    )
    return frame(wide, high, drawn)


def arcs_drawn(arcs: dict[Arc, list[str]], place: dict[str, Place], way: Way) -> Iterable[str]:
    """The arcs, those that were taken last, each with the names of its triggers."""
    for source, target in sorted(arcs, key=way.arcs.__contains__):
        ends, has_way_back = (source, target), (target, source) in arcs
        said = way.arcs.get(ends) or " · ".join(arcs[ends])
        path, label = curve(place[source], place[target], has_way_back)
        yield arc(ends, path, label, said, kind=kind(target), is_visited=ends in way.arcs)


def curve(source: Place, target: Place, has_way_back: bool) -> tuple[str, Place]:
    """The way of an arc from box to box, and where its label stands."""
    (x, y), (to_x, to_y) = source, target
    if source == target:
        return loop(x, y, WIDTH)
    aside = 8 * has_way_back * (1 if (x, y) < (to_x, to_y) else -1)
    if to_x - x > ACROSS and to_y > LOWEST * DOWN:  # down at once, and then below all that stands between
        right, level = x + WIDTH, to_y + HEIGHT / 2
        path = f"M{right:.0f},{y + HEIGHT / 2:.0f}C{right + 52:.0f},{y + HEIGHT / 2:.0f} {right + 10:.0f},{level:.0f} {right + 74:.0f},{level:.0f}L{to_x:.0f},{level:.0f}"
        return path, (to_x - 40, level - 4)
    if x == to_x:  # up or down in a column, past what stands between
        bend = WIDTH + 14 + abs(to_y - y) * 0.18
        start, end = y + HEIGHT / 2 + aside, to_y + HEIGHT / 2 - aside
        path = f"M{x + WIDTH:.0f},{start:.0f}C{x + bend:.0f},{start:.0f} {x + bend:.0f},{end:.0f} {x + WIDTH:.0f},{end:.0f}"
        return path, (x + bend - 4, (start + end) / 2)
    forward = to_x > x
    begin, finish = (x + WIDTH, to_x) if forward else (x, to_x + WIDTH)
    start, end = y + HEIGHT / 2 + aside, to_y + HEIGHT / 2 + aside
    reach = (finish - begin) * 0.5
    path = f"M{begin:.0f},{start:.0f}C{begin + reach:.0f},{start:.0f} {finish - reach:.0f},{end:.0f} {finish:.0f},{end:.0f}"
    return path, ((begin + finish) / 2, (start + end) / 2 - 4)
