"""Whoever decides, in whatever order, parts and ways: the run goes to the same end, and each call is made as decided."""

from __future__ import annotations

import json
from collections import Counter

from gates import Ledger, asker, decide, gated_stories, replayed, waiting
from hypothesis import example, given
from hypothesis import strategies as st
from stories import Story, assert_valid_for_the_provider

from graphagent import Agent, RunResponse
from graphagent.run.inbox import Inbox
from graphagent.run.tool import ToolExecution
from graphagent.storage.memory import MemoryStorage

WAYS = ("response", "updated tools", "as JSON", "inbox", "inbox, later")


def by_inbox(storage: MemoryStorage, run_id: str, tool: ToolExecution) -> None:
    """Decide one call without the agent."""
    inbox, call_id, amount = Inbox(storage), tool.tool_call_id, tool.tool_args["amount"]
    if amount % 2:
        inbox.reject(run_id, call_id, note=f"not {amount}")
    elif tool.requires_confirmation:
        inbox.approve(run_id, call_id, digest=tool.digest)
    elif tool.requires_user_input:
        inbox.answer(run_id, call_id, {"to": "ann"})
    else:
        inbox.deliver(run_id, call_id, f"ordered {amount}")


def carry(agent: Agent, response: RunResponse, chosen: list[ToolExecution], way: str) -> RunResponse:
    """Decide these calls, in this way, and go on as far as that lets the run."""
    run_id = response.run_id or ""
    if way.startswith("inbox"):
        assert isinstance(agent.store, MemoryStorage)
        for tool in chosen:
            by_inbox(agent.store, run_id, tool)
        return agent.get_run(run_id) if way.endswith("later") else agent.continue_run(run_id=run_id)
    for tool in chosen:
        decide(tool)
    if way == "updated tools":
        return agent.continue_run(run_id=run_id, updated_tools=chosen)
    if way == "as JSON":
        return agent.continue_run(RunResponse.from_json(response.to_json()))
    return agent.continue_run(response)


def at_once(story: Story, ledger: Ledger) -> list[bytes]:
    """The transcript where everything that waits is decided in one go."""
    agent = asker(story, ledger)
    response = agent.run("Go.")
    while response.is_paused:
        response = carry(agent, response, waiting(response), "response")
    return replayed(agent, response.run_id).transcript


@given(gated_stories(), st.data())
@example([[("pay", 1), ("pay", 2), ("mail", 2), ("order", 4), ("look", 1)]], None)
def test_any_order_and_grouping_leads_to_the_same_transcript(story: Story, data: st.DataObject | None) -> None:
    ledger, storage = Ledger(), MemoryStorage()
    response = asker(story, ledger, storage).run("Go.")
    asked: Counter[str] = Counter()
    while response.status != "COMPLETED":
        pending = waiting(response)
        stranger = asker(story, ledger, storage)
        if not pending:  # all was decided without the agent
            response = stranger.continue_run(run_id=response.run_id)
            continue
        if data is None:
            chosen, way = pending[-1:], "updated tools"
        else:
            order = data.draw(st.permutations(pending))
            chosen = order[: data.draw(st.integers(1, len(order)))]
            way = data.draw(st.sampled_from(WAYS))
        asked.update(tool.tool_call_id for tool in chosen)
        left = {tool.tool_call_id for tool in pending} - {tool.tool_call_id for tool in chosen}
        response = carry(stranger, response, chosen, way)
        still = {tool.tool_call_id for tool in waiting(response)}
        assert still == left if left else still.isdisjoint(asked)
    run = replayed(asker(story, ledger, storage), response.run_id)
    assert run.transcript == at_once(story, Ledger())
    assert_valid_for_the_provider(json.loads(b"[" + run.prompt() + b"]"))
    assert set(asked.values()) <= {1}  # nobody is asked twice
    due = {
        f"{name} c{turn}.{place}": 1
        for turn, calls in enumerate(story)
        for place, (name, amount) in enumerate(calls)
        if name == "look" or (name != "order" and amount % 2 == 0)
    }
    assert ledger.effects == due
