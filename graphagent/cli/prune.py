"""Remove what old runs carried (messages, arguments, results), and keep which way they went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphagent.cli import database, exits
from graphagent.cli.delete import agree
from graphagent.cli.exits import UsageError
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console, print_json
from graphagent.utils import clock

if TYPE_CHECKING:
    import argparse

DAY: Final = 86_400_000_000  # microseconds


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument(
        "--older-than", metavar="DAYS", type=float, required=True, help="runs that ended more than so many days ago"
    )
    database.add(command)
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true", help="print the counts as a JSON object")


def carry_out(given: argparse.Namespace) -> int:
    """Prune, and say how much that was."""
    if not given.older_than >= 0:
        raise UsageError(f"--older-than takes a number of days, not {given.older_than}.")
    now = clock.now()
    with database.existing(given.db) as storage:
        agree(f"Remove what runs carried that ended more than {given.older_than:g} days ago?", is_given=given.yes)
        pruned = storage.prune(now - int(given.older_than * DAY), now)
    if given.json:
        print_json(pruned._asdict())
    else:
        screen = console()
        Lines(screen, screen).tell("pruned", f"{pruned.runs} runs of {pruned.steps} steps in all")
    return exits.DONE
