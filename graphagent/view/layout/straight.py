"""Arcs on a long way, made level as far as the room between their neighbours goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from graphagent.view.layout.heights import apart
from graphagent.view.layout.layers import Cell


def straighten(columns: Sequence[Sequence[Cell]], ways: Iterable[Sequence[Cell]]) -> None:
    """Move the cells of each way to one height, the longest way first, or to as few heights as there must be."""
    around: dict[Cell, tuple[Cell | None, Cell | None]] = {
        cell: (above, below)
        for column in columns
        for above, cell, below in zip([None, *column], column, [*column[1:], None], strict=False)
    }
    for way in sorted(ways, key=len, reverse=True):
        level: list[Cell] = []
        low, high = -inf, inf
        for cell in way[1:-1]:
            least, most = room(cell, *around[cell])
            if max(low, least) > min(high, most):
                put(level, low, high)
                level, low, high = [], -inf, inf
            level.append(cell)
            low, high = max(low, least), min(high, most)
        put(level, low, high)


def room(cell: Cell, above: Cell | None, below: Cell | None) -> tuple[float, float]:
    """Between which heights a cell may be."""
    return (
        above.y + apart(above, cell) if above else -inf,
        below.y - apart(cell, below) if below else inf,
    )


def put(level: Sequence[Cell], low: float, high: float) -> None:
    """Put cells at their mean height, or as near to it as they may be."""
    if level:
        mean = sum(cell.y for cell in level) / len(level)
        for cell in level:
            cell.y = min(max(mean, low), high)
