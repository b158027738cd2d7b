"""Watch an agent look around in a folder; its model is scripted unless you have a key.

The tools, the HTTP between agent and model, and the journal are real.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from graphagent.cli import database, exits
from graphagent.cli.exits import UsageError
from graphagent.cli.lines import Lines
from graphagent.cli.runs import SHORT
from graphagent.cli.terminal import console, shown
from graphagent.storage.opened import storage_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.agent import Agent
    from graphagent.models.openai import OpenAIChat

SCRIPTED: Final = "scripted"
KEY: Final = "OPENAI_API_KEY"
ADDRESS: Final = "OPENAI_BASE_URL"
PACE: Final = 0.02  # seconds between two pieces of the scripted answer, so that eyes can follow


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument("--folder", metavar="PATH", default=".", help="the folder to look at (default: this one)")
    command.add_argument("--model", metavar="ID", help=f"the model to ask, where {KEY} or {ADDRESS} is set")
    command.add_argument("--scripted", action="store_true", help=f"do without a model although {KEY} is set")
    command.add_argument("--code", action="store_true", help="print the agent's code, to copy, and do nothing else")


def carry_out(given: argparse.Namespace) -> int:
    """Run the agent of the demo, then show what its journal has."""
    from graphagent.cli import run, show
    from graphagent.cli.demo.guide import Folder, agent
    from graphagent.cli.demo.script import QUESTION
    from graphagent.view.timeline import timeline

    if given.code:
        print(resources.files(__name__).joinpath("guide.py").read_text("utf-8"), end="")
        return exits.DONE
    if not Path(given.folder).is_dir():
        raise UsageError(f"There is no folder {given.folder}.")
    screen = console()
    lines = Lines(screen, screen)
    storage = storage_named(database.named(given.db))
    with storage, model(given) as (chat, about):
        guide = agent.copy(model=chat, tools=[Folder(given.folder)], storage=storage)
        tools = ", ".join(guide.definition.functions)
        lines.tell("agent", f"Guide, with {tools} over {shown(Path(given.folder).resolve())}")
        lines.tell("model", about)
        lines.tell("journal", database.told(storage))
        screen.print()
        lines.message(QUESTION)
        with run.noted(guide):
            run.tell(guide, QUESTION, lines, stream=True)
        head, steps = storage.load(guide.run_id or "")
    screen.print()
    lines.tell("journal", f"{len(steps)} steps, each on disk before the next began:")
    screen.print()
    show.print_timeline(screen, timeline(head, steps)[1])
    screen.print()
    closing(lines, guide, scripted=chat.id == SCRIPTED)
    return run.code_of(guide.run_response)


@contextmanager
def model(given: argparse.Namespace) -> Iterator[tuple[OpenAIChat, str]]:
    """The model to ask, for as long as it is there, and what is to be said of it."""
    from graphagent.cli.demo.script import answer
    from graphagent.models.openai import OpenAIChat
    from graphagent.testing import LocalProvider, slow

    address = os.environ.get(ADDRESS)
    if (address or os.environ.get(KEY)) and not given.scripted:
        chat = OpenAIChat(**({"id": given.model} if given.model else {}), api_key=os.environ.get(KEY) or "none")
        host = urlsplit(address).hostname if address else "api.openai.com"
        yield chat, f"{chat.id} at {host}; what the tools read is sent there"
        return
    if given.model:
        raise UsageError(f"To ask {given.model}, set {KEY}, or {ADDRESS} for a server of your own.")
    os.environ["no_proxy"] = "127.0.0.1"  # a proxy could not find the server that runs in here
    with LocalProvider(lambda request: slow(answer(request), between=PACE if sys.stdout.isatty() else 0)) as provider:
        chat = OpenAIChat(id=SCRIPTED, base_url=provider.base_url, api_key=provider.api_key)
        chat.client_for_requests()  # loading it takes a while, which is not the run's
        yield chat, f"none but a script, asked over real HTTP at {provider.base_url}"


def closing(lines: Lines, guide: Agent, *, scripted: bool) -> None:
    """Say where everything is, and how to go on."""
    option = database.option(guide.store)
    lines.tell("again", f"graphagent show {(guide.run_id or '')[:SHORT]}{option}")
    lines.tell("all", f"graphagent runs{option}")
    lines.tell("yours", "graphagent demo --code > guide.py")
    lines.tell("", 'graphagent run guide.py:agent "Which file should I read first?"')
    if scripted:
        lines.tell("real", "The tools, the HTTP and the journal were real; what the model said was scripted.")
        lines.tell("", f"For a real model: export {KEY}=…, then graphagent demo")
