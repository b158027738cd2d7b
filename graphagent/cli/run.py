"""Run an agent of yours on a message.

The answer goes to standard output, what is told about the run to standard error.
"""

from __future__ import annotations

import os
import sys
from argparse import BooleanOptionalAction
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

from graphagent.cli import database, exits
from graphagent.cli.exits import UsageError
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console, print_json
from graphagent.exceptions import StorageError
from graphagent.run.status import RunStatus
from graphagent.storage.opened import storage_named
from graphagent.utils.show import Teller

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from graphagent.agent import Agent
    from graphagent.run.response import RunResponse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("agent", metavar="MODULE:AGENT", help="as in support.py:agent or company.support:agent")
    command.add_argument("message", metavar="MESSAGE", help="what to say to it; - reads it from standard input")
    database.add(command, otherwise="the agent's own storage, else memory")
    command.add_argument("--session", metavar="ID", help="the session that the run belongs to (default: a new one)")
    command.add_argument("--user", metavar="ID", help="the user it is for")
    command.add_argument("--stream", action=BooleanOptionalAction, help="tell it as it comes (default: in a terminal)")
    command.add_argument("--json", action="store_true", help="print the response; with --stream, an event a line")


def carry_out(given: argparse.Namespace) -> int:
    """Run the agent and print what it says."""
    from graphagent.cli.loader import agent_named

    message = sys.stdin.read() if given.message == "-" else given.message
    options = {"session_id": given.session, "user_id": given.user}
    out = sys.stdout
    with redirect_stdout(sys.stderr if given.json else out):  # what the agent's own code prints is no JSON
        agent = stored(agent_named(given.agent), given.db)
        with noted(agent):
            if given.json:
                tell_json(agent, message, out, stream=bool(given.stream), **options)
            else:
                stream = out.isatty() if given.stream is None else given.stream
                tell(agent, message, Lines(console(), console(stderr=True)), stream=stream, **options)
    response = agent.run_response
    if not given.json:
        console(stderr=True).print(kept(agent), style="dim")
    return code_of(response)


def stored(agent: Agent, db: str | None) -> Agent:
    """The agent, with a storage. Raises `UsageError` where it has another one than `--db` says."""
    if agent.storage is None:
        place = db or os.environ.get(database.VARIABLE)
        return agent.copy(storage=storage_named(place)) if place else agent
    if db is not None:
        raise UsageError(f"The agent keeps its runs in a storage of its own, {agent.storage!r}. Leave out --db.")
    return agent


def tell(agent: Agent, message: str, lines: Lines, *, stream: bool, **options: Any) -> None:
    """Run an agent and print what it does and says. Raises what the run raises."""
    with lines:
        teller = Teller(lines)
        if stream:
            for event in agent.run(message, stream=True, **options):
                teller.event(event)
        else:
            teller.response(agent.run(message, stream=False, **options))


def tell_json(agent: Agent, message: str, out: TextIO, *, stream: bool, **options: Any) -> None:
    """Run an agent and print its events, or its response, also that of a run that failed. Raises what the run raises."""
    if stream:
        for event in agent.run(message, stream=True, stream_intermediate_steps=True, **options):
            print_json(event.to_dict(), out, indent=None)
        return
    try:
        response = agent.run(message, stream=False, **options)
    except StorageError:
        raise
    except Exception:
        if (failed := agent.run_response) is not None:
            print_json(failed.to_dict(), out)
        raise
    print_json(response.to_dict(), out)


@contextmanager
def noted(agent: Agent) -> Iterator[None]:
    """Errors say where the record of the run is that they have ended."""
    try:
        yield
    except StorageError:
        raise  # it says itself what became of the record
    except (Exception, KeyboardInterrupt) as error:
        if agent.run_id and agent.store.is_shared:
            error.add_note(kept(agent))
        raise


def kept(agent: Agent) -> str:
    """Where the record of the last run is."""
    if not agent.store.is_shared:
        return "The run was kept in memory, and is gone by now. With --db FILE it stays."
    return f"To see what happened: graphagent show {agent.run_id}{database.option(agent.store)}"


def code_of(response: RunResponse | None) -> int:
    """The exit code for a run that rests."""
    if response is None or response.status in (RunStatus.error, RunStatus.cancelled):
        return exits.FAILED
    return exits.PAUSED if response.is_paused else exits.DONE
