"""A folder with agents in it, as a user of the command line would write them."""

from __future__ import annotations

from pathlib import Path

import pytest

AGENTS = '''
from __future__ import annotations

import time

from graphagent import Agent, tool
from graphagent.exceptions import ModelRequestError, StopAgentRun
from graphagent.models import ScriptedModel, call, say
from graphagent.storage.sqlite import SqliteStorage

print("loading the agents")


def look(order: str) -> dict[str, int]:
    """Look an order up."""
    print("looking up", order)
    if order == "lost":
        raise LookupError("no such order")
    return {"cents": 300}


@tool(requires_confirmation=True)
def refund(order: str, cents: int) -> str:
    """Pay money back."""
    raise AssertionError("nobody confirmed it")


def wait() -> None:
    """Wait for ever."""
    time.sleep(3600)


def answering(said):
    """An agent that looks one order up, fails to look up another, and then says that."""
    calls = say("Let me look.", call("look", order="7"), call("look", order="lost"))
    return Agent(name="Shop", model=ScriptedModel([calls, said]), tools=[look])


agent = answering("Order 7 is 3 euros.")
hostile = answering("[bold red]loud[/] \\x1b[31mred\\x1b[0m \\x9b31m :smile: \\r\\n<b>end</b>")
empty = answering("")
asking = Agent(name="Asking", model=ScriptedModel([call("refund", order="7", cents=300)]), tools=[refund])
failing = Agent(name="Failing", model=ScriptedModel([ModelRequestError("The key is wrong.")]))
crashing = Agent(name="Crashing", model=ScriptedModel(["never said"]), instructions=lambda: 1 / 0)
waiting = Agent(name="Waiting", model=ScriptedModel([call("wait")]), tools=[wait])
housed = Agent(name="Housed", model=ScriptedModel(["Here."]), storage=SqliteStorage(db_file="own.db"))
echo = Agent(name="Echo", model=ScriptedModel(lambda messages: messages[-1]["content"]))
not_an_agent = 3
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `agents.py`."""
    (tmp_path / "agents.py").write_text(AGENTS, "utf-8")
    return tmp_path
