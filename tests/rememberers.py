"""Models for agents that remember, in this process and in those that are killed: what they say depends on what they read."""

from __future__ import annotations

from typing import Any

from graphagent import Agent
from graphagent.memory import Memory
from graphagent.memory.db.sqlite import SqliteMemoryDb
from graphagent.models import ScriptedModel, call, say
from graphagent.storage.sqlite import SqliteStorage


def keeper(messages: list[dict[str, Any]]) -> Any:
    """A memory model: it remembers what was said to the letter, and summarises by counting."""
    if "one JSON object" in messages[0]["content"]:
        return say('{"summary": "They talked.", "topics": []}')
    said = messages[-1]["content"].rsplit("\n", 1)[-1].removeprefix("Do this with the memories: ")
    return call("add_memory", memory=said)


def talker(messages: list[dict[str, Any]]) -> Any:
    """An agent's model: it has what it is told remembered, and then says so."""
    if messages[-1]["role"] == "user":
        return call("update_user_memory", task=f"by the tool: {messages[-1]['content']}")
    return say("Noted.")


def rememberer(runs: str, memories: str) -> Agent:
    """An agent that remembers in both ways, in these files."""
    memory = Memory(model=ScriptedModel(keeper), db=SqliteMemoryDb(db_file=memories, busy_timeout=30))
    return Agent(
        name="rememberer", model=ScriptedModel(talker), memory=memory, enable_agentic_memory=True, enable_user_memories=True,
        enable_session_summaries=True, storage=SqliteStorage(db_file=runs, busy_timeout=30),
    )  # fmt: skip
