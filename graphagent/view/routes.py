"""The ways of arcs between boxes in columns that stay where they are: around the boxes, each where others are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from graphagent.view.figure import HEIGHT, WIDTH, Arc, Place

ABOVE: Final = 24  # what a box needs over it: an arc may loop there
BELOW: Final = 10
LANE: Final = 15  # between arcs on their way through a column; a label has room there
ASIDE: Final = 8  # between an arc and the arc that leads back
SHARES: Final = (
    0.5,
    0.42,
    0.58,
    0.34,
    0.66,
    0.26,
    0.74,
)  # where on a part of the way a label may stand, the best first

Way = tuple[Place, ...]
Span = tuple[float, float]


def routes(place: Mapping[str, Place], arcs: Iterable[Arc], floors: Iterable[str]) -> dict[Arc, Way]:
    """The points of each arc between two columns, to be joined by `figure.curve`.

    Args:
        place: The left and the top of each box.
        arcs: Who leads to whom, those with the first choice of a way first.
        floors: The states below all others; arcs to them go down at once, and are level then.
    """
    columns = sorted({x for x, _ in place.values()})
    floor = {state: place[state][1] + HEIGHT / 2 for state in floors if state in place}
    taken: dict[float, list[Span]] = {
        column: [(y - ABOVE, y + HEIGHT + BELOW) for x, y in place.values() if x == column]
        + [(level - LANE, level + LANE) for level in floor.values()]
        for column in columns
    }
    found: dict[Arc, Way] = {}
    wanted = list(arcs)
    for source, target in wanted:
        (x, y), (to_x, to_y) = place[source], place[target]
        if x == to_x:
            continue
        aside = ASIDE * ((target, source) in wanted) * (1 if x < to_x else -1)
        begin = (x + WIDTH if x < to_x else x, y + HEIGHT / 2 + aside)
        end = (to_x if x < to_x else to_x + WIDTH, to_y + HEIGHT / 2 + aside)
        between = [column for column in columns if min(x, to_x) < column < max(x, to_x)]
        lane = floor.get(target)
        if between and lane is None:
            lane = free((begin[1] + end[1]) / 2, [span for column in between for span in taken[column]])
            for column in between:
                taken[column].append((lane - LANE, lane + LANE))
        middle = [(side, lane) for column in between for side in (column, column + WIDTH) if lane is not None]
        found[source, target] = (begin, *(middle if x < to_x else middle[::-1]), end)
    return found


def free(wanted: float, taken: Iterable[Span]) -> float:
    """The height nearest to the one wanted that is in none of the spans, and in the picture."""
    spans = list(taken)
    heights = [wanted, *(edge for span in spans for edge in span)]
    open_ = [height for height in heights if height > ASIDE and not any(top < height < end for top, end in spans)]
    return min(open_, key=lambda height: (abs(height - wanted), height))


def stands(way: Way) -> list[Place]:
    """Where the label of an arc may stand, the best first: the middle of each part of the way before its sides."""
    parts = list(pairwise(way))
    level = [part for part in parts if part[0][1] == part[1][1]]
    return [
        (begin[0] + (end[0] - begin[0]) * share, begin[1] + (end[1] - begin[1]) * (3 - 2 * share) * share**2 - 4)
        for share in SHARES
        for begin, end in level + [part for part in parts if part not in level]
    ]


class Labels:
    """Places for labels, each where it covers the least of boxes and of other labels."""

    def __init__(self, place: Mapping[str, Place]) -> None:
        self.covered = [(x - 2, y - 2, x + WIDTH + 2, y + HEIGHT + 2) for x, y in place.values()]

    def put(self, choices: Sequence[Place], wide: float) -> Place:
        """The first of the places where a label covers nothing, or else the least."""
        boxes = [(x - wide / 2, y - 10, x + wide / 2, y + 3) for x, y in choices]
        overlaps: list[float] = []
        for box in boxes:
            overlaps.append(self._overlap(*box))
            if not overlaps[-1]:
                break
        chosen = overlaps.index(min(overlaps))
        self.covered.append(boxes[chosen])
        return choices[chosen]

    def _overlap(self, left: float, top: float, right: float, bottom: float) -> float:
        return sum(
            (min(right, others_right) - max(left, others_left)) * (min(bottom, others_bottom) - max(top, others_top))
            for others_left, others_top, others_right, others_bottom in self.covered
            if left < others_right and others_left < right and top < others_bottom and others_top < bottom
        )
