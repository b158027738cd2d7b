"""One figure: what was measured, what it was measured against, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.harness import Duel


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A row of the table. `limit` holds for the ratio to the floor where there is one, unless it is `absolute`."""

    name: str
    ours: float
    unit: str = "µs"
    floor: float | None = None
    spread: tuple[float, float] | None = None
    """The middle half of the ratios of single rounds."""
    limit: float | None = None
    absolute: bool = False
    clock: str = ""
    """`CPU`: processor time of the process; `wall`: what passed meanwhile. Empty where it is no time."""

    @property
    def ratio(self) -> float | None:
        return None if self.floor is None else self.ours / self.floor

    @property
    def is_relative(self) -> bool:
        """Whether the ratio is what it is held to."""
        return self.floor is not None and not self.absolute

    @property
    def holds(self) -> bool | None:
        """None where it is held to nothing."""
        if self.limit is None:
            return None
        measured = self.ratio if self.is_relative else self.ours
        return measured is not None and measured <= self.limit


def against(name: str, weighed: Duel, limit: float | None, clock: str = "CPU") -> Figure:
    """A figure that is a ratio."""
    return Figure(name=name, ours=weighed.ours, floor=weighed.floor, spread=weighed.spread, limit=limit, clock=clock)
