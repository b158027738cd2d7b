"""What can be typed: the commands, and the options that they share."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from graphagent import __version__
from graphagent.cli import demo, run, runs, show
from graphagent.cli.exits import MEANINGS, USAGE

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS: Final[tuple[ModuleType, ...]] = (demo, run, runs, show)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line. Each command says in `add` what it takes, and in `carry_out` what it does."""
    codes = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
    whole = argparse.ArgumentParser(
        prog="graphagent",
        description="Run agents, and see what their runs did.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"graphagent {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")
    whole.set_defaults(debug=False, carry_out=lambda given: needs_command(whole))
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        summary = (module.__doc__ or "").partition("\n")[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__, allow_abbrev=False)
        module.add(command)
        command.add_argument("--debug", action="store_true", help="show tracebacks")
        command.set_defaults(carry_out=module.carry_out)
    return whole


def needs_command(whole: argparse.ArgumentParser) -> int:
    """Say what there is, where no command was given."""
    whole.print_help(sys.stderr)
    return USAGE
