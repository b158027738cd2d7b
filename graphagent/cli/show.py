"""Show a run: what happened in it step by step, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from graphagent.cli import database, drawing, exits
from graphagent.cli.lines import Lines, asked
from graphagent.cli.runs import head_values
from graphagent.cli.terminal import clock, console, print_json, print_table, style_of
from graphagent.run.view import tool_of
from graphagent.utils.clock import duration
from graphagent.view.timeline import timeline

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rich.console import Console

    from graphagent.cli.terminal import Cell
    from graphagent.engine.run import Run
    from graphagent.run.tool import ToolExecution
    from graphagent.storage.base import Head, Storage
    from graphagent.view.timeline import Moment

COLUMNS: Final = ("step", "at", "took", "trigger", "→ state", "tokens", "carried")
RIGHT: Final = ("step", "at", "took", "trigger", "tokens")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", nargs="?", help="the beginning of its id (default: the newest run)")
    database.add(command)
    how = command.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print all that is on record as a JSON object")
    how.add_argument(
        "--html", action="store_true", help="write a page for a browser: its graph, its steps and a replay"
    )
    drawing.add(how)
    command.add_argument("--output", metavar="FILE", help="where a page or drawing goes (default: standard output)")


def carry_out(given: argparse.Namespace) -> int:
    """Print one run."""
    with database.existing(given.db) as storage:
        id = database.find(storage, given.run)
        if given.html:
            return write_page(storage, id, given.output)
        if language := drawing.chosen(given):
            drawing.put(drawing.draw(storage.run_graph(id), language), given.output)
            return exits.DONE
        head, steps = storage.load(id)
    run, moments = timeline(head, steps)
    if given.json:
        print_json(values(head, run, moments))
    else:
        screen = console()
        lines = Lines(screen, screen)
        print_head(lines, head)
        screen.print()
        print_timeline(screen, moments)
        print_waiting(lines, run)
    return exits.DONE


def write_page(storage: Storage, run_id: str, output: str | None) -> int:
    """Write a run as an HTML file."""
    from graphagent.view.page import page

    drawing.put(page(storage, run_id), output)
    return exits.DONE


def print_head(lines: Lines, head: Head, *, now: bool = True) -> None:
    """Print who ran for whom, when, and how it stands `now`."""
    lines.tell("run", head.id)
    lines.tell("agent", head.agent_name or head.agent_id)
    lines.tell("session", head.session_id)
    if head.user_id:
        lines.tell("user", head.user_id)
    if head.parent_id:
        lines.tell("forked", f"from run {head.parent_id}, after step {head.parent_seq}")
    lines.tell("began", clock(head.created_at))
    if now:
        took = duration((head.updated_at - head.created_at) / 1e6)
        lines.tell("now", f"{head.state}, after {head.seq} steps in {took}", style_of(head.state))


def print_timeline(screen: Console, moments: list[Moment]) -> None:
    """Print a line for each step, and one more for each further thing that it carried."""
    lines = [line for moment in moments for line in rows(moment)]
    print_table(screen, COLUMNS, lines, right=RIGHT)


def rows(moment: Moment) -> Iterator[list[Cell]]:
    """The lines of a step."""
    step = moment.step
    tokens = f"{moment.tokens[0]}+{moment.tokens[1]}" if moment.tokens else ""
    first, *more = moment.carried or [""]
    at = f"{moment.offset:.3f} s" if moment.offset < 100 else duration(moment.offset)
    took = duration(moment.took) if moment.took else ""
    yield [
        str(step.seq), (at, "dim"), (took, "dim"), step.trigger, (f"→ {step.state}", style_of(step.state)),
        (tokens, "dim"), first,
    ]  # fmt: skip
    for also in more:
        yield ["", "", "", "", "", "", also]


def print_waiting(lines: Lines, run: Run) -> None:
    """Print what a run that rests waits for."""
    for tool in waiting(run):
        lines.tell("waits", f"for {asked(tool)}: {tool}", "yellow")


def waiting(run: Run) -> list[ToolExecution]:
    """The calls that wait for somebody."""
    return [tool_of(run, call) for call in run.waiting()]


def values(head: Head, run: Run, moments: list[Moment]) -> dict[str, Any]:
    """All that is on record of a run, as JSON values. Times are in microseconds since the epoch."""
    steps = [step_values(moment) for moment in moments]
    waiting_for = [tool.to_dict() for tool in waiting(run)]
    return {**head_values(head), "error": run.error, "timeline": steps, "waiting_for": waiting_for}


def step_values(moment: Moment) -> dict[str, Any]:
    """One step, as JSON values."""
    step = moment.step
    return {
        "seq": step.seq,
        "at": step.at,
        "seconds": moment.took,
        "trigger": step.trigger,
        "state": step.state,
        "data": step.data,
        "messages": from_json(b"[%b]" % step.messages),
    }
