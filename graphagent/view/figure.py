"""What pictures of graphs are made of: a frame, boxes with what is said of them, and arcs with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

from graphagent.utils.clean import shortened

ICON: Final = {
    "ready": "▶", "recall": "↺", "reasoning": "✦", "model": "◆", "tool": "⚒", "respond": "✉", "remember": "◍",
    "completed": "✓", "cancelled": "■", "failed": "✕",
}  # fmt: skip
SIGN: Final = {"start": "▶", "waiting": "☝", "final": "✓"}
WIDTH, HEIGHT, EDGE = 118, 42, 26
LEVEL: Final = 0.05  # what differs less is of the same height
LONGEST: Final = 28  # characters of a name

Arc = tuple[str, str]
Place = tuple[float, float]  # from the left and from the top, in pixels


class Way(NamedTuple):
    """The way of a run: what to say in each state it visited and on each arc it took, and where it is."""

    states: Mapping[str, str] = {}
    arcs: Mapping[Arc, str] = {}
    now: str | None = None


NOWHERE: Final = Way()


def frame(wide: float, high: float, drawn: str) -> str:
    """A picture of that size, in pixels."""
    return (
        f'<svg class="machine" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{wide:.0f}" height="{high:.0f}" role="group" aria-label="States of the run">'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,5L0,10z" fill="context-stroke"/></marker></defs>'
        f"{drawn}</svg>"
    )


def node(state: str, place: Place, way: Way, *, kind: str, wide: float = WIDTH) -> str:
    """A state: its box, its sign, its name, and what is said of it, or room for what scripts say."""
    sign, said = ICON.get(state) or SIGN.get(kind, "●"), way.states.get(state, "")
    drawn = kind + " visited" * (state in way.states) + " told" * bool(said) + " now" * (state == way.now)
    name = shortened(state, LONGEST)
    whole = f"<title>{plain(state)}</title>" * (name != state)
    return (
        f'<g class="node {escape(drawn)}" data-state="{plain(state)}" tabindex="0" role="button" '
        f'aria-label="{plain(state)}" transform="translate({place[0]:.0f},{place[1]:.0f})">{whole}'
        f'<rect class="box" width="{wide:.0f}" height="{HEIGHT}" rx="10"/><circle cx="21" cy="{HEIGHT / 2:.0f}" r="12"/>'
        f'<text class="sign" x="21" y="{HEIGHT / 2 + 4:.0f}">{sign}</text>'
        f'<text class="name" x="40" y="{HEIGHT / 2 + 4.5:.1f}">{plain(name)}</text>'
        f'<text class="count" x="40" y="{HEIGHT / 2 + 14:.0f}">{plain(said)}</text></g>'
    )


def arc(ends: Arc, path: str, label: Place, said: str, *, kind: str, is_visited: bool) -> str:
    """An arc along its path, and its label, of which `label` is the middle of the line it stands on."""
    drawn = kind + " visited" * is_visited
    return (
        f'<g class="arc {escape(drawn)}" data-arc="{plain(">".join(ends))}"><path d="{path}" '
        f'marker-end="url(#tip)"/><text x="{label[0]:.0f}" y="{label[1]:.0f}">{plain(said)}</text></g>'
    )


def loop(x: float, y: float, wide: float) -> tuple[str, Place]:
    """The way of an arc from a box to itself, over it, and where its label stands."""
    left, right, top = x + wide * 0.35, x + wide * 0.65, y - 20
    path = f"M{left:.0f},{y:.0f}C{left:.0f},{top:.0f} {right:.0f},{top:.0f} {right:.0f},{y:.0f}"
    return path, (x + wide / 2, y - 22)


def curve(points: Sequence[Place]) -> str:
    """A path through points: level, and from one level to the next in a swing that stays between the two points."""
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) / 2
        swing = f"C{middle:.1f},{y:.1f} {middle:.1f},{to_y:.1f} " if abs(y - to_y) >= LEVEL else "L"
        path += f"{swing}{to_x:.1f},{to_y:.1f}"
    return path


def plain(text: str) -> str:
    """A text as it may stand in XML, which knows no control characters, with quotes for attributes."""
    return escape("".join(sign if sign.isprintable() else "�" for sign in text))
