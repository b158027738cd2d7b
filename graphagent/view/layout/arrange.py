"""The whole arrangement: a box for each node, a box for each label, and the points of each arc."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from graphagent.view.layout.heights import place
from graphagent.view.layout.layers import Arc, Cell, Layers, Size, layers
from graphagent.view.layout.order import order
from graphagent.view.layout.straight import straighten

if TYPE_CHECKING:
    import networkx

TURN: Final = 34  # between columns, where arcs go up and down
PORTS: Final = 12  # between arcs at the side of a box


class Point(NamedTuple):
    """A point of the picture, in pixels from its left and its top."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle of the picture: its left, its top and its size, in pixels."""

    x: float
    y: float
    wide: float
    high: float


class Arrangement(NamedTuple):
    """Where everything goes.

    Arcs are points from their source to their target. Between two of the same height they are straight; between two
    others they swing from level to level, without leaving the rectangle that these span.
    """

    size: Size
    boxes: dict[str, Box]
    labels: dict[Arc, Box]
    arcs: dict[Arc, tuple[Point, ...]]


def arrange(graph: networkx.DiGraph[str], sizes: Mapping[str, Size], labels: Mapping[Arc, Size]) -> Arrangement:
    """Lay a graph out from left to right; the same graph always in the same way.

    Args:
        graph: Any directed graph: with cycles, in pieces, or empty. Loops from a node to itself get no points.
        sizes: The room that each node takes.
        labels: The room that the label of an arc takes, for those that have one.
    """
    found = layers(graph, sizes, labels)
    columns = order(found.columns)
    place(columns)
    straighten(columns, found.ways.values())
    top = min((cell.y - cell.size.high / 2 for column in columns for cell in column), default=0)
    for cell in (cell for column in columns for cell in column):
        cell.y -= top
    wide = [max((cell.size.wide for cell in column), default=0.0) for column in columns]
    left = [sum(wide[:number]) + TURN * number for number in range(len(columns))]
    spans = {cell: (x, x + across) for column, x, across in zip(columns, left, wide, strict=True) for cell in column}
    return Arrangement(
        Size(sum(wide) + TURN * max(len(columns) - 1, 0), bottom(columns)),
        {node: box(cell, spans[cell][0]) for node, cell in found.boxes.items()},
        {arc: box(cell, sum(spans[cell]) / 2 - cell.size.wide / 2) for arc, cell in found.labels.items()},
        arcs(found, spans),
    )


def bottom(columns: list[list[Cell]]) -> float:
    """How high the picture is."""
    return max((cell.y + cell.size.high / 2 for column in columns for cell in column), default=0.0)


def box(cell: Cell, x: float) -> Box:
    """The rectangle of a cell."""
    return Box(x, cell.y - cell.size.high / 2, *cell.size)


def arcs(found: Layers, spans: Mapping[Cell, tuple[float, float]]) -> dict[Arc, tuple[Point, ...]]:
    """The points of each arc: from the side of a box, level through each column, to the side of the other box."""
    out = ports({arc: (way[0], way[1]) for arc, way in found.ways.items()})
    into = ports({arc: (way[-1], way[-2]) for arc, way in found.ways.items()})
    drawn: dict[Arc, tuple[Point, ...]] = {}
    for arc, way in found.ways.items():
        first, last = way[0], way[-1]
        points = [Point(spans[first][0] + first.size.wide, out[arc]), Point(spans[first][1], out[arc])]
        points += [Point(x, cell.y) for cell in way[1:-1] for x in spans[cell]]
        points.append(Point(spans[last][0], into[arc]))
        drawn[arc] = tuple(reversed(points) if arc in found.turned else points)
    return drawn


def ports(ends: Mapping[Arc, tuple[Cell, Cell]]) -> dict[Arc, float]:
    """How high each arc meets its box, in the order in which the arcs come to that side of it."""
    sides: dict[Cell, list[tuple[float, Arc]]] = {}
    for arc, (cell, neighbour) in ends.items():
        sides.setdefault(cell, []).append((neighbour.y, arc))
    found: dict[Arc, float] = {}
    for cell, coming in sides.items():
        step = min(PORTS, (cell.size.high - 12) / max(len(coming) - 1, 1))
        for number, (_, arc) in enumerate(sorted(coming)):
            found[arc] = cell.y + (number - (len(coming) - 1) / 2) * step
    return found
