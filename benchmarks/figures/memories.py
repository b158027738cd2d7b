"""What it costs to search 100,000 memories: of one user, and of one among a thousand."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figure import Figure
from graphagent.storage.base import Storage
from graphagent.storage.notebook import Operation
from graphagent.storage.sqlite import SqliteStorage

MEMORIES = 100_000
USERS = 1_000
ROUNDS = 15
VOCABULARY = 5_000
POSTGRES = "GRAPHAGENT_TEST_POSTGRES"


def figures() -> Iterator[Figure]:
    """On SQLite, and on Postgres where the environment names a server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(SqliteStorage(db_file=Path(folder) / "memories.db")) as storage,
    ):
        yield from searches("SQLite", storage, time.process_time)
    if url := os.environ.get(POSTGRES):
        from graphagent.storage.postgres import PostgresStorage

        with closing(PostgresStorage(f"of {time.time_ns()}", "benchmark_memories", url)) as storage:
            yield from searches("Postgres", storage, time.perf_counter)


def searches(where: str, storage: Storage, clock: Callable[[], float]) -> Iterator[Figure]:
    """Five words, common ones among them, so that half of all memories have one; the ten best are asked for."""
    draw = random.Random(7)  # figures are to be repeated, not to be secret
    fill(storage, draw)
    everything, few = storage.notebook("all"), storage.notebook("user 7")
    asked: dict[str, Callable[[], Any]] = {
        f"search the {MEMORIES:,} memories of one user": lambda: everything.search(sentence(draw, 5), 10),
        f"search the {MEMORIES // USERS} memories of one among {USERS:,}": lambda: few.search(sentence(draw, 5), 10),
        f"the last 100 of the {MEMORIES:,} memories of one user": lambda: everything.memories(limit=100),
    }
    for name, ask in asked.items():
        title, kind = f"{name}, {where}", "CPU" if clock is time.process_time else "wall"
        yield Figure(name=title, ours=taken(ask, clock), unit="ms", limit=200, absolute=True, clock=kind)


def taken(ask: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Milliseconds that it takes."""
    times = []
    for _ in range(ROUNDS):
        begun = clock()
        ask()
        times.append(clock() - begun)
    return median(times) * 1000


def fill(storage: Storage, draw: random.Random) -> None:
    """So many memories of one user, and the same ones as those of a thousand others."""
    texts = [sentence(draw, 12) for _ in range(MEMORIES)]
    each = MEMORIES // USERS
    for user in range(USERS):
        mine = [Operation("add", f"{user}-{place}", text) for place, text in enumerate(texts[user * each :][:each])]
        for owner in ("all", f"user {user}"):
            storage.notebook(owner).write(mine, time.time_ns() // 1000)


def sentence(draw: random.Random, length: int) -> str:
    """Words as they are spoken: a few of them very often."""
    return " ".join(f"word{int(VOCABULARY ** draw.random())}x" for _ in range(length))
