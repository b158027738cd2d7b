"""A run outlives its process: what one agent object did, another finds in the database, step by step."""

from __future__ import annotations

from graphagent import Agent
from graphagent.models import Model, ScriptedModel, call, say
from graphagent.storage.sqlite import SqliteStorage


def weigh(parcel: str) -> str:
    """Weigh a parcel."""
    return f"{parcel} weighs 2 kg"


def clerk(model: Model) -> Agent:
    return Agent(name="Clerk", model=model, tools=[weigh], storage=SqliteStorage(db_file="runs.db"))


answers = ScriptedModel([call("weigh", parcel="number 7"), say("Two kilograms.")])
run_id = clerk(answers).run("How heavy is number 7?").run_id
assert run_id

response = clerk(ScriptedModel([])).get_run(run_id)  # another object; it may as well be another process, next week
print(response.status, *response.formatted_tool_calls, response.content, sep="\n")
assert response.content == "Two kilograms."
assert [tool.result for tool in response.tools] == ["number 7 weighs 2 kg"]
