"""Print the table of figures: `python -m benchmarks [NAME …] [--write-docs]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks import table
from benchmarks.figure import Figure

NAMES = ("imports", "memory", "durable", "client", "engine", "cold")


def measured(names: list[str]) -> Iterator[Figure]:
    """The figures of these kinds, one after the other."""
    for name in names:
        figures: Callable[[], Iterator[Figure]] = import_module(f"benchmarks.figures.{name}").figures
        yield from figures()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What a run costs, against loops by hand."
    )
    parser.add_argument("name", nargs="*", help=f"kinds of figures, all where none is given: {', '.join(NAMES)}")
    parser.add_argument("--write-docs", action="store_true", help=f"write {table.PAGE.relative_to(table.ROOT)} as well")
    given = parser.parse_args()
    if unknown := set(given.name) - set(NAMES):
        parser.error(f"there is no kind {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if given.write_docs and given.name:
        parser.error("the page holds all figures: give --write-docs without names")
    print(*table.circumstances(), "", sep="\n")
    print(table.line(table.HEADINGS))
    figures = []
    for figure in measured(given.name or list(NAMES)):
        print(table.line(table.cells(figure)), flush=True)
        figures.append(figure)
    if given.write_docs:
        table.write_page(figures, "python -m benchmarks --write-docs")
        print(f"\nWritten to {table.PAGE}")


if __name__ == "__main__":
    main()
