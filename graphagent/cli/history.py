"""Show what was said in a session, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from graphagent.cli import database, exits
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import clock, console, print_json, style_of
from graphagent.engine.run import Run, is_pruned
from graphagent.exceptions import DamagedData, SessionNotFound
from graphagent.run.history import single
from graphagent.utils.show import content_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.storage.base import Head, Storage


class Spoken(NamedTuple):
    """What was said in a run, or why that cannot be read back."""

    head: Head
    messages: list[dict[str, Any]]
    damage: str | None = None


WHO: Final = {"user": "you", "assistant": "model", "tool": "tool"}


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("session", metavar="SESSION", help="its id")
    database.add(command)
    command.add_argument("--before", metavar="RUN", help="only runs recorded before this one: the page before")
    command.add_argument(
        "--limit", type=int, default=20, metavar="N", help="the last so many runs (default: 20; 0: all)"
    )
    command.add_argument("--json", action="store_true", help="print a JSON list of runs with their messages")


def carry_out(given: argparse.Namespace) -> int:
    """Print the messages of a session, oldest first."""
    with database.existing(given.db) as storage:
        if storage.session(given.session) is None:
            raise SessionNotFound(
                f"There is no session {given.session!r} in this database. `graphagent sessions` lists those there are.",
                session_id=given.session,
            )
        before = given.before and database.find(storage, given.before)
        heads = storage.runs(session_id=given.session, before=before, limit=given.limit or None)
        spoken = [said(storage, head) for head in reversed(heads)]
    if given.json:
        print_json([values(one) for one in spoken])
    else:
        tell(spoken)
    return exits.DONE


def said(storage: Storage, head: Head) -> Spoken:
    """What was said in a run. One that is damaged hides no other."""
    try:
        return Spoken(head, list(messages(storage, head)))
    except DamagedData as error:
        return Spoken(head, [], str(error))


def messages(storage: Storage, head: Head) -> Iterator[dict[str, Any]]:
    """The messages of a run, without those of the system; none where they were pruned."""
    head, steps = storage.load(head.id)
    if not is_pruned(steps):
        for part in Run.replay(head.id, head.plan, steps).transcript:
            yield from map(from_json, single(part))


def tell(spoken: list[Spoken]) -> None:
    """Print runs and their messages as a conversation."""
    screen = console()
    lines = Lines(screen, screen)
    for head, said, damage in spoken:
        lines.tell("run", f"{head.id}  {clock(head.created_at)}  {head.state}", style_of(head.state))
        for message in said:
            role = str(message["role"])
            if text := content_text(message.get("content") or ""):
                lines.tell(WHO.get(role, role), text, "bold" if role == "user" else "")
            for call in message.get("tool_calls") or ():
                function = call.get("function", {})
                lines.tell("calls", f"{function.get('name')} {function.get('arguments')}", "cyan")
        if damage:
            lines.tell("damaged", damage, "red")
        elif not said:
            lines.tell("", "Nothing of it is kept but its transitions.", "dim")
        screen.print()


def values(spoken: Spoken) -> dict[str, Any]:
    """A run and its messages, as JSON. Times are in microseconds since the epoch."""
    head, said, damage = spoken
    about = {"run_id": head.id, "state": head.state, "created_at": head.created_at, "messages": said}
    return {**about, **({"damage": damage} if damage else {})}
