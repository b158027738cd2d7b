"""Runs whose caller went away in the middle: after all tool calls, before the answer."""

from __future__ import annotations

from collections.abc import Generator
from typing import cast

from benchmarks.answers import Answers
from benchmarks.work import QUESTION, price
from graphagent import Agent, RunResponseEvent
from graphagent.storage.base import Storage

ROWS = 21  # the beginning, and two for each of ten tool calls


def suspended(storage: Storage) -> str:
    """The id of such a run, begun in this storage."""
    agent = Agent(model=Answers(), tools=[price], storage=storage)
    events = cast("Generator[RunResponseEvent]", agent.run(QUESTION, stream=True, stream_intermediate_steps=True))
    run_id = next(event.run_id for event in events if event.seq == ROWS) or ""
    events.close()
    assert storage.load(run_id)[0].seq == ROWS, "the run was to be left in the middle"
    return run_id
