"""List the calls that wait for a person, and what to type to decide about each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from graphagent.cli import database, exits
from graphagent.cli.lines import GUTTER, Lines
from graphagent.cli.terminal import clock, console, print_json
from graphagent.cli.waiting import DIGEST_LENGTH, commands, waiting
from graphagent.run.inbox import Inbox
from graphagent.run.view import arguments_of
from graphagent.utils import clock as now
from graphagent.utils.clean import clean
from graphagent.utils.clock import duration
from graphagent.view.signature import signature, visible
from graphagent.view.timeline import ASKED

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from graphagent.cli.waiting import Waiting
    from graphagent.storage.base import Storage

KINDS: Final = tuple(ASKED)


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument("--run", metavar="RUN", help="only calls of this run: the beginning of its id")
    command.add_argument("--kind", choices=KINDS, help="only calls that wait for this")
    command.add_argument("--json", action="store_true", help="print a JSON list")


def carry_out(given: argparse.Namespace) -> int:
    """Print what waits."""
    with database.existing(given.db) as storage:
        id = database.find(storage, given.run) if given.run else None
        inbox = Inbox(storage)
        found = list(waiting(inbox, run_id=id, kind=given.kind))
    for told in inbox.damaged.values():
        print(f"graphagent: {clean(told)}", file=sys.stderr)
    if given.json:
        print_json([values(one) for one in found])
    elif found:
        screen = console()
        for number, one in enumerate(found):
            if number:
                screen.print()
            print_waiting(screen, one, storage)
    else:
        console(stderr=True).print("Nothing waits.")
    return exits.DONE


def print_waiting(screen: Console, found: Waiting, storage: Storage) -> None:
    """Print one call that waits: what, where, since when, and how to decide."""
    lines, call, head = Lines(screen, screen), found.call, found.head
    lines.tell("waits", f"for {ASKED[found.kind]}: {signature(call)}", "yellow")
    user = f", for {head.user_id}" if head.user_id else ""
    lines.tell("run", f"{head.id} of {head.agent_name or head.agent_id}{user}")
    ago = duration(max(0, now.now() - found.since) / 1e6)
    lines.tell("call", f"{call.id}, since {clock(found.since)} ({ago}), digest {found.digest[:DIGEST_LENGTH]}")
    if found.expires is not None:
        lines.tell("expires", f"{clock(found.expires)}, and counts as rejected then")
    for number, field in enumerate(call.fields or ()):
        lines.tell("" if number else "fields", field_line(field))
    if found.kind == "doubt" and call.deadline is not None and call.deadline > now.now():
        lines.tell("retry", f"not before {clock(call.deadline)}: until then it may still be under way")
    for number, command in enumerate(commands(found, storage)):
        print_command(screen, "" if number else "decide", command)


def field_line(field: dict[str, Any]) -> str:
    """A field to fill in: its name, its type, what it is for, and what is proposed."""
    told = str(field.get("description") or "")
    about = f": {told if told.isprintable() else repr(told)}" if told else ""
    proposed = f" = {field['value']!r}" if field.get("value") is not None else ""
    return f"{visible(field['name'])} ({field.get('field_type')}){proposed}{about}"


def print_command(screen: Console, label: str, command: str) -> None:
    """Print a command as one line, however long, so that it can be copied whole."""
    from rich.text import Text

    screen.print(Text.assemble((f"{label:>{GUTTER - 2}}  ", "dim"), (clean(command), "bold")), soft_wrap=True)


def values(found: Waiting) -> dict[str, Any]:
    """One call that waits, as JSON values. Times are in microseconds since the epoch."""
    head, call = found.head, found.call
    return {
        "run_id": head.id,
        "agent_id": head.agent_id,
        "agent_name": head.agent_name,
        "session_id": head.session_id,
        "user_id": head.user_id,
        "call_id": call.id,
        "kind": found.kind,
        "tool": call.name,
        "arguments": arguments_of(call),
        "fields": call.fields or [],
        "since": found.since,
        "expires": found.expires,
        "deadline": call.deadline if found.kind == "doubt" else None,
        "digest": found.digest,
    }
