"""Go on with every run of an agent that was decided, or whose process ended.

Runs in living hands are left to them, so any number of these may work on one database.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any, Final

from graphagent.agent.worker import recovering, strangers
from graphagent.cli import database, exits, worker
from graphagent.cli.report import print_report, report
from graphagent.cli.terminal import print_json
from graphagent.engine.machine import FAILED
from graphagent.exceptions import DamagedData, StorageError
from graphagent.utils.clean import clean

if TYPE_CHECKING:
    import argparse

    from graphagent.agent import Agent

EVERY: Final = 2.0  # seconds between two looks


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    worker.add(command)
    database.add(command, otherwise=f"the agent's own storage, else {database.DEFAULT}")
    command.add_argument(
        "--watch", metavar="SECONDS", type=seconds, nargs="?", const=EVERY,
        help=f"look again so often (default: {EVERY:g}) until Ctrl-C or SIGTERM, and finish what is in hand then",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print a JSON object a line")


def seconds(text: str) -> float:
    """A time span of more than nothing. Raises `ValueError`."""
    if not 0 < (span := float(text)) <= threading.TIMEOUT_MAX:
        raise ValueError(text)
    return span


def carry_out(given: argparse.Namespace) -> int:
    """Go on with what there is; with `--watch`, with whatever comes."""
    out = sys.stdout
    code = exits.DONE
    with redirect_stdout(sys.stderr if given.json else out):  # what the agent's own code prints is no JSON
        agent = worker.agent_of(given)
        stuck: set[tuple[str, int]] = set()
        known: set[str] = set()
        with stopping() as stop:
            while True:
                tell_strangers(agent, known, forgiving=given.watch is not None)
                for values in taken_on(agent, stop, stuck, forgiving=given.watch is not None):
                    if values["state"] == FAILED or values["error"]:
                        code = exits.FAILED
                    print_json(values, out, indent=None) if given.json else print_report(values)
                if given.watch is None or stop.wait(given.watch):
                    break
    return exits.DONE if given.watch is not None else code


def tell_strangers(agent: Agent, known: set[str], *, forgiving: bool) -> None:
    """Tell of agents of other ids whose runs nobody takes on, once of each. Raises as `taken_on`."""
    try:
        found = strangers(agent)
    except StorageError:
        if not forgiving:
            raise
        return  # the next thing that is asked of the database tells
    for id in found.keys() - known:
        print(f"graphagent: {clean(found[id])}", file=sys.stderr)
    known |= found.keys()


def taken_on(
    agent: Agent, stop: threading.Event, stuck: set[tuple[str, int]], *, forgiving: bool
) -> Iterator[dict[str, Any]]:
    """What became of each run that could be taken on, as it rests again, until `stop` is set.

    One run that cannot go on holds up no other: it joins the `stuck`, which are let be until they have another step.
    Raises `StorageError` where nothing can be read, unless `forgiving`.
    """
    try:
        for taken in recovering(agent, stop=stop.is_set, leave=stuck):
            values = report(agent.store, taken.run_id, taken.error)
            if taken.error is not None and (
                isinstance(taken.error, DamagedData) or not isinstance(taken.error, StorageError)
            ):
                stuck.add((taken.run_id, values["steps"] or taken.seq))
            yield values
    except StorageError as error:
        if not forgiving:
            raise
        yield {"run_id": None, "state": None, "steps": None, "error": str(error), "waits": []}


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set. Whoever cannot wait sends a second one, which ends the process."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: Any) -> None:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)
        print("graphagent: Finishing what is in hand; once more ends at once.", file=sys.stderr)

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
