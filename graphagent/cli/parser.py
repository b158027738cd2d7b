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
}


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the whole command line, complete for the commands that occur in the arguments.

    Only those are imported, so that nobody waits for what they do not use.
    """
    codes = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
    whole = argparse.ArgumentParser(
        prog="graphagent",
        description="Run agents, and see what their runs did.",
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
            command.set_defaults(carry_out=module.carry_out)
    return whole


def needs_command(whole: argparse.ArgumentParser) -> int:
    """Say what there is, where no command was given."""
    whole.print_help(sys.stderr)
    return USAGE
