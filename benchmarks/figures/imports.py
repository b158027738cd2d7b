"""Importing the agent class in a fresh process, and making an agent."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.figure import Figure
from benchmarks.harness import alone
from benchmarks.work import price
from graphagent import Agent
from graphagent.models.openai import OpenAIChat

SCRIPT = "import time; begun = time.perf_counter(); {}; print((time.perf_counter() - begun) * 1e3, len(__import__('sys').modules))"
HEAVY = ("networkx", "sqlmodel", "sqlalchemy", "openai", "httpx2", "rich", "asyncio")


def figures() -> Iterator[Figure]:
    """What a program pays before its first run."""
    milliseconds, modules = fresh("from graphagent import Agent")
    yield Figure(
        name=f"import of the agent class ({modules} modules)", ours=milliseconds, unit="ms", limit=90, clock="wall"
    )
    loaded = [name for name in HEAVY if fresh_has("from graphagent import Agent", name)]
    yield Figure(
        name="heavy libraries it loads" + f" ({', '.join(loaded)})" * bool(loaded), ours=len(loaded), unit="", limit=0
    )
    yield Figure(name="Agent with model and one tool", ours=alone(agent), limit=3, clock="CPU")
    yield Figure(name="the same, memory", ours=size(agent), unit="B", limit=1500)
    yield Figure(name="what its first run adds to it", ours=alone(lambda: agent().definition), clock="CPU")


def agent() -> Agent:
    """An agent as a program makes it."""
    return Agent(model=OpenAIChat(id="gpt-5.5"), tools=[price])


def fresh(statement: str, times: int = 15) -> tuple[float, int]:
    """Median milliseconds of a statement in new processes, after one that compiled the bytecode; modules in the end."""
    script = SCRIPT.format(statement)
    runs = [subprocess.check_output([sys.executable, "-c", script], text=True).split() for _ in range(times + 1)]
    return median(float(taken) for taken, _ in runs[1:]), int(runs[-1][1])


def fresh_has(statement: str, module: str) -> bool:
    """Whether a statement loads a module."""
    script = f"{statement}; import sys; print({module!r} in sys.modules)"
    return subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "True"


def size(make: Callable[[], object], count: int = 1000) -> float:
    """Bytes that Python allocates for one object and all that comes with it."""
    make()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [make() for _ in range(count)]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before - sys.getsizeof(kept)) / count
