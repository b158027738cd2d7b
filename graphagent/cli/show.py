"""Show a run: what happened in it step by step, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from graphagent.cli import database, exits
from graphagent.cli.runs import head_values
from graphagent.cli.terminal import clock, console, duration, line, print_json, print_table, style_of
from graphagent.cli.timeline import ASKED, timeline
from graphagent.run.view import tool_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rich.console import Console

    from graphagent.cli.terminal import Cell
    from graphagent.cli.timeline import Moment
    from graphagent.engine.run import Run
    from graphagent.storage.base import Head

COLUMNS: Final = ("step", "at", "took", "what", "state", "tokens", "carried")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", nargs="?", help="the beginning of its id (default: the newest run)")
    database.add(command)
    command.add_argument("--json", action="store_true", help="print all that is on record as a JSON object")


def carry_out(given: argparse.Namespace) -> int:
    """Print one run."""
    with database.existing(given.db) as storage:
        head, steps = storage.load(database.find(storage, given.run))
    run, moments = timeline(head, steps)
    if given.json:
        print_json(values(head, run, moments))
    else:
        screen = console()
        print_head(screen, head, run)
        print_timeline(screen, moments)
        print_waiting(screen, run)
    return exits.DONE


def print_head(screen: Console, head: Head, run: Run) -> None:
    """Print who ran for whom, when, and how it stands."""
    screen.print(line((f"run {head.id}", "bold")))
    told = [f"agent {head.agent_name or head.agent_id}", f"session {head.session_id}"]
    if head.user_id:
        told.append(f"user {head.user_id}")
    if head.parent_id:
        told.append(f"part of run {head.parent_id}, step {head.parent_seq}")
    screen.print(line((" · ".join(told), "dim")))
    took = duration((head.updated_at - head.created_at) / 1e6)
    screen.print(line((head.state, style_of(head.state))), line((f" · began {clock(head.created_at)}, took {took}", "dim")), sep="")
    screen.print()


def print_timeline(screen: Console, moments: list[Moment]) -> None:
    """Print a line for each step, and one more for each further thing that it carried."""
    print_table(screen, COLUMNS, (row for moment in moments for row in rows(moment)), numbers=("step", "at", "took", "tokens"))


def rows(moment: Moment) -> Iterator[list[Cell]]:
    """The lines of a step."""
    step = moment.step
    tokens = f"{moment.tokens[0]}+{moment.tokens[1]}" if moment.tokens else ""
    first, *more = moment.carried or [""]
    yield [
        str(step.seq), (f"+{duration(moment.offset)}", "dim"), (duration(moment.took), "dim"), step.trigger,
        (step.state, style_of(step.state)), (tokens, "dim"), first,
    ]  # fmt: skip
    yield from (["", "", "", "", "", "", also] for also in more)


def print_waiting(screen: Console, run: Run) -> None:
    """Print what a run that rests waits for."""
    for call in run.open.values():
        if call.gate is not None:
            screen.print(line((f"waits for {ASKED[call.gate]}: {tool_of(run, call)}", "yellow")))


def values(head: Head, run: Run, moments: list[Moment]) -> dict[str, Any]:
    """All that is on record of a run, as JSON values. Times are in microseconds since the epoch."""
    steps = [
        {
            "seq": moment.step.seq,
            "at": moment.step.at,
            "seconds": moment.took,
            "trigger": moment.step.trigger,
            "state": moment.step.state,
            "data": moment.step.data,
            "messages": from_json(b"[%b]" % moment.step.messages),
        }
        for moment in moments
    ]
    waiting = [tool_of(run, call).to_dict() for call in run.open.values() if call.gate is not None]
    return {**head_values(head), "error": run.error, "timeline": steps, "waiting_for": waiting}
