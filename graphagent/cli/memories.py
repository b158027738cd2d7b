"""List what is remembered about users, and how a memory came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphagent.cli import database, exits
from graphagent.cli.terminal import clock, console, print_json, print_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.cli.terminal import Cell
    from graphagent.storage.base import Storage
    from graphagent.storage.notebook import Version

COLUMNS: Final = ("memory", "user", "written", "by", "says")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument("--user", metavar="ID", help="only of this user; '' is the user that nobody named")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--search", metavar="WORDS", help="only those that have any of these words, best first")
    how.add_argument("--of", metavar="MEMORY", help="all versions of this memory, with the runs that wrote them")
    command.add_argument(
        "--limit", type=int, default=50, metavar="N", help="at most so many of a user (default: 50; 0: all)"
    )
    command.add_argument("--json", action="store_true", help="print a JSON list")


def carry_out(given: argparse.Namespace) -> int:
    """Print the memories that fit."""
    with database.existing(given.db) as storage:
        found = list(fitting(storage, given))
    if given.json:
        print_json([values(*one) for one in found])
    elif found:
        print_table(console(), COLUMNS, [row(user, version) for _, user, version in found])
    else:
        console(stderr=True).print("No memories fit.")
    return exits.DONE


def fitting(storage: Storage, given: argparse.Namespace) -> Iterator[tuple[str, str | None, Version]]:
    """What fits, user by user: the table name it is kept under, whose it is, and what it says."""
    limit = given.limit or None
    for space, user in storage.remembered():
        if given.user is not None and (user or "") != given.user:
            continue
        notebook = storage.notebook(user, space)
        if given.of is not None:
            versions = notebook.history(given.of)
        elif given.search is not None:
            versions = notebook.search(given.search, limit)
        else:
            versions = notebook.memories(limit=limit)
        yield from ((space, user, version) for version in versions)


def row(user: str | None, version: Version) -> list[Cell]:
    """A memory on a line."""
    by = f"{version.run_id[:13]} step {version.seq}" if version.run_id else "hand"
    says = (
        (version.memory, "") if version.memory is not None else (f"({version.operation}; what it said is gone)", "dim")
    )
    return [version.id, user or "", (clock(version.at), "dim"), (by, "dim"), says]


def values(space: str, user: str | None, version: Version) -> dict[str, Any]:
    """A version of a memory as JSON. Times are in microseconds since the epoch."""
    return {
        "memory_id": version.id,
        "version": version.version,
        "user_id": user,
        "table_name": space,
        "operation": version.operation,
        "memory": version.memory,
        "topics": version.topics,
        "input": version.input,
        "is_current": version.is_current,
        "run_id": version.run_id,
        "step": version.seq,
        "at": version.at,
    }
