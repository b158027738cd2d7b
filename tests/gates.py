"""Tools that wait for people, an agent whose model asks for them as a story says, and ways to run it and to decide."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from stories import Story, told

from graphagent import Agent, RunResponse, tool
from graphagent.engine.run import Run
from graphagent.run.tool import ToolExecution
from graphagent.storage.base import Storage

GATED = ("pay", "mail", "order")
COLOURS = ("plain", "streamed", "async", "async streamed")


class Ledger:
    """How often each call had its effect, in memory or, for several processes, in a file."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.lines: list[str] = []

    def write(self, name: str, context: Any) -> None:
        line = f"{name} {context.call_id}"
        self.lines.append(line)
        if self.file is not None:
            with self.file.open("a") as out:
                print(line, file=out, flush=True)

    @property
    def effects(self) -> Counter[str]:
        lines = self.file.read_text().splitlines() if self.file is not None and self.file.exists() else self.lines
        return Counter(lines)


def gated_tools(ledger: Ledger) -> list[Any]:
    """One tool of each gate, and one of none."""

    @tool(requires_confirmation=True)
    def pay(amount: int, run_context: Any) -> str:
        """Pay."""
        ledger.write("pay", run_context)
        return f"paid {amount}"

    @tool(user_input_fields=["to"])
    def mail(amount: int, to: str, run_context: Any) -> str:
        """Mail.

        Args:
            amount: How much.
            to: Whom.
        """
        ledger.write("mail", run_context)
        return f"mailed {amount} to {to}"

    @tool(external_execution=True)
    def order(amount: int) -> str:
        """Order."""
        return f"ordered {amount}"

    @tool
    def look(amount: int, run_context: Any) -> str:
        """Look."""
        ledger.write("look", run_context)
        return f"saw {amount}"

    return [pay, mail, order, look]


def asker(story: Story, ledger: Ledger, storage: Storage | None = None, **options: Any) -> Agent:
    """An agent whose runs follow the story, and wait where it calls gated tools."""
    return Agent(name="asker", model=told(story), tools=gated_tools(ledger), storage=storage, **options)


def gated_stories(longest: int = 3, widest: int = 3) -> st.SearchStrategy[Story]:
    """Rounds of calls, gated and free. An even amount will be agreed to, an odd one refused."""
    one = st.tuples(st.sampled_from((*GATED, "look")), st.integers(0, 9))
    return st.lists(st.lists(one, min_size=1, max_size=widest), min_size=1, max_size=longest)


def decide(tool: ToolExecution, *, yes: bool | None = None) -> None:
    """Write on the object what a person says of its call: by default yes to even amounts and no to odd ones."""
    agreed = tool.tool_args["amount"] % 2 == 0 if yes is None else yes
    if not agreed:
        tool.confirmed, tool.confirmation_note = False, f"not {tool.tool_args['amount']}"
    elif tool.requires_confirmation:
        tool.confirmed = True
    elif tool.external_execution_required:
        tool.result = f"ordered {tool.tool_args['amount']}"
    for field in tool.user_input_schema or ():
        if agreed and field.value is None:
            field.value = "ann"


def waiting(response: RunResponse) -> list[ToolExecution]:
    return [tool for tool in response.tools if tool.is_paused]


def begin(agent: Agent, colour: str = "plain", **options: Any) -> RunResponse:
    """Run the agent to its first rest, in this colour."""
    return _driven(agent, colour, lambda stream: agent.run("Go.", stream=stream, **options),
                   lambda stream: agent.arun("Go.", stream=stream, **options))  # fmt: skip


def go_on(agent: Agent, colour: str = "plain", response: RunResponse | None = None, **options: Any) -> RunResponse:
    """Continue a run to its next rest, in this colour."""
    return _driven(agent, colour, lambda stream: agent.continue_run(response, stream=stream, **options),
                   lambda stream: agent.acontinue_run(response, stream=stream, **options))  # fmt: skip


def _driven(agent: Agent, colour: str, run: Any, arun: Any) -> RunResponse:
    """The response of a run, in whatever colour; streams are consumed, and the run is read from record."""
    if colour == "plain":
        response = run(False)
    elif colour == "streamed":
        response = agent.get_run([event.run_id for event in run(True)][-1])
    elif colour == "async":
        response = asyncio.run(arun(False))
    else:
        response = agent.get_run(asyncio.run(_last_run_id(arun)))
    assert isinstance(response, RunResponse)
    return response


async def _last_run_id(arun: Any) -> str:
    run_ids: list[str] = [event.run_id async for event in await arun(True)]
    return run_ids[-1]


def replayed(agent: Agent, run_id: str | None) -> Run:
    """The run, from its record."""
    head, steps = agent.store.load(run_id or "")
    return Run.replay(head.id, head.plan, steps)


def triggers(agent: Agent, run_id: str | None) -> list[str]:
    return [step.trigger for step in agent.store.load(run_id or "")[1]]
