"""From the start of a process to the end of a run that another one left in the middle."""

from __future__ import annotations

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
from benchmarks.left import ROWS, suspended
from benchmarks.work import ANSWER, QUESTION, price
from graphagent.storage.sqlite import SqliteStorage

ROUNDS = 15


def figures() -> Iterator[Figure]:
    """Each process goes on with a copy of the same file, in turn with the loop's."""
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder) / "ours.db", Path(folder) / "floor.db"
        with closing(SqliteStorage(table_name="runs", db_file=ours)) as storage:
            run = suspended(storage)
        other = left_by_hand(floor)
        times = [(started("benchmarks.cold", ours, run), started("benchmarks.floor.cold", floor, other))
                 for _ in range(ROUNDS + 1)][1:]  # fmt: skip
    low, _, high = quantiles([one / two for one, two in times], n=4)
    ours_ms, floor_ms = (median(side) for side in zip(*times, strict=True))
    yield Figure(
        name="cold: process start, stored run loaded, finished",
        ours=ours_ms, floor=floor_ms, spread=(low, high), unit="ms", limit=180, absolute=True, clock="wall",
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


def started(module: str, file: Path, run: str) -> float:
    """Milliseconds of a process that finishes the run in a copy of this file."""
    copied = shutil.copy(file, file.with_suffix(".copy"))
    for companion in ("-wal", "-shm"):
        Path(f"{copied}{companion}").unlink(missing_ok=True)
    begun = time.perf_counter()
    told = subprocess.check_output([sys.executable, "-m", module, copied, run], text=True)
    taken = (time.perf_counter() - begun) * 1000
    assert told.strip() == f"COMPLETED {ANSWER}", told
    return taken
