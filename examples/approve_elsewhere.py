"""One process asks, a second decides, a third goes on. The model is scripted, so no key is needed.

Run without arguments, it starts the three one after the other, each a process of its own over one database file.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.sqlite import SqliteStorage

storage = SqliteStorage(db_file="approvals.db")


@tool(requires_confirmation=True)
def pay(to: str, amount: int) -> str:
    """Pay somebody."""
    print(f"(paying {amount} to {to})")
    return f"paid {amount} to {to}"


def answer(messages: list[dict[str, Any]]) -> Any:
    """Ask for the payment first, and then say what came of it."""
    last = messages[-1]
    return f"It is done: {last['content']}." if last["role"] == "tool" else call("pay", to="ann", amount=50)


def ask() -> None:
    agent = Agent(name="clerk", model=ScriptedModel(answer), tools=[pay], storage=storage)
    response = agent.run("Pay Ann.")
    print(f"{response.status.value}: {response.content}")


def decide() -> None:  # knows nothing of the agent
    inbox = Inbox(storage)
    (request,) = inbox.pending()
    print(f"{request.tool_name} with {request.arguments}? 40 will do.")
    inbox.approve(request.run_id, request.call_id, arguments='{"to": "ann", "amount": 40}', by="dora")


def go_on() -> None:
    agent = Agent(name="clerk", model=ScriptedModel(answer), tools=[pay], storage=storage)
    for response in agent.recover():
        print(f"{response.status.value}: {response.content}")
        assert response.tools[0].result == "paid 40 to ann"


if __name__ == "__main__":
    parts = {part.__name__: part for part in (ask, decide, go_on)}
    if len(sys.argv) > 1:
        parts[sys.argv[1]]()
    for part in parts if len(sys.argv) == 1 else ():
        print(f"-- {part}", flush=True)
        subprocess.run([sys.executable, __file__, part], check=True)  # noqa: S603
