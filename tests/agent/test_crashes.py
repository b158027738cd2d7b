"""A crash before and after every commit, at every prefix: the run goes on to the same end, and nothing happens twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from stories import Story, World, assert_valid_for_the_provider, gist, stories, teller

from graphagent import Agent, RunResponse
from graphagent.engine.run import Run, Step
from graphagent.storage.base import Head
from graphagent.storage.memory import MemoryStorage

A_DAY = 86_400_000_000  # microseconds: when the person decides, every deadline has passed


class Crash(BaseException):
    """The process is gone: nothing after this point runs."""


class Dying(MemoryStorage):
    """A storage whose process dies before or after its nth commit. What was committed outlives it."""

    def __init__(self, commits: int, *, after: bool) -> None:
        super().__init__()
        self.left, self.after, self.dead = commits, after, False

    def save(self, head: Head, run: Run) -> list[Step]:
        if self.dead:
            raise Crash
        self.left -= 1
        if self.left == 0 and not self.after:
            self.dead = True
            raise Crash
        steps = super().save(head, run)
        if self.left == 0:
            self.dead = True
            raise Crash
        return steps

    def revive(self) -> None:
        self.dead, self.left = False, -1


def settled(agent: Agent, response: RunResponse, world: World) -> RunResponse:
    """A person looks into each doubt: what happened is supplied, what did not is made again."""
    while response.is_paused:
        for tool in response.tools_in_doubt:
            happened = world.effects[f"{tool.tool_name} {tool.tool_call_id}"]
            tool.verdict = "result" if happened else "retry"
            tool.result = f"paid {tool.tool_args['amount']}" if happened else None
        with patch("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + A_DAY):
            response = agent.continue_run(response)
    return response


def crashes(story: Story) -> Iterator[tuple[World, Dying]]:
    """One world and storage for every point at which the process can die, until it does not die any more."""
    for after in (False, True):
        for commits in range(1, 200):
            world, storage = World(), Dying(commits, after=after)
            try:
                teller(story, world, storage).run("Go.")
            except Crash:
                storage.revive()
                yield world, storage
            else:
                break


@settings(max_examples=25)
@given(stories(longest=2, widest=2))
@example([[("pay", 1)], [("pay", 2), ("pay", 3)], [("look", 1), ("note", 2), ("boom", 3)]])
def test_a_crash_at_any_commit_loses_nothing_and_repeats_nothing(story: Story) -> None:
    undisturbed = teller(story, World())
    undisturbed.run("Go.")
    for world, storage in crashes(story):
        if not storage.runs():
            continue  # it died before anything was on record: nobody was told of a run
        (head,) = storage.runs()
        agent = teller(story, world, storage)
        if storage.load(head.id)[1][-1].state != "completed":
            response = settled(agent, agent.continue_run(run_id=head.id), world)
            assert response.content == "The end."
        _, steps = storage.load(head.id)
        run = Run.replay(head.id, head.plan, steps)
        assert run.state == "completed"
        assert all(times == 1 for effect, times in world.effects.items() if effect.startswith("pay"))
        paid = sum(name == "pay" for round_ in story for name, _ in round_)
        assert sum(times for effect, times in world.effects.items() if effect.startswith("pay")) == paid
        conversation = [message.to_dict() for message in agent.get_run(head.id).messages]
        assert_valid_for_the_provider(conversation)
        (head_before,) = undisturbed.store.runs()
        before = Run.replay("x", head_before.plan, undisturbed.store.load(head_before.id)[1])
        assert run.transcript == before.transcript


@given(stories())
def test_every_prefix_of_every_journal_goes_on_to_the_same_end(story: Story) -> None:
    """What is on record of a call is never done again; what is not, is done once."""
    world = World()
    agent = teller(story, world)
    response = agent.run("Go.")
    head, steps = agent.store.load(response.run_id or "")
    for length in range(1, len(steps)):
        storage, later = MemoryStorage(), World()
        run = Run.replay(head.id, head.plan, steps[:length])
        run.fresh.extend(steps[:length])
        beginning = Head(id=head.id, session_id=head.session_id, agent_id=head.agent_id, plan=head.plan)
        storage.save(beginning, run)
        recorded = {step.data["call"] for step in steps[:length] if step.trigger == "result" and step.data}
        reader = teller(story, later, storage)
        ended = settled(reader, reader.continue_run(run_id=head.id), later)
        assert ended.content == response.content
        assert not {effect.split()[1] for effect in later.effects} & recorded
        assert all(times == 1 for times in later.effects.values())


def test_a_planted_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were every interrupted call made again, the law above would fail."""
    monkeypatch.setattr("graphagent.agent.recover.verdict", lambda execution, call, is_dead: "again")
    story: Story = [[("pay", 1)]]
    twice = 0
    for world, storage in crashes(story):
        for head in storage.runs():
            if storage.load(head.id)[1][-1].state != "completed":
                teller(story, world, storage).continue_run(run_id=head.id)
        twice += any(times > 1 for times in world.effects.values())
    assert twice


def test_the_journal_of_an_interrupted_run_differs_only_by_its_recovery() -> None:
    """A crash leaves no trace but the step that says what became of the calls under way."""
    story: Story = [[("look", 1)]]
    plain = teller(story, World())
    plain.run("Go.")
    (head,) = plain.store.runs()
    expected = gist(plain.store.load(head.id)[1])
    for world, storage in crashes(story):
        for found in storage.runs():
            if storage.load(found.id)[1][-1].state != "completed":
                teller(story, world, storage).continue_run(run_id=found.id)
            rows = [row for row in gist(storage.load(found.id)[1]) if row[0] not in ("recover", "start")]
            assert rows == [row for row in expected if row[0] != "start"]
