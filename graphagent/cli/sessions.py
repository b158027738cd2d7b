"""List sessions, those begun last first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphagent.cli import database, exits
from graphagent.cli.terminal import clock, console, print_json, print_table
from graphagent.storage.session import EVERYBODY

if TYPE_CHECKING:
    import argparse

    from graphagent.cli.terminal import Cell
    from graphagent.storage.session import Session

COLUMNS: Final = ("session", "name", "user", "began", "state changes")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument("--user", metavar="ID", help="only sessions of this user; '' is the user that nobody named")
    command.add_argument("--before", metavar="ID", help="only sessions begun before this one: the next page")
    command.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (default: 20; 0: all)")
    command.add_argument("--json", action="store_true", help="print a JSON list, with the state of each session")


def carry_out(given: argparse.Namespace) -> int:
    """Print the sessions that fit."""
    user = EVERYBODY if given.user is None else given.user or None
    with database.existing(given.db) as storage:
        found = storage.sessions(user_id=user, before=given.before, limit=given.limit or None)
    if given.json:
        print_json([values(session) for session in found])
    elif found:
        print_table(console(), COLUMNS, [row(session) for session in found], right=("state changes",))
    else:
        console(stderr=True).print("No sessions fit.")
    return exits.DONE


def row(session: Session) -> list[Cell]:
    """A session on a line."""
    began = (clock(session.created_at), "dim")
    changes: Cell = ("damaged", "red") if session.damage else str(session.version or "")
    return [session.id, session.name or "", session.user_id or "", began, changes]


def values(session: Session) -> dict[str, Any]:
    """A session as JSON. Times are in microseconds since the epoch."""
    return {
        "session_id": session.id,
        "name": session.name,
        "user_id": session.user_id,
        "table_name": session.space,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "state_version": session.version,
        "state": session.state,
        **({"damage": session.damage} if session.damage else {}),
    }
