"""Draw what runs of an agent may do: its states, and the arcs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.cli import exits
from graphagent.cli.drawing import LANGUAGES, draw, put
from graphagent.cli.drawing import add as add_drawing
from graphagent.cli.loader import agent_named

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument(
        "agent", metavar="MODULE:AGENT", help="its module, or the path of a .py file, and its name in there"
    )
    add_drawing(command.add_mutually_exclusive_group(required=True))
    command.add_argument("--output", metavar="FILE", help="where it goes (default: standard output)")


def carry_out(given: argparse.Namespace) -> int:
    """Draw one agent."""
    agent = agent_named(given.agent)
    (language,) = (name for name in LANGUAGES if getattr(given, name))
    put(draw(agent.graph(), language), given.output)
    return exits.DONE
