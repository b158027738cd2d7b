"""Two people talk with one agent at once: each has sessions, history and memory of what was asked of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from graphagent import Agent
from graphagent.exceptions import SessionOwnershipError
from graphagent.models import ScriptedModel
from graphagent.storage.memory import MemoryStorage


def answer(messages: list[dict[str, Any]]) -> str:
    """Stands in for a model: repeats all that it was told the user has said."""
    return " ".join(message["content"] for message in messages if message["role"] == "user")


agent = Agent(model=ScriptedModel(answer), storage=MemoryStorage(), add_history_to_messages=True, num_history_runs=2)


def talk(who: str) -> str:
    said = [agent.run(f"{who}-{word}", user_id=who, session_id=f"{who}s-talk") for word in ("one", "two", "three")]
    return str(said[-1].content)


with ThreadPoolExecutor() as threads:
    ann, bob = threads.map(talk, ("ann", "bob"))
print(ann, "|", bob)
assert (ann, bob) == ("ann-one ann-two ann-three", "bob-one bob-two bob-three")

agent.rename_session("Counting to three", "anns-talk")
assert [session.name for session in agent.store.sessions(user_id="ann")] == ["Counting to three"]
try:
    agent.run("What did Ann say?", user_id="bob", session_id="anns-talk")
except SessionOwnershipError as refused:
    print(refused)
else:
    raise AssertionError("Bob read what Ann said.")
