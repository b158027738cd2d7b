"""Laws on every run, whatever the model asks for: in both colours, streamed or not."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from stories import Story, World, assert_valid_for_the_provider, gist, stories, teller

from graphagent import Agent
from graphagent.engine.run import Run, Step
from graphagent.models import ScriptedModel
from graphagent.models.base import Reply, Request
from graphagent.run.events import RunResponseEvent
from graphagent.storage.memory import MemoryStorage


def recorded(agent: Agent) -> list[Step]:
    """The steps of the one run of this agent."""
    (head,) = agent.store.runs()
    return agent.store.load(head.id)[1]


async def _astreamed(agent: Agent) -> list[RunResponseEvent]:
    return [event async for event in await agent.arun("Go.", stream=True, stream_intermediate_steps=True)]


@given(stories())
def test_sync_and_async_streamed_or_not_record_the_same_steps(story: Story) -> None:
    agents = [teller(story, World()) for _ in range(4)]
    plain = agents[0].run("Go.")
    streamed = list(agents[1].run("Go.", stream=True, stream_intermediate_steps=True))
    later = asyncio.run(agents[2].arun("Go."))
    streamed_later = asyncio.run(_astreamed(agents[3]))
    journals = [gist(recorded(agent)) for agent in agents]
    assert all(journal == journals[0] for journal in journals)
    assert plain.content == later.content == "The end."
    assert [event.event for event in streamed if not event.tool] == [e.event for e in streamed_later if not e.tool]
    assert "".join(e.content for e in streamed if e.event == "RunResponseContent") == "The end."


@given(stories())
def test_a_run_is_the_fold_of_its_rows(story: Story) -> None:
    agent = teller(story, World())
    response = agent.run("Go.")
    assert response.run_id is not None
    head, steps = agent.store.load(response.run_id)
    run = Run.replay(head.id, head.plan, steps)
    assert (run.state, run.seq) == (head.state, head.seq) == ("completed", len(steps))
    again = agent.get_run(response.run_id)
    assert again.content == response.content
    assert [(t.tool_name, t.result, t.status) for t in again.tools] == [
        (t.tool_name, t.result, t.status) for t in response.tools
    ]
    assert [message.model_dump() for message in again.messages] == [m.model_dump() for m in response.messages]
    assert again.metrics == response.metrics


@given(stories())
def test_every_request_is_one_that_the_provider_accepts(story: Story) -> None:
    agent = teller(story, World())
    agent.run("Go.")
    assert isinstance(agent.model, ScriptedModel)
    assert len(agent.model.requests) == len(story) + 1
    for request in agent.model.requests:
        assert_valid_for_the_provider(request.decoded())


@given(stories())
def test_every_event_tells_what_is_on_record(story: Story) -> None:
    """No event reaches the caller before its transition does, and each started call ends exactly once."""
    storage = MemoryStorage()
    agent = teller(story, World(), storage)
    started, ended = [], []
    for event in agent.run("Go.", stream=True, stream_intermediate_steps=True):
        if event.seq is not None:
            assert storage.load(event.run_id or "")[1][event.seq - 1].seq == event.seq
        if event.event == "ToolCallStarted":
            started.append(event.tool.tool_call_id if event.tool else None)
        if event.event == "ToolCallCompleted":
            assert event.tool is not None
            assert event.tool.status in ("completed", "failed")
            ended.append(event.tool.tool_call_id)
    assert sorted(map(str, started)) == sorted(map(str, ended))
    assert len(set(started)) == len(started)


class Watching(ScriptedModel):
    """A model that looks, whenever it is asked, at what is on record."""

    def __init__(self, inner: ScriptedModel, storage: MemoryStorage) -> None:
        super().__init__([])
        self.inner, self.storage, self.seen = inner, storage, 0

    def ask(self, request: Request) -> Reply:
        (head,) = self.storage.runs()
        run = Run.replay(head.id, head.plan, self.storage.load(head.id)[1])
        assert run.prompt() == request.messages
        self.seen += 1
        return self.inner.ask(request)


@given(stories())
def test_what_a_model_is_asked_is_on_record_before(story: Story) -> None:
    storage = MemoryStorage()
    agent = teller(story, World(), storage)
    assert isinstance(agent.model, ScriptedModel)
    watching = Watching(agent.model, storage)
    agent.copy(model=watching).run("Go.")
    assert watching.seen == len(story) + 1


def test_a_tool_sees_its_own_intent_on_record() -> None:
    """One call or several side by side: when a tool runs, its start is on record."""
    storage = MemoryStorage()
    seen: list[str] = []

    def act(amount: int, run_context: Any) -> str:
        """Act."""
        head, steps = storage.load(run_context.run_id)
        assert Run.replay(head.id, head.plan, steps).calls[run_context.call_id].status == "started"
        seen.append(run_context.call_id)
        return "acted"

    story: Story = [[("act", 1)], [("act", 2), ("act", 3)]]
    teller(story, World(), storage).copy(tools=[act]).run("Go.")
    assert sorted(seen) == ["c0.0", "c1.0", "c1.1"]


@given(stories())
def test_state_changes_of_calls_side_by_side_are_all_kept(story: Story) -> None:
    agent = teller(story, World())
    agent.run("Go.")
    noted = [amount for round_ in story for name, amount in round_ if name == "note"]
    assert sorted(agent.session_state.get("notes", [])) == sorted(noted)
