"""Give the result of a call that is made outside of the agent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from graphagent.cli import decide
from graphagent.cli.exits import UsageError

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    command.add_argument("said", metavar="[CALL] [RESULT]", nargs="*", help="the call, if several wait; the result")
    command.add_argument("--file", metavar="F", help="read the result from this file; - is standard input")
    command.add_argument("--failed", action="store_true", help="the call failed; the result says why")
    decide.add(command, note=False)


def carry_out(given: argparse.Namespace) -> int:
    """Deliver one result."""
    said = list(given.said)
    text = contents(given.file) if given.file else said.pop() if said else None
    if text is None or len(said) > 1:
        raise UsageError("Say the result: graphagent deliver RUN [CALL] RESULT, or --file F; - is standard input.")
    given.call = said[0] if said else None
    result = sys.stdin.read() if text == "-" and not given.file else text
    return decide.decide(
        given,
        ("external",),
        lambda inbox, call, run_id, by: inbox.deliver(run_id, call.id, result, failed=given.failed, by=by),
    )


def contents(file: str) -> str:
    """What a file says. Raises `UsageError` where it cannot be read."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
