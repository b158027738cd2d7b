"""The run machine as a picture: whatever the plan, no arc passes behind a box, and the labels of the main arcs can be read."""

from __future__ import annotations

import re
from itertools import combinations, product
from xml.etree import ElementTree

import pytest

from graphagent.engine.graph import graph, plan
from graphagent.view.figure import HEIGHT, WIDTH
from graphagent.view.machine import MAIN, main_arcs, places
from graphagent.view.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = ("recalls", "reasons", "tools", "unrepeatable", "gated", "remembers")
TOLD = [dict(zip(SHAPES, told, strict=True)) for told in product((False, True), repeat=len(SHAPES))]
PLANS = sorted(
    {plan(**told) for told in TOLD if told["tools"] or not (told["unrepeatable"] or told["gated"])}, key=sorted
)
Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]


def arcs(picture: str) -> dict[tuple[str, ...], ElementTree.Element]:
    """The groups of the arcs of a picture."""
    groups = ElementTree.fromstring(picture).iter(f"{SVG}g")  # noqa: S314
    return {tuple(told.split(">")): group for group in groups if (told := group.get("data-arc"))}


def points(path: str) -> list[Point]:
    """Points close together along a path of lines and Bézier curves."""
    found: list[Point] = []
    for command, told in re.findall(r"([MCL])([-\d., ]+)", path):
        numbers = list(map(float, re.findall(r"-?[\d.]+", told)))
        given = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            found += given
            continue
        corners = [found[-1], *given] if command == "C" else [found[-1], found[-1], *given, *given]
        for step in range(1, 101):
            share, rest = step / 100, 1 - step / 100
            weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
            x, y = (sum(w * at for w, at in zip(weights, axis, strict=True)) for axis in zip(*corners, strict=True))
            found.append((x, y))
    return found


def inside(point: Point, box: Rectangle) -> bool:
    """Whether a point is in a box, and not at its edge."""
    return box[0] + 1 < point[0] < box[2] - 1 and box[1] + 1 < point[1] < box[3] - 1


@pytest.mark.parametrize("states", PLANS, ids=lambda states: " ".join(sorted(states)))
def test_no_arc_of_any_plan_passes_behind_a_box(states: frozenset[str]) -> None:
    boxes = {state: (x, y, x + WIDTH, y + HEIGHT) for state, (x, y) in places(states).items()}
    for ends, group in arcs(svg(graph(states))).items():
        way = points(str(next(group.iter(f"{SVG}path")).get("d")))
        behind = {state for point in way for state, box in boxes.items() if inside(point, box)}
        assert not behind, f"{' to '.join(ends)} passes behind {', '.join(behind)}"
        for end, point in zip(ends, (way[0], way[-1]), strict=True):
            left, top, right, bottom = boxes[end]
            assert left - 1 <= point[0] <= right + 1
            assert top - 1 <= point[1] <= bottom + 1


@pytest.mark.parametrize("states", PLANS, ids=lambda states: " ".join(sorted(states)))
def test_no_label_of_a_main_arc_covers_a_box_or_another(states: frozenset[str]) -> None:
    drawn = arcs(svg(graph(states)))
    labels = []
    for _, *ends in main_arcs(states):
        text = next(drawn[tuple(ends)].iter(f"{SVG}text"))
        half, x, y = len(text.text or "") * 3, float(str(text.get("x"))), float(str(text.get("y")))
        labels.append((x - half, y - 8, x + half, y + 2))
    boxes = [(x, y, x + WIDTH, y + HEIGHT) for x, y in places(states).values()]
    for one, other in [*combinations(labels, 2), *product(labels, boxes)]:
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 1 or down <= 1, (one, other)


@pytest.mark.parametrize("states", PLANS, ids=lambda states: " ".join(sorted(states)))
def test_the_main_arcs_reach_every_state_but_the_unhappy_ends(states: frozenset[str]) -> None:
    found = main_arcs(states)
    assert found <= MAIN
    reached, count = {"ready"}, 0
    while len(reached) > count:
        count = len(reached)
        reached |= {target for _, source, target in found if source in reached}
    assert reached == states - {"failed", "cancelled"}
