"""Any graph as a picture: its nodes in layers from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from graphagent.utils.clean import shortened
from graphagent.view.figure import EDGE, HEIGHT, LONGEST, WIDTH, Arc, Place, Way, arc, curve, frame, loop, node
from graphagent.view.layout import Box, Point, Size, arrange

if TYPE_CHECKING:
    import networkx

LETTER: Final = 8.2  # the widest that a letter of a name is, in pixels
SMALL: Final = 6.6  # and one of a label
LABEL: Final = 30  # characters of a label
LOOP: Final = 30  # the room above a box for an arc that leads back to it


def picture(graph: networkx.MultiDiGraph[str], way: Way) -> str:
    """A graph as SVG, drawn as the run machine is. No box, no label stands on another, and no arc passes behind them."""
    import networkx

    said = labels(graph, way)
    simple: networkx.DiGraph[str] = networkx.DiGraph(graph)
    loops = {source for source, target in simple.edges() if source == target}
    sizes = {state: Size(width(state), HEIGHT + 2 * LOOP * (state in loops)) for state in graph}
    found = arrange(simple, sizes, {ends: Size(wide(text, SMALL) + 12, 26) for ends, text in said.items() if text})
    drawn = []
    for ends in sorted(said, key=way.arcs.__contains__):
        if ends[0] == ends[1]:
            box = found.boxes[ends[0]]
            path, label = loop(box.x + EDGE, box.y + EDGE + LOOP, box.wide)
        else:
            path, label = curve(inset(found.arcs[ends])), standing(found.labels.get(ends))
        kind = graph.nodes[ends[1]].get("kind", "acting")
        drawn.append(arc(ends, path, label, said[ends], kind=kind, is_visited=ends in way.arcs))
    for state, kind in graph.nodes(data="kind", default="acting"):
        box = found.boxes[state]
        place = box.x + EDGE, box.y + EDGE + LOOP * (state in loops)
        drawn.append(node(state, place, way, kind=kind, wide=box.wide))
    return frame(found.size.wide + 2 * EDGE, found.size.high + 2 * EDGE, "".join(drawn))


def labels(graph: networkx.MultiDiGraph[str], way: Way) -> dict[Arc, str]:
    """What is said on each arc: the way of the run, or else all its triggers."""
    triggers: dict[Arc, list[str]] = {}
    for source, target, trigger in graph.edges(data="trigger"):
        triggers.setdefault((source, target), []).extend([trigger] if trigger else [])
    return {
        ends: shortened(way.arcs.get(ends) or " · ".join(dict.fromkeys(told)), LABEL) for ends, told in triggers.items()
    }


def width(state: str) -> float:
    """How wide a box must be for its name."""
    return max(WIDTH, 52 + wide(shortened(state, LONGEST), LETTER))


def wide(text: str, letter: float) -> float:
    """How wide a text is at the most; the letters of East Asia take twice the room."""
    return sum(letter * (2 if east_asian_width(sign) in "WF" else 1) for sign in text)


def standing(label: Box | None) -> tuple[float, float]:
    """Where the text of a label stands: in its middle, a little above the arc."""
    return (label.x + label.wide / 2 + EDGE, label.y + label.high / 2 + EDGE - 4) if label else (0, 0)


def inset(points: tuple[Point, ...]) -> list[Place]:
    """Points as they are in the picture, which has an edge."""
    return [(x + EDGE, y + EDGE) for x, y in points]
