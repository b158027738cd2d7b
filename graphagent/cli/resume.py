"""Go on with a run that was decided, or whose process ended, until it ends or waits again."""

from __future__ import annotations

import sys
from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING

from graphagent.cli import database, worker
from graphagent.cli.lines import Lines
from graphagent.cli.run import code_of, kept, noted
from graphagent.cli.terminal import console
from graphagent.utils.show import Teller

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    worker.add(command)
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    database.add(command, otherwise=f"the agent's own storage, else {database.DEFAULT}")
    command.add_argument("--stream", action=BooleanOptionalAction, help="tell it as it comes (default: in a terminal)")


def carry_out(given: argparse.Namespace) -> int:
    """Go on with one run and print what it says."""
    agent = worker.agent_of(given)
    id = database.find(agent.store, given.run)
    stream = sys.stdout.isatty() if given.stream is None else given.stream
    with noted(agent), Lines(console(), console(stderr=True)) as lines:
        teller = Teller(lines)
        if stream:
            for event in agent.continue_run(run_id=id, stream=True):
                teller.event(event)
        else:
            teller.response(agent.continue_run(run_id=id, stream=False))
    console(stderr=True).print(kept(agent), style="dim")
    return code_of(agent.get_run(id))
