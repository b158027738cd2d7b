"""A run with ten tool calls, nothing kept but in memory."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.answers import Answers, by_hand, by_hand_awaited
from benchmarks.figure import Figure, against
from benchmarks.floor import memory
from benchmarks.harness import aduel, duel
from benchmarks.work import ANSWER, CALLS, QUESTION, aprice, price
from graphagent import Agent


def figures() -> Iterator[Figure]:
    """Synchronous, and on an event loop with an asynchronous tool."""
    agent = Agent(model=Answers(), tools=[price])
    model = by_hand()
    assert agent.run(QUESTION).content == memory.run(QUESTION, model, {"price": price})[-1]["content"] == ANSWER
    weighed = duel(lambda: agent.run(QUESTION), lambda: memory.run(QUESTION, model, {"price": price}))
    yield against(f"run with {CALLS} tool calls in memory", weighed, 3)
    aagent = Agent(model=Answers(), tools=[aprice])
    weighed = aduel(lambda: aagent.arun(QUESTION), lambda: memory.arun(QUESTION, by_hand_awaited, {"price": aprice}))
    yield against("the same, asynchronous", weighed, 3)
