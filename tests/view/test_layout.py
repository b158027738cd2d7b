"""Any graph is laid out so that nothing stands on anything else, and drawn whole, whatever it is named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TypeAlias
from xml.etree import ElementTree

import networkx
from hypothesis import example, given
from hypothesis import strategies as st

from graphagent.utils.clean import shortened
from graphagent.view.figure import LONGEST, plain
from graphagent.view.layered import LABEL
from graphagent.view.layout import Arrangement, Box, Size, arrange
from graphagent.view.svg import svg

NAMES = st.integers(0, 11).map("n{}".format)
SIZES = st.builds(Size, st.integers(20, 200), st.integers(20, 90))
LABELS = st.builds(Size, st.integers(8, 150), st.integers(8, 30))
WORDS = st.text(st.characters(codec=None), min_size=1, max_size=40)
NEAR = 1e-6
SVG = "{http://www.w3.org/2000/svg}"


World: TypeAlias = "tuple[networkx.DiGraph[str], dict[str, Size], dict[tuple[str, str], Size]]"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any graph: with cycles, loops, pieces, lone nodes; and what room its nodes and its labels take."""
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(draw(st.lists(NAMES, unique=True)))
    graph.add_edges_from(draw(st.lists(st.tuples(NAMES, NAMES), max_size=30)))
    sizes = {node: draw(SIZES) for node in graph}
    labels = {(one, other): draw(LABELS) for one, other in graph.edges() if one != other and draw(st.booleans())}
    return graph, sizes, labels


@given(worlds())
def test_nothing_stands_on_anything_else(world: World) -> None:
    graph, sizes, labels = world
    found = arrange(*world)
    assert found == arrange(*world)
    assert {node: Size(box.wide, box.high) for node, box in found.boxes.items()} == sizes
    assert {arc: Size(box.wide, box.high) for arc, box in found.labels.items()} == labels
    for one, other in combinations([*found.boxes.values(), *found.labels.values()], 2):
        assert not meet(one, other)
    for arc in found.arcs:
        others = [*found.boxes.values(), *(box for labelled, box in found.labels.items() if labelled != arc)]
        assert not any(meet(part, other) for part in parts(found, arc) for other in others)
    whole = Box(-0.1, -0.1, found.size.wide + 0.2, found.size.high + 0.2)
    for box in [*found.boxes.values(), *found.labels.values()]:
        assert within(box, whole)
    assert set(found.arcs) == {(source, target) for source, target in graph.edges() if source != target}


@given(worlds())
def test_every_arc_leads_from_its_source_through_its_label_to_its_target(world: World) -> None:
    found = arrange(*world)
    for (source, target), points in found.arcs.items():
        for node, point in ((source, points[0]), (target, points[-1])):
            box = found.boxes[node]
            assert box.y <= point.y <= box.y + box.high
            assert min(abs(point.x - box.x), abs(point.x - box.x - box.wide)) < NEAR
        if label := found.labels.get((source, target)):
            middle = label.y + label.high / 2
            assert any(abs(point.y - middle) < NEAR and point.x <= label.x + NEAR for point in points)
            assert any(abs(point.y - middle) < NEAR and point.x >= label.x + label.wide - NEAR for point in points)


def test_what_comes_later_stands_further_right() -> None:
    graph = networkx.DiGraph([("a", "b"), ("b", "c"), ("a", "c"), ("late", "c"), ("c", "b")])
    boxes = arrange(graph, dict.fromkeys(graph, Size(10, 10)), {}).boxes
    assert boxes["a"].x < boxes["b"].x == boxes["late"].x < boxes["c"].x


def test_an_arc_past_many_columns_is_level() -> None:
    graph = networkx.DiGraph(pairwise("abcdefg"))
    graph.add_edges_from([("a", "g"), ("b", "f"), ("c", "c2"), ("c2", "e")])
    arcs = arrange(graph, dict.fromkeys(graph, Size(30, 30)), {("a", "g"): Size(20, 20)}).arcs
    for arc in (("a", "g"), ("b", "f")):
        assert len({round(point.y, 6) for point in arcs[arc][2:-1]}) == 1


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=12))
@example([("<script>", "\"&'", "\0\x1b[31m\u2028"), ("a", "a", "again"), ("a", "b" * 40, "宽" * 40)])
def test_any_names_are_drawn_escaped_and_every_arc(arcs: list[tuple[str, str, str]]) -> None:
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for source, target, trigger in arcs:
        graph.add_edge(source, target, trigger=trigger)
    picture = svg(graph)
    assert picture == svg(graph)
    groups = list(ElementTree.fromstring(picture).iter(f"{SVG}g"))  # noqa: S314
    assert sorted(str(group.get("data-state")) for group in groups if group.get("data-state")) == sorted(
        map(read, graph)
    )
    drawn = [str(group.get("data-arc")) for group in groups if group.get("data-arc")]
    assert sorted(drawn) == sorted(
        {f"{source}>{target}": read(f"{source}>{target}") for source, target in set(graph.edges())}.values()
    )
    said = {text.text or "" for text in ElementTree.fromstring(picture).iter(f"{SVG}text")}  # noqa: S314
    assert {read(shortened(state, LONGEST)) for state in graph} <= said
    for source, target in set(graph.edges()):
        triggers = dict.fromkeys(data["trigger"] for data in graph[source][target].values())
        assert read(shortened(" · ".join(triggers), LABEL)) in said


def read(text: str) -> str:
    """A text as a reader of the picture finds it."""
    found = ElementTree.fromstring(f'<a b="{plain(text)}"/>').get("b")  # noqa: S314
    assert found is not None
    return found


def parts(found: Arrangement, arc: tuple[str, str]) -> Iterator[Box]:
    """Rectangles that an arc does not leave."""
    for (x, y), (to_x, to_y) in pairwise(found.arcs[arc]):
        yield Box(min(x, to_x), min(y, to_y), abs(x - to_x), abs(y - to_y))


def meet(one: Box, other: Box) -> bool:
    """Whether a rectangle, or a line, has more than its edge in another."""
    across = min(one.x + one.wide, other.x + other.wide) - max(one.x, other.x)
    down = min(one.y + one.high, other.y + other.high) - max(one.y, other.y)
    return across > NEAR and (down > NEAR or (not one.high and other.y + NEAR < one.y < other.y + other.high - NEAR))


def within(one: Box, other: Box) -> bool:
    """Whether a rectangle is all in another."""
    right, bottom = other.x + other.wide, other.y + other.high
    return other.x <= one.x and other.y <= one.y and one.x + one.wide <= right and one.y + one.high <= bottom
