"""What many trials came to, and the table that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from graphagent.testing.crash.laws import LAWS, Complaint

SHOWN: Final = 3  # complaints of one line of the table


@dataclass
class Tally:
    """The trials of one line of the table.

    Attributes:
        name: What was tried.
        points: How many points there are at which a process could die.
        trials: How many runs were told.
        kills: How many processes died on the way.
        asked: How often a person was asked what became of a call.
        broken: How many trials broke each law; see `LAWS`.
        seconds: How long it took.
        complaints: What was wrong, each with the words that let it happen again.
    """

    name: str
    points: int = 0
    trials: int = 0
    kills: int = 0
    asked: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    complaints: list[tuple[str, Complaint]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every law held in every trial."""
        return not self.complaints

    def add(self, again: str, complaints: Sequence[Complaint], *, kills: int, asked: int, trials: int = 1) -> None:
        """Count a trial. `again` says how to repeat it."""
        self.trials += trials
        self.kills += kills
        self.asked += asked
        self.broken.update({complaint.law for complaint in complaints})
        self.complaints += [(again, complaint) for complaint in complaints]

    def row(self) -> list[str]:
        """Its line of the table."""
        laws = [f"{self.broken[law]}" for law in LAWS]
        rate = f"{self.trials * 60 / self.seconds:,.0f}" if self.seconds else ""
        points = f"{self.points:,}" if self.points else ""
        return [self.name, points, f"{self.trials:,}", f"{self.kills:,}", f"{self.asked:,}", *laws, rate]


HEADINGS: Final = (
    "scenario", "points", "runs", "kills", "asked a person", "lost", "started twice", "stuck", "wrongly decided",
    "broken", "runs/min",
)  # fmt: skip


def total(tallies: Iterable[Tally], seconds: float) -> Tally:
    """All of them in one line."""
    whole = Tally("all", seconds=seconds)
    for tally in tallies:
        whole.points += tally.points
        whole.trials += tally.trials
        whole.kills += tally.kills
        whole.asked += tally.asked
        whole.broken += tally.broken
        whole.complaints += tally.complaints
    return whole


def table(rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> str:
    """A table in Markdown, aligned: words to the left, numbers to the right."""
    cells = [list(headings), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]

    def line(row: Sequence[str]) -> str:
        aligned = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        return f"| {' | '.join(aligned)} |"

    return "\n".join(map(line, [cells[0], rule, *cells[1:]]))


def told(tallies: Iterable[Tally]) -> str:
    """What was wrong, in words."""
    lines = []
    for tally in tallies:
        for again, complaint in tally.complaints[:SHOWN]:
            lines.append(f"{tally.name}, {again}: {complaint.law}: {complaint.why}")
        if len(tally.complaints) > SHOWN:
            lines.append(f"{tally.name}: and {len(tally.complaints) - SHOWN} more")
    return "\n".join(lines)
