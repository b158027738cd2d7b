"""List runs, those recorded last first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from graphagent.cli import database, exits
from graphagent.cli.terminal import clock, console, print_json, print_table, style_of
from graphagent.engine.machine import STATES
from graphagent.utils.clean import shortened
from graphagent.utils.clock import duration

if TYPE_CHECKING:
    import argparse

    from graphagent.cli.terminal import Cell
    from graphagent.storage.base import Head

COLUMNS: Final = ("run", "agent", "state", "steps", "began", "took", "session", "user")
SHORT: Final = 13  # characters of an id that say when it was made, to the millisecond


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument("--session", metavar="ID", help="only runs of this session")
    command.add_argument("--user", metavar="ID", help="only runs for this user")
    command.add_argument("--agent", metavar="ID", help="only runs of this agent")
    command.add_argument("--state", choices=STATES, help="only runs in this state")
    command.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (default: 20; 0: all)")
    command.add_argument("--json", action="store_true", help="print a JSON list")


def carry_out(given: argparse.Namespace) -> int:
    """Print the runs that fit."""
    with database.existing(given.db) as storage:
        heads = storage.runs(
            session_id=given.session, user_id=given.user, agent_id=given.agent, state=given.state,
            limit=given.limit or None,
        )  # fmt: skip
    if given.json:
        print_json([head_values(head) for head in heads])
    elif heads:
        alike = Counter(head.id[:SHORT] for head in heads)
        rows = [row(head, head.id[:SHORT] if alike[head.id[:SHORT]] == 1 else head.id) for head in heads]
        print_table(console(), COLUMNS, rows, right=("steps", "took"))
    else:
        console(stderr=True).print("No runs fit.")
    return exits.DONE


def row(head: Head, id: str) -> list[Cell]:
    """A run on a line."""
    return [
        id,
        shortened(head.agent_name or head.agent_id, 24),
        (head.state, style_of(head.state)),
        str(head.seq),
        clock(head.created_at),
        duration((head.updated_at - head.created_at) / 1e6),
        (head.session_id, "dim"),
        (head.user_id or "", "dim"),
    ]


def head_values(head: Head) -> dict[str, Any]:
    """A run as JSON. Times are in microseconds since the epoch."""
    return {
        "run_id": head.id,
        "agent_id": head.agent_id,
        "agent_name": head.agent_name,
        "state": head.state,
        "steps": head.seq,
        "created_at": head.created_at,
        "updated_at": head.updated_at,
        "session_id": head.session_id,
        "user_id": head.user_id,
        "parent_run_id": head.parent_id,
        "parent_step": head.parent_seq,
        "definition": head.definition,
        **({"damage": head.damage} if head.damage else {}),
    }
