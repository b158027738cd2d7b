"""What can be typed: the commands, and the options that they share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from graphagent import __version__
from graphagent.cli.exits import MEANINGS, USAGE

# Each is a module of this package, which says in `add` what it takes and in `carry_out` what it does.
COMMANDS: Final = {
    "demo": "watch an agent look around in a folder, with no key and no server",
    "run": "run an agent of yours on a message",
    "runs": "list runs, those recorded last first",
    "show": "show a run step by step, and what it waits for",
    "graph": "draw what runs of an agent may do",
    "watch": "follow a run of any process until it ends or waits",
    "studio": "see runs and decide what they wait for in a browser",
    "sessions": "list sessions, those begun last first",
    "history": "show what was said in a session",
    "memories": "list what is remembered about users",
    "delete": "delete a session, or all there is of a user",
    "prune": "remove what old runs carried, and keep their transitions",
    "inbox": "list what waits for a person, and how to decide it",
    "approve": "let a call be made",
    "reject": "refuse a call",
    "answer": "fill in the fields of a call",
    "deliver": "give the result of a call that is made elsewhere",
    "settle": "say what became of a call of unknown outcome",
    "resume": "go on with a run",
    "cancel": "end a run, wherever it is being run",
    "recover": "go on with all runs that were decided or lost their process",
    "compat": "see which open runs a changed agent would break",
    "diff": "compare two runs: where they parted, and what each came to",
}


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the whole command line, complete for the commands that occur in the arguments.

    Only those are imported, so that nobody waits for what they do not use.
    """
    codes = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
    whole = argparse.ArgumentParser(
        prog="graphagent",
        description="Run agents, see what their runs did, and decide what they wait for.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"graphagent {__version__}")
    whole.set_defaults(debug=False, carry_out=lambda given: needs_command(whole))
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, allow_abbrev=False)
        if name in arguments:
            module = import_module(f"graphagent.cli.{name}")
            command.description = module.__doc__
            module.add(command)
            command.add_argument("--debug", action="store_true", help="show tracebacks")
            command.set_defaults(carry_out=module.carry_out, command=name)
    return whole


def needs_command(whole: argparse.ArgumentParser) -> int:
    """Say what there is, where no command was given."""
    whole.print_help(sys.stderr)
    return USAGE
