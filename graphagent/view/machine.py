"""The run machine as a picture for a page: every state in a place of its own, whatever the agent, and scripts show the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape
from typing import Final, NamedTuple

from graphagent.engine.graph import RANK, kind
from graphagent.engine.machine import ARCS, STATES

# Rows from top to bottom; columns are the ranks of the graph.
ROW: Final = {
    "ready": 2.0, "recall": 2.0, "reasoning": 2.0, "model": 2.0, "tool": 3.2, "respond": 0.6, "confirm": 1.7, "input": 2.7,
    "external": 3.7, "doubt": 4.7, "remember": 0.0, "completed": 0.6, "failed": 5.5, "cancelled": 6.3,
}  # fmt: skip
ICON: Final = {
    "ready": "▶", "recall": "↺", "reasoning": "✦", "model": "◆", "tool": "⚒", "respond": "✉", "remember": "◍",
    "completed": "✓", "cancelled": "■", "failed": "✕",
}  # fmt: skip
LOWEST: Final = 5  # the row below all that a run can go on from
WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 118, 42, 224, 66, 26

Arc = tuple[str, str]


class Way(NamedTuple):
    """The way of a run: what to say in each state it visited and on each arc it took, and where it is."""

    states: Mapping[str, str] = {}
    arcs: Mapping[Arc, str] = {}
    now: str | None = None


Place = tuple[float, float]
NOWHERE: Final = Way()


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
    drawn = "".join([*arcs_drawn(arcs, place, way), *(node(state, *place[state], way) for state in place)])
    return (
        f'<svg class="machine" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{wide:.0f}" height="{high:.0f}" role="group" aria-label="States of the run">'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0,0L10,5L0,10z" fill="context-stroke"/></marker></defs>{drawn}</svg>'
    )


def node(state: str, x: float, y: float, way: Way) -> str:
    """A state: its box, its sign, its name, and what is said of it, or room for what scripts say."""
    sign, said = ICON.get(state, "☝"), way.states.get(state, "")
    drawn = kind(state) + " visited" * (state in way.states) + " now" * (state == way.now)
    return (
        f'<g class="node {drawn}" data-state="{escape(state)}" tabindex="0" role="button" '
        f'aria-label="{escape(state)}" transform="translate({x:.0f},{y:.0f})">'
        f'<rect class="box" width="{WIDTH}" height="{HEIGHT}" rx="10"/><circle cx="21" cy="{HEIGHT / 2:.0f}" r="12"/>'
        f'<text class="sign" x="21" y="{HEIGHT / 2 + 4:.0f}">{sign}</text>'
        f'<text class="name" x="40" y="{HEIGHT / 2 + 4.5:.1f}">{escape(state)}</text>'
        f'<text class="count" x="40" y="{HEIGHT / 2 + 14:.0f}">{escape(said)}</text></g>'
    )


def arcs_drawn(arcs: dict[Arc, list[str]], place: dict[str, Place], way: Way) -> Iterable[str]:
    """The arcs, those that were taken last, each with the names of its triggers."""
    for source, target in sorted(arcs, key=way.arcs.__contains__):
        said = way.arcs.get((source, target)) or " · ".join(arcs[source, target])
        drawn = kind(target) + " visited" * ((source, target) in way.arcs)
        path, (x, y) = curve(place[source], place[target], (target, source) in arcs)
        yield (
            f'<g class="arc {drawn}" data-arc="{escape(source)}&gt;{escape(target)}"><path d="{path}" '
            f'marker-end="url(#tip)"/><text x="{x:.0f}" y="{y:.0f}">{escape(said)}</text></g>'
        )


def curve(source: Place, target: Place, has_way_back: bool) -> tuple[str, Place]:
    """The way of an arc from box to box, and where its label stands."""
    (x, y), (to_x, to_y) = source, target
    if source == target:  # a loop over the box
        left, right, top = x + WIDTH * 0.35, x + WIDTH * 0.65, y - 20
        return f"M{left:.0f},{y:.0f}C{left:.0f},{top:.0f} {right:.0f},{top:.0f} {right:.0f},{y:.0f}", (
            x + WIDTH / 2,
            y - 22,
        )
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
