"""What the commands that decide about a call share: which call is meant, who decides, and what is told afterwards."""

from __future__ import annotations

from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING

from graphagent.cli import database, exits
from graphagent.cli.exits import UsageError
from graphagent.cli.inbox import print_command
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console
from graphagent.cli.waiting import DIGEST_LENGTH
from graphagent.engine.digest import canonical
from graphagent.engine.run import Run
from graphagent.exceptions import RequestNotFound
from graphagent.run.inbox import Inbox
from graphagent.view.signature import signature
from graphagent.view.timeline import ASKED

if TYPE_CHECKING:
    import argparse

    from graphagent.engine.call import Call
    from graphagent.storage.base import Storage


def add(command: argparse.ArgumentParser, *, note: bool = True) -> None:
    """What all of them take, after RUN and CALL."""
    if note:
        command.add_argument("--note", help="why; kept on record, and told to the model by a rejection")
    command.add_argument("--by", metavar="NAME", help="who decides (default: your login name)")
    database.add(command)


def add_call(command: argparse.ArgumentParser) -> None:
    """Which call it is."""
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    command.add_argument("call", metavar="CALL", nargs="?", help="its id; not needed where only one such call waits")


def decide(
    given: argparse.Namespace, kinds: tuple[str, ...], act: Callable[[Inbox, Call, str, str | None], Run]
) -> int:
    """Find the call that is meant, decide about it, and tell what follows.

    Args:
        given: What was typed.
        kinds: What the call may wait for.
        act: Decides, and returns the run after that: of the inbox, the call as it was found, the id of its run, and
            who decides.
    """
    with database.existing(given.db) as storage:
        id = database.find(storage, given.run)
        head, steps = storage.load(id)
        run = Run.replay(head.id, head.plan, steps)
        call = meant(run, given.call, kinds, decided(storage, run, kinds))
        run = act(Inbox(storage), call, id, given.by or login())
        told = run.calls[call.id]
        screen = console()
        lines = Lines(screen, screen)
        lines.tell("decided", f"{given.command}: {signature(told)}, by {told.decided_by}")
        for other in run.open.values():
            if other.gate is not None:
                lines.tell("waits", f"for {ASKED[other.gate]}: {signature(other)}", "yellow")
        inbox, go_on = f"graphagent inbox --run {id}", f"graphagent resume MODULE:AGENT {id}"
        print_command(screen, "next", (inbox if run.is_waiting else go_on) + database.option(storage))
    return exits.DONE


def decided(storage: Storage, run: Run, kinds: tuple[str, ...]) -> list[Call]:
    """The calls of a run that waited for such a decision."""
    asked = {ask.call_id for ask in storage.requests(run_id=run.id, status=None) if ask.kind in kinds}
    return [call for call in run.calls.values() if call.id in asked]


def meant(run: Run, call_id: str | None, kinds: tuple[str, ...], before: list[Call]) -> Call:
    """The call of that id; without one, the only call that waits for such a decision, or else did `before`.

    Raises:
        RequestNotFound: There is none.
        UsageError: There are several, or that one waits for something else.
    """
    if call_id is not None:
        if call_id not in run.calls:
            raise RequestNotFound(
                f"Run {run.id} has no call {call_id!r}. `graphagent inbox` lists what waits.", run_id=run.id
            )
        call = run.calls[call_id]
        if call.gate is not None and call.gate not in kinds:
            raise UsageError(f"Call {call.id!r} of run {run.id} waits for {ASKED[call.gate]}: {signature(call)}.")
        return call
    found = [call for call in run.open.values() if call.gate in kinds]
    found = found or before
    if not found:
        asked = " or ".join(ASKED[kind] for kind in kinds)
        raise RequestNotFound(
            f"No call of run {run.id} waits for {asked}. It is in state {run.state!r}.", run_id=run.id
        )
    if len(found) > 1:
        there = "; ".join(f"{call.id} is {signature(call)}" for call in found)
        raise UsageError(f"Say which of the {len(found)} calls of run {run.id} is meant: {there}.")
    return found[0]


def login() -> str | None:
    """The name of whoever is logged in, where the system knows one."""
    try:
        return getuser()
    except (OSError, KeyError):
        return None


def whole_digest(call: Call, shown: str | None) -> str:
    """The digest that a decision is bound to: the one that was shown, of which a beginning is enough. Raises `UsageError`."""
    now = canonical(call.name, call.arguments)
    if shown is not None and len(shown) < DIGEST_LENGTH:
        raise UsageError(f"--digest takes at least the {DIGEST_LENGTH} characters that are shown, not {shown!r}.")
    return now if shown is None or now.startswith(shown) else shown
