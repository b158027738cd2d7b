"""Follow a run of any process, step by step as it goes on, until it ends or waits for a person."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from graphagent.agent.lease import may_be_taken
from graphagent.cli import database, exits
from graphagent.cli.lines import Lines
from graphagent.cli.show import COLUMNS, RIGHT, print_head, print_waiting, rows, step_values
from graphagent.cli.terminal import console, print_json, print_table
from graphagent.engine.machine import CANCELLED, FAILED
from graphagent.engine.run import Run
from graphagent.view.timeline import moments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.engine.run import Step
    from graphagent.storage.base import Storage

EVERY: Final = 0.2  # seconds between two looks
# Columns that most steps fit in: later ones are not known when the first are told.
WIDTHS: Final = (4, 9, 7, 8, 11, 9, 0)


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", nargs="?", help="the beginning of its id (default: the newest run)")
    database.add(command)
    command.add_argument("--json", action="store_true", help="print a JSON object a step")


def carry_out(given: argparse.Namespace) -> int:
    """Print the steps of one run as they come."""
    with database.existing(given.db) as storage:
        head, steps = storage.load(database.find(storage, given.run))
        run, screen = Run(head.id, head.plan), console()
        lines = Lines(screen, screen)
        if not given.json:
            print_head(lines, head, now=False)
            screen.print()
            print_table(screen, COLUMNS, [], right=RIGHT, least=WIDTHS)
        for batch in coming(storage, run, steps, lines):
            for moment in moments(run, batch, steps[0].at):
                if given.json:
                    print_json(step_values(moment), indent=None)
                else:
                    print_table(screen, COLUMNS, rows(moment), right=RIGHT, least=WIDTHS, titled=False)
    if not given.json:
        print_waiting(lines, run)
    return exits.PAUSED if run.is_waiting else exits.FAILED if run.state in {FAILED, CANCELLED} else exits.DONE


def coming(storage: Storage, run: Run, steps: list[Step], lines: Lines) -> Iterator[list[Step]]:
    """The steps of a run that are there, and then those that come, until it rests.

    Whoever takes them feeds them to the run. A run whose process is gone is waited for all the same: somebody may take it on.
    """
    told = False
    while True:
        yield steps
        if run.is_over or run.is_waiting:
            return
        while not (steps := storage.steps(run.id, run.seq)):
            if not told and may_be_taken(storage.load(run.id)[0]):
                told = True
                lines.tell(
                    "stands", "Nobody has it in hand. To go on with it: graphagent recover MODULE:AGENT", "yellow"
                )
            time.sleep(EVERY)
