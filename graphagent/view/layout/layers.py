"""The layers of a graph: its nodes in columns, and a cell in each column that an arc crosses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import networkx

Arc = tuple[str, str]


class Size(NamedTuple):
    """How much room something takes, in pixels."""

    wide: float
    high: float


NOTHING = Size(0, 8)  # an arc on its way


@dataclass(eq=False, slots=True)
class Cell:
    """A place in a layer: of a node, of a label, or of an arc on its way through."""

    size: Size
    is_box: bool = False
    before: list[Cell] = field(default_factory=list)
    after: list[Cell] = field(default_factory=list)
    y: float = 0.0


class Layers(NamedTuple):
    """Cells from left to right and from top to bottom, who is where, and the way of each arc in the direction of the layers."""

    columns: list[list[Cell]]
    boxes: dict[str, Cell]
    ways: dict[Arc, list[Cell]]
    labels: dict[Arc, Cell]
    turned: frozenset[Arc]


def layers(graph: networkx.DiGraph[str], sizes: Mapping[str, Size], labels: Mapping[Arc, Size]) -> Layers:
    """The layers of a graph. Loops from a node to itself have no way: they are drawn at their box."""
    turned = back_arcs(graph)
    column_of = columns(graph, turned)
    count = max(column_of.values(), default=-1) + 1
    placed: list[list[Cell]] = [[] for _ in range(2 * count - 1)]  # those between are for labels
    boxes = {node: Cell(sizes[node], is_box=True) for node in graph}
    for node, cell in boxes.items():
        placed[2 * column_of[node]].append(cell)
    ways: dict[Arc, list[Cell]] = {}
    label_cells: dict[Arc, Cell] = {}
    for source, target in graph.edges():
        arc = source, target
        if source == target:
            continue
        first, last = (target, source) if arc in turned else arc
        between = range(2 * column_of[first] + 1, 2 * column_of[last])
        cells = {column: Cell(NOTHING) for column in between}
        if arc in labels:  # beside the box where the arc begins
            label_cells[arc] = cells[between[-1 if arc in turned else 0]]
            label_cells[arc].size = labels[arc]
        for column, cell in cells.items():
            placed[column].append(cell)
        ways[arc] = [boxes[first], *cells.values(), boxes[last]]
        for left, right in pairwise(ways[arc]):
            left.after.append(right)
            right.before.append(left)
    return Layers(placed, boxes, ways, label_cells, frozenset(turned))


def back_arcs(graph: networkx.DiGraph[str]) -> set[Arc]:
    """The arcs that lead back to where a depth-first walk comes from; turned round, they leave no cycle."""
    import networkx

    begun: set[str] = set()
    back: set[Arc] = set()
    for source, target, what in networkx.dfs_labeled_edges(begin_first(graph)):
        if what == "forward":
            begun.add(target)
        elif what == "reverse":
            begun.discard(target)
        elif target in begun:
            back.add((source, target))
    return back


def begin_first(graph: networkx.DiGraph[str]) -> networkx.DiGraph[str]:
    """The same graph, first the nodes to which no arc leads: a walk from there knows what is forward."""
    import networkx

    ordered: networkx.DiGraph[str] = networkx.DiGraph()
    ordered.add_nodes_from(sorted(graph, key=lambda node: graph.in_degree(node) > 0))
    ordered.add_edges_from(graph.edges())
    return ordered


def columns(graph: networkx.DiGraph[str], turned: Iterable[Arc]) -> dict[str, int]:
    """The column of each node: every arc leads to the right, unless it was turned round."""
    import networkx

    forward: networkx.DiGraph[str] = networkx.DiGraph()
    forward.add_nodes_from(graph)
    turned = set(turned)
    for source, target in graph.edges():
        if source != target:
            forward.add_edge(*((target, source) if (source, target) in turned else (source, target)))
    order = [list(generation) for generation in networkx.topological_generations(forward)]
    found = {node: column for column, generation in enumerate(order) for node in generation}
    for node in (node for generation in reversed(order) for node in generation):
        if forward.out_degree(node) and not forward.in_degree(node):  # no further away than it must be
            found[node] = min(found[other] for other in forward.successors(node)) - 1
    return found
