"""The same with the real client over real HTTP: what an agent adds to the requests, and what it saves on them."""

from __future__ import annotations

from collections.abc import Iterator

import openai

from benchmarks.figure import Figure, against
from benchmarks.floor import client as floor
from benchmarks.harness import duel
from benchmarks.server import CALLS, served
from benchmarks.work import ANSWER, CHUNKS, DEFINITION, QUESTION, WORDS, conversation, price
from graphagent import Agent
from graphagent.models.openai import OpenAIChat

LONG = 400


def figures() -> Iterator[Figure]:
    """Each by the processor time of this process and by the clock; the server's time is in the latter only."""
    with served() as (base_url, api_key):
        agent = Agent(model=OpenAIChat(id="local", base_url=base_url, api_key=api_key), tools=[price])
        client = openai.OpenAI(base_url=base_url, api_key=api_key)
        yield from calls(agent, client, 0, 0.8)
        yield from calls(agent, client, LONG, 0.1)
        yield from stream(agent, client)


def calls(agent: Agent, client: openai.OpenAI, length: int, limit: float) -> Iterator[Figure]:
    """A run that calls tools, after so many messages of history."""
    history, tools = conversation(length), {"price": price}

    def ours() -> str:
        return str(agent.run(QUESTION, messages=history).content)

    def by_hand() -> str:
        return str(floor.run(client, history, QUESTION, tools, [DEFINITION])[-1]["content"])

    assert ours() == by_hand() == ANSWER
    after = f" after {length} messages" if length else ""
    rounds = 9 if length else 21
    for clock in ("CPU", "wall"):
        weighed = duel(ours, by_hand, clock=clock, rounds=rounds)
        yield against(f"{CALLS} tool calls over HTTP{after}", weighed, limit if clock == "CPU" else None, clock)


def stream(agent: Agent, client: openai.OpenAI) -> Iterator[Figure]:
    """A long answer, piece by piece."""

    def ours() -> str:
        return "".join(
            event.content for event in agent.run(QUESTION, stream=True) if event.event == "RunResponseContent"
        )

    def by_hand() -> str:
        return "".join(event["content"] for event in floor.stream(client, QUESTION) if event["event"] == "content")

    assert ours() == by_hand() == WORDS
    for clock in ("CPU", "wall"):
        weighed = duel(ours, by_hand, clock=clock, rounds=9, per=CHUNKS)
        yield against(f"stream of {CHUNKS:,} chunks, per chunk", weighed, 0.4 if clock == "CPU" else None, clock)
