"""End a run, wherever it is being run: nothing new is started in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.cli import database, exits
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console
from graphagent.run.cancel import cancelled

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    command.add_argument("--reason", default="The run was cancelled.", help="why; kept on record")
    database.add(command)


def carry_out(given: argparse.Namespace) -> int:
    """Cancel one run."""
    with database.existing(given.db) as storage:
        head, _ = cancelled(storage, database.find(storage, given.run), given.reason)
    screen = console()
    Lines(screen, screen).tell("ended", f"{head.id} is {head.state}: {given.reason}", "magenta")
    return exits.DONE
