"""Session state: what tools write down for each other. The model is scripted, so no key is needed."""

from __future__ import annotations

from typing import Any

from graphagent import Agent
from graphagent.models import ScriptedModel, call, say


def add(item: str, session_state: dict[str, Any]) -> str:
    """Put something on the shopping list."""
    session_state["list"].append(item)  # a parameter of this name is filled in; the model is not told of it
    return f"There are {len(session_state['list'])} things on the list."


agent = Agent(
    model=ScriptedModel([call("add", item="milk"), call("add", item="bread"), say("Done.")]),
    tools=[add],
    session_state={"list": []},
)
response = agent.run("Milk and bread, please.")
print(agent.session_state)
assert agent.session_state == {"list": ["milk", "bread"]}
assert response.tools[-1].result == "There are 2 things on the list."
