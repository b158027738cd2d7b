"""Session state in a file: two processes at once put things on one list, and neither undoes what the other did."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graphagent import Agent
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage

THINGS = {"ann": ["milk", "eggs"], "bob": ["bread", "apples"]}


def add_item(agent: Agent, item: str) -> str:
    """Put something on the list."""
    agent.session_state["items"].append(item)
    return f"{item} is on the list."


def answer(messages: list[dict[str, Any]]) -> Any:
    """Stands in for a model: adds everything it is told of, one call each, and then says so."""
    last = messages[-1]
    return "Done." if last["role"] == "tool" else [call("add_item", item=item) for item in last["content"].split()]


def agent(file: Path) -> Agent:
    return Agent(
        name="shopper", model=ScriptedModel(answer), tools=[add_item], storage=SqliteStorage(db_file=file),
        session_id="groceries", session_state={"items": []}, instructions="On the list: {items}",
        add_state_in_messages=True,
    )  # fmt: skip


if len(sys.argv) == 3:  # one of the two
    agent(Path(sys.argv[1])).run(" ".join(THINGS[sys.argv[2]]))
else:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "list.db"
        both = [subprocess.Popen([sys.executable, __file__, str(file), who]) for who in THINGS]  # noqa: S603
        assert [each.wait() for each in both] == [0, 0]
        shopper = agent(file)
        response = shopper.run("salt")
        print(shopper.session_state)
        assert sorted(shopper.session_state["items"]) == ["apples", "bread", "eggs", "milk", "salt"]
        assert "milk" in str(response.messages[0].content)  # what the others left is in the instructions
