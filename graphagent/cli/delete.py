"""Delete a session, or all there is of a user, for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from graphagent.cli import database, exits
from graphagent.cli.exits import UsageError
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console, print_json

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--session", metavar="ID", help="this session, with its runs and its summaries")
    what.add_argument(
        "--user", metavar="ID", help="all sessions and memories of this user; '' is the user that nobody named"
    )
    database.add(command)
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true", help="print the counts as a JSON object")


def carry_out(given: argparse.Namespace) -> int:
    """Delete, and say how much that was."""
    what = f"session {given.session!r}" if given.session is not None else f"user {given.user!r}"
    with database.existing(given.db) as storage:
        agree(f"Delete everything of {what} in this database for good?", is_given=given.yes)
        if given.session is not None:
            gone = storage.delete_session(given.session)
        else:
            gone = storage.delete_user(given.user or None)
    if given.json:
        print_json(gone._asdict())
    else:
        screen = console()
        counts = ", ".join(f"{count} {name}" for name, count in gone._asdict().items())
        Lines(screen, screen).tell("deleted", f"{what}: {counts}")
    return exits.DONE


def agree(question: str, *, is_given: bool) -> None:
    """Ask for a yes. Raises `UsageError` where there is none, or nobody to ask."""
    if is_given:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nothing was done: nobody could be asked. Say --yes to do it.")
    if input(f"{question} [y/N] ").strip().lower() not in {"y", "yes"}:
        raise UsageError("Nothing was done.")
