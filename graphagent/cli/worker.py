"""The agent of a command that goes on with runs, and the database that it finds them in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graphagent.cli import database
from graphagent.cli.exits import UsageError
from graphagent.cli.loader import agent_named

if TYPE_CHECKING:
    import argparse

    from graphagent.agent import Agent


def add(command: argparse.ArgumentParser) -> None:
    """What such commands take."""
    command.add_argument("agent", metavar="MODULE:AGENT", help="as in support.py:agent or company.support:agent")


def agent_of(given: argparse.Namespace) -> Agent:
    """The agent that was named, over its own storage if it has one, else over the database that is meant.

    Raises:
        UsageError: There is no such agent or database, or the agent keeps its runs in another one than `--db` says.
    """
    agent = agent_named(given.agent)
    if agent.storage is None:
        return agent.copy(storage=database.existing(given.db))
    own = getattr(agent.storage, "db_file", None)
    if given.db is not None and (own is None or Path(own).absolute() != Path(given.db).absolute()):
        raise UsageError(f"The agent keeps its runs in a storage of its own, {agent.storage!r}. Leave out --db.")
    return agent
