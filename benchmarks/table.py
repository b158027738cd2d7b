"""The table of figures, for a terminal and for the documentation."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.fresh import ROOT

PAGE = ROOT / "docs" / "explanation" / "figures.md"
LIBRARIES = ("pydantic", "openai", "transitions", "networkx", "sqlmodel")
HEADINGS = ("figure", "time", "graphagent", "loop", "ratio", "middle half", "hold", "")
PEER_HEADINGS = ("framework", "import", "in memory", "RAM disk", "disk", "keeps")
Peer = dict[str, Any]
TO_COME = ("the same in Postgres",)


def cells(figure: Figure) -> tuple[str, ...]:
    """A row as texts."""
    verdict = {True: "yes", False: "NO", None: ""}[figure.holds]
    return (
        figure.name,
        figure.clock,
        amount(figure.ours, figure.unit),
        "" if figure.floor is None else amount(figure.floor, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.3g}",
        "" if figure.spread is None else "–".join(f"{end:.3g}" for end in figure.spread),
        ""
        if figure.limit is None
        else f"≤ {figure.limit:g}" + (" ×" if figure.is_relative else f" {figure.unit}".rstrip()),
        verdict,
    )


def amount(value: float, unit: str) -> str:
    """A number with three digits that mean something, and its unit."""
    if unit == "µs" and value >= 10_000:
        value, unit = value / 1000, "ms"
    return f"{value:,.{0 if value >= 100 or unit in ('', 'B') else 1 if value >= 10 else 2}f} {unit}".rstrip()


WIDTHS = (52, 5, 11, 11, 8, 15, 10, 5)


def line(texts: Sequence[str]) -> str:
    """A row for a terminal."""
    left = f"{texts[0]:{WIDTHS[0]}} {texts[1]:{WIDTHS[1]}}"
    return left + "".join(f"{text:>{width}}" for text, width in zip(texts[2:], WIDTHS[2:], strict=True))


def peer_line(texts: Sequence[str]) -> str:
    """A row about another framework for a terminal."""
    return f"{texts[0]:24}" + "".join(f"{text:>12}" for text in texts[1:5]) + f"  {texts[5]}"


def circumstances() -> list[str]:
    """What the figures depend on besides the code: machine, versions, date and commit."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return [
        f"{datetime.now(UTC):%Y-%m-%d}" + (f", commit {commit}" if commit else ""),
        f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    ]


def processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.machine()
    names = [row.partition(":")[2].strip() for row in text.splitlines() if row.startswith("model name")]
    return names[0] if names else platform.machine()


def versus(peers: Iterable[Peer]) -> list[tuple[str, ...]]:
    """The other frameworks as rows of texts: times as multiples of the loop's."""
    rows: list[tuple[str, ...]] = []
    for peer in peers:
        if "skipped" in peer:
            rows.append((str(peer["name"]), "", "", "", "", f"skipped: {peer['skipped']}"))
            continue
        multiples = [
            f"{told['time'] / told['floor']:,.3g} ×" if (told := peer[kind]) else "–"
            for kind in ("memory", "durable", "disk")
        ]
        rows.append((str(peer["name"]), amount(peer["import"], "ms"), *multiples, peer["keeps"] or "nothing"))
    return rows


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: range) -> str:
    """A table for the documentation; the columns in `numbers` to the right."""
    rule = ("--:" if place in numbers else "---" for place in range(len(headings)))
    return "\n".join(f"| {' | '.join(texts)} |" for texts in (headings, tuple(rule), *rows))


def write_page(figures: Iterable[Figure], peers: Iterable[Peer], facts: Iterable[str], command: str) -> None:
    """Write the page of the documentation."""
    text = (Path(__file__).parent / "figures.md").read_text("utf-8")
    filled = {
        "@CIRCUMSTANCES@": "\n".join(f"- {fact}" for fact in facts),
        "@COMMAND@": command,
        "@TABLE@": markdown(HEADINGS, map(cells, figures), range(2, 7)),
        "@PEERS@": markdown(PEER_HEADINGS, versus(peers), range(1, 5)),
        "@TO COME@": "; ".join(TO_COME),
    }
    for mark, filling in filled.items():
        text = text.replace(mark, filling)
    PAGE.write_text(text, "utf-8")
