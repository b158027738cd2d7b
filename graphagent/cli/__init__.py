"""The command line: agents run, and runs looked at, without writing a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from graphagent.cli import exits
from graphagent.cli.parser import parser
from graphagent.exceptions import GraphAgentError
from graphagent.utils.clean import clean


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command.

    Args:
        arguments: What follows the name of the program; by default what it was called with.

    Returns:
        The exit code, see `graphagent.cli.exits`.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # what a narrow encoding lacks is written as an escape
    arguments = sys.argv[1:] if arguments is None else arguments
    given = parser(arguments).parse_args(arguments)
    try:
        code: int = given.carry_out(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.DONE
    except (Exception, KeyboardInterrupt) as error:
        if given.debug:
            raise
        print(f"graphagent: {explained(error)}", file=sys.stderr)
        return exits.code_of(error)


def explained(error: BaseException) -> str:
    """What went wrong, as one paragraph: what happened, where, and what to do next."""
    if isinstance(error, KeyboardInterrupt):
        told = ["Interrupted.", *getattr(error, "__notes__", ())]
    elif isinstance(error, GraphAgentError | exits.UsageError):
        told = [str(error), *getattr(error, "__notes__", ())]
    else:
        told = [f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ()), "(--debug shows where.)"]
    return clean(" ".join(" ".join(told).split()))
