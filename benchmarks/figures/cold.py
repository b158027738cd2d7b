"""From the start of a process to the end of a run that another one left in the middle."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.answers import by_hand
from benchmarks.figure import Figure
from benchmarks.floor import durable
from benchmarks.floor.memory import Messages
from benchmarks.fresh import ROOT, compiled
from benchmarks.left import ROWS, suspended
from benchmarks.work import ANSWER, QUESTION, price
from graphagent.storage.sqlite import SqliteStorage

ROUNDS = 15


def figures() -> Iterator[Figure]:
    """Each process goes on with a copy of the same file, in turn with the loop's."""
    with tempfile.TemporaryDirectory() as folder, compiled() as environment:
        ours, floor = Path(folder) / "ours.db", Path(folder) / "floor.db"
        with closing(SqliteStorage(table_name="runs", db_file=ours)) as storage:
            run = suspended(storage)
        other = left_by_hand(floor)
        contestants = (("benchmarks.cold", ours, run), ("benchmarks.floor.cold", floor, other))
        times = [[started(*contestant, environment) for contestant in contestants] for _ in range(ROUNDS + 1)][1:]
    for place, clock in enumerate(("CPU", "wall")):
        pairs = [(one[place], another[place]) for one, another in times]
        low, _, high = quantiles([one / another for one, another in pairs], n=4)
        ours_ms, floor_ms = (median(side) for side in zip(*pairs, strict=True))
        yield Figure(
            name="cold: process start, stored run loaded, finished", ours=ours_ms, floor=floor_ms, spread=(low, high),
            unit="ms", limit=180 if clock == "CPU" else None, absolute=True, clock=clock,
        )  # fmt: skip


def left_by_hand(file: Path) -> str:
    """The id of a run that the loop has left in the same place."""
    answers = by_hand()

    def model(messages: Messages) -> dict[str, Any]:
        if len(messages) == ROWS:
            raise KeyboardInterrupt
        return answers(messages)

    with closing(durable.opened(str(file))) as database:
        with suppress(KeyboardInterrupt):
            durable.run(database, QUESTION, model, {"price": price})
        (id,) = database.execute("select id from run").fetchone()
        return str(id)


def started(module: str, file: Path, run: str, environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds (processor, wall) of a process that finishes the run in a copy of this file."""
    copied = shutil.copy(file, file.with_suffix(".copy"))
    for companion in ("-wal", "-shm"):
        Path(f"{copied}{companion}").unlink(missing_ok=True)
    command = [sys.executable, "-m", module, str(copied), run]
    used, begun = processor_time(), time.perf_counter()
    told = subprocess.check_output(command, text=True, cwd=ROOT, env=environment)
    taken = (processor_time() - used) * 1000, (time.perf_counter() - begun) * 1000
    assert told.strip() == f"COMPLETED {ANSWER}", told
    return taken


def processor_time() -> float:
    """Seconds that all child processes so far have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
