"""Compare two runs: how far they went alike, where they parted, and what each came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json

from graphagent.cli import database, drawing, exits
from graphagent.cli.terminal import console, print_json, print_table
from graphagent.utils.clock import duration
from graphagent.view.compare import diff, values

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.cli.terminal import Cell
    from graphagent.view.compare import Change, Difference

COLUMNS: Final = ("", "first", "second")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("first", metavar="RUN", help="the beginning of its id")
    command.add_argument("second", metavar="RUN", help="the beginning of the other one's id")
    database.add(command)
    how = command.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print all that differs as a JSON object")
    how.add_argument("--html", action="store_true", help="write both, side by side, as one HTML file")
    command.add_argument("--output", metavar="FILE", help="where the HTML goes (default: standard output)")


def carry_out(given: argparse.Namespace) -> int:
    """Print how two runs differ."""
    with database.existing(given.db) as storage:
        ids = database.find(storage, given.first), database.find(storage, given.second)
        if given.html:
            from graphagent.view.compared import compared

            drawing.put(compared(storage, *ids), given.output)
            return exits.DONE
        found = diff(storage, *ids)
    if given.json:
        print_json(values(found))
    else:
        print_table(console(), COLUMNS, list(rows(found)))
    return exits.DONE


def rows(found: Difference) -> Iterator[list[Cell]]:
    """Both runs, side by side."""
    first, second = found.first, found.second
    yield ["run", first.run_id, second.run_id]
    yield ["state", first.state, second.state]
    yield ["steps", str(first.steps), str(second.steps)]
    yield ["tool calls", str(first.calls), str(second.calls)]
    yield ["took", duration(first.seconds), duration(second.seconds)]
    yield ["tokens", str(first.tokens), str(second.tokens)]
    yield [("the same way to the end" if found.seq is None else f"parted at step {found.seq}", "bold"), "", ""]
    yield from (row(change) for change in found.changes)
    for title, changes in (("arguments of calls", found.arguments), ("session state", found.state)):
        if changes:
            yield [(title, "bold"), "", ""]
            yield from (row(change) for change in changes)


def row(change: Change) -> list[Cell]:
    """One value that is not the same."""
    return [(f"  {change.path}", "dim"), said(change.first), said(change.second)]


def said(value: Any) -> str:
    """A JSON value as text."""
    return value if isinstance(value, str) else to_json(value).decode()
