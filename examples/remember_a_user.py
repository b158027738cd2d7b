"""Memory across sessions and processes: what a user says once is known the next day. The models are scripted, so no key is needed."""

from __future__ import annotations

from typing import Any

from graphagent import Agent
from graphagent.memory import Memory
from graphagent.models import ScriptedModel, call, say

DB = "memories.db"  # runs, sessions and memories in one file


def keep(messages: list[dict[str, Any]]) -> Any:
    """The model that keeps the memories: it is shown what there is and a task, and asks for changes."""
    task = messages[-1]["content"]
    if "forget" in task:
        return call("clear_memory")
    return call("add_memory", memory="Ava likes to ski.", topics=["sport"])


def answer(messages: list[dict[str, Any]]) -> Any:
    """The model of the agent: it is told what is remembered, and has a tool to change it."""
    last = messages[-1]
    if last["role"] == "user" and "ski" in last["content"]:
        return call("update_user_memory", task="remember that she likes to ski")
    if last["role"] == "user" and "Forget" in last["content"]:
        return call("update_user_memory", task="forget everything about her")
    known = "Ava likes to ski." in str(messages[0]["content"])
    return say("Go to the mountains!" if known else "I do not know you yet.")


def assistant() -> Agent:
    """As each process makes its own."""
    memory = Memory(model=ScriptedModel(keep))
    return Agent(name="guide", model=ScriptedModel(answer), db=DB, memory=memory, enable_agentic_memory=True)


monday = assistant()
monday.run("I am Ava and I like to ski.", user_id="ava")
print(monday.get_user_memories("ava"))

tuesday = assistant()
response = tuesday.run("Where shall I go?", user_id="ava")
print(response.content)
assert response.content == "Go to the mountains!"
assert tuesday.run("Where shall I go?", user_id="bob").content == "I do not know you yet."

found = tuesday.memories.search_user_memories("skiing or ski", user_id="ava")
print(found[0].memory, "- said in run", found[0].run_id)

tuesday.run("Forget all you know of me.", user_id="ava")
assert tuesday.get_user_memories("ava") == []
