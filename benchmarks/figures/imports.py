"""Importing the agent class in a fresh process, and making an agent."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.fresh import imported
from benchmarks.harness import alone
from benchmarks.work import price
from graphagent import Agent
from graphagent.models.openai import OpenAIChat

HEAVY = ("networkx", "sqlmodel", "sqlalchemy", "openai", "httpx2", "rich", "asyncio")


def figures() -> Iterator[Figure]:
    """What a program pays before its first run."""
    processor, passed, loaded = imported("from graphagent import Agent")
    name = f"import of the agent class, {len(loaded)} modules"
    yield Figure(name=name, ours=processor, unit="ms", limit=90, clock="CPU")
    yield Figure(name="the same", ours=passed, unit="ms", clock="wall")
    heavy = [name for name in HEAVY if name in loaded]
    name = ", ".join(heavy) or "networkx, sqlmodel, openai, asyncio and the like"
    yield Figure(name=f"it loads {name}", ours=len(heavy), unit="", limit=0)
    yield Figure(name="Agent with model and one tool", ours=alone(agent), limit=3, clock="CPU")
    yield Figure(name="the same, memory", ours=size(agent), unit="B", limit=1500)
    yield Figure(name="what its first run adds to it", ours=alone(lambda: agent().definition), clock="CPU")


def agent() -> Agent:
    """An agent as a program makes it."""
    return Agent(model=OpenAIChat(id="gpt-5.5"), tools=[price])


def size(make: Callable[[], object], count: int = 1000) -> float:
    """Bytes that Python allocates for one object and all that comes with it."""
    make()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [make() for _ in range(count)]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before - sys.getsizeof(kept)) / count
