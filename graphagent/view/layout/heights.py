"""How high each cell stands: as near to its neighbours as the order of its column and the room it needs allow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from graphagent.view.layout.layers import Cell

ROUNDS: Final = 24
APART: Final = 22  # around boxes
CLOSE: Final = 8  # between the ways of arcs


def place(columns: Sequence[Sequence[Cell]]) -> None:
    """Give every cell its `y`, the middle of it."""
    for column in columns:
        for cell, offset in zip(column, offsets(column), strict=True):
            cell.y = offset
    for number in range(ROUNDS):
        is_last = number >= ROUNDS - 4
        for column in columns if number % 2 == 0 else columns[::-1]:
            settle(column, to_right=None if is_last else number % 2 == 0)


def settle(column: Sequence[Cell], *, to_right: bool | None) -> None:
    """Move the cells of a column to where their neighbours on one side are, or on both, in order and apart.

    That is isotonic regression; it is solved by pooling adjacent violators (M. Ayer et al., "An Empirical Distribution
    Function for Sampling with Incomplete Information", Annals of Mathematical Statistics 26 (4), 1955).
    """
    pools: list[tuple[float, float, int]] = []  # where they want to be, how much, and how many they are
    needed = offsets(column)
    for cell, offset in zip(column, needed, strict=True):
        wanted, weight = wish(cell, to_right=to_right)
        wanted, count = wanted - offset, 1
        while pools and pools[-1][0] > wanted:
            other, others_weight, others = pools.pop()
            wanted = (wanted * weight + other * others_weight) / (weight + others_weight)
            weight, count = weight + others_weight, count + others
        pools.append((wanted, weight, count))
    shifts = [wanted for wanted, _, count in pools for _ in range(count)]
    for cell, offset, shift in zip(column, needed, shifts, strict=True):
        cell.y = shift + offset


def wish(cell: Cell, *, to_right: bool | None) -> tuple[float, float]:
    """Where a cell would best be, and how much that matters: arcs on their way go straight before all else."""
    around = cell.before + cell.after if to_right is None else (cell.before if to_right else cell.after)
    around = around or cell.before + cell.after
    if not around:
        return cell.y, 0.5
    weights = [(1 if cell.is_box else 2) * (1 if other.is_box else 4) for other in around]
    total = sum(weights)
    return sum(other.y * weight for other, weight in zip(around, weights, strict=True)) / total, total


def offsets(column: Sequence[Cell]) -> list[float]:
    """How far each cell must be below the first at the least."""
    found = [0.0] if column else []
    for above, below in pairwise(column):
        found.append(found[-1] + apart(above, below))
    return found


def apart(above: Cell, below: Cell) -> float:
    """How far the middles of two cells, one above the other, must be apart."""
    gap = APART if above.is_box or below.is_box else CLOSE
    return (above.size.high + below.size.high) / 2 + gap
