"""Print the table of figures: `python -m benchmarks [KIND …] [--peers PYTHON] [--write-docs]`."""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks import table
from benchmarks.figure import Figure
from benchmarks.fresh import ROOT

KINDS = (
    "imports", "memory", "durable", "storage", "client", "sessions", "engine", "waiting", "cold", "view", "memories",
)  # fmt: skip


def measured(kinds: list[str]) -> Iterator[Figure]:
    """The figures of these kinds, one after the other."""
    for kind in kinds:
        figures: Callable[[], Iterator[Figure]] = import_module(f"benchmarks.figures.{kind}").figures
        yield from figures()


def beside(python: str) -> Iterator[table.Peer]:
    """The frameworks that are installed for this interpreter."""
    with subprocess.Popen(
        [python, "-m", "benchmarks.peers"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise SystemExit(f"{python} -m benchmarks.peers failed; run it by itself to see why.")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What a run costs, against loops written by hand."
    )
    parser.add_argument("kind", nargs="*", help=f"kinds of figures, all where none is given: {', '.join(KINDS)}")
    parser.add_argument("--peers", metavar="PYTHON", default=sys.executable, help="the interpreter that has the others")
    parser.add_argument("--write-docs", action="store_true", help=f"write {table.PAGE.relative_to(ROOT)} as well")
    given = parser.parse_args()
    if unknown := set(given.kind) - set(KINDS):
        parser.error(f"there is no kind {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    if given.write_docs and given.kind:
        parser.error("the page holds all figures: give --write-docs without kinds")
    facts = table.circumstances()
    print(*facts, "", table.line(table.HEADINGS), sep="\n")
    figures, peers = [], []
    for figure in measured(given.kind or list(KINDS)):
        print(table.line(table.cells(figure)), flush=True)
        figures.append(figure)
    if not given.kind:
        print(f"\nTo come: {'; '.join(table.TO_COME)}.\n", table.peer_line(table.PEER_HEADINGS), sep="\n")
        for peer in beside(given.peers):
            print(*map(table.peer_line, table.versus([peer])), flush=True)
            peers.append(peer)
    if given.write_docs:
        table.write_page(figures, peers, facts, shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]))
        print(f"\nWritten to {table.PAGE}")


if __name__ == "__main__":
    main()
