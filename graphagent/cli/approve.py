"""Let a call that waits for approval be made, with other arguments if you like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import from_json

from graphagent.cli import decide
from graphagent.cli.exits import UsageError

if TYPE_CHECKING:
    import argparse

    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.run.inbox import Inbox


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    decide.add_call(command)
    command.add_argument("--arguments", metavar="JSON", help="make the call with these arguments, a JSON object")
    command.add_argument("--digest", metavar="D", help="only if the call still is the one shown with this digest")
    decide.add(command)


def carry_out(given: argparse.Namespace) -> int:
    """Approve one call."""
    checked(given.arguments)

    def act(inbox: Inbox, call: Call, run_id: str, by: str | None) -> Run:
        digest = decide.whole_digest(call, given.digest)
        return inbox.approve(run_id, call.id, arguments=given.arguments, by=by, note=given.note, digest=digest)

    return decide.decide(given, ("confirm",), act)


def checked(arguments: str | None) -> None:
    """Raise `UsageError` unless these are the arguments of a call."""
    if arguments is None:
        return
    try:
        fits = isinstance(from_json(arguments), dict)
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f'--arguments takes a JSON object, as in \'{{"order": "7"}}\', not {arguments!r}.')
