"""Say what became of a call whose process ended before its outcome was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphagent.cli import decide
from graphagent.cli.exits import UsageError

if TYPE_CHECKING:
    import argparse

VERDICTS: Final = ("retry", "result", "failure")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    command.add_argument("said", metavar="[CALL] VERDICT", nargs="+", help="the call, if several wait; retry (make it again), result (it succeeded), or failure")  # fmt: skip
    command.add_argument("--result", metavar="TEXT", help="what the model is told came of it")
    decide.add(command)


def carry_out(given: argparse.Namespace) -> int:
    """Settle one call."""
    *calls, verdict = given.said
    if verdict not in VERDICTS or len(calls) > 1:
        raise UsageError(f"Say what became of the call: graphagent settle RUN [CALL] {'|'.join(VERDICTS)}.")
    if verdict == "retry" and given.result is not None:
        raise UsageError("A call that is made again has no result yet. Leave out --result, or say result.")
    given.call = calls[0] if calls else None
    return decide.decide(
        given,
        ("doubt",),
        lambda inbox, call, run_id, by: inbox.settle(run_id, call.id, verdict, given.result, by=by, note=given.note),
    )
