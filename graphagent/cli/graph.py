"""Draw what runs of an agent may do: its states, and the arcs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.cli import drawing, exits
from graphagent.cli.loader import agent_named
from graphagent.cli.plan import print_plan
from graphagent.cli.terminal import console

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument(
        "agent", metavar="MODULE:AGENT", help="its module, or the path of a .py file, and its name in there"
    )
    drawing.add(command.add_mutually_exclusive_group())
    command.add_argument(
        "--output", metavar="FILE", help="where an image or a text in such a language goes (default: standard output)"
    )


def carry_out(given: argparse.Namespace) -> int:
    """Draw one agent."""
    agent, language = agent_named(given.agent), drawing.chosen(given)
    if language:
        drawing.put(drawing.draw(agent.graph(), language), given.output)
    else:
        print_plan(console(), agent.name or given.agent, agent.graph())
    return exits.DONE
