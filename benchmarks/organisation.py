"""How a table of steps is best organised, for rows of several sizes: `python -m benchmarks.organisation [FOLDER]`.

Prints, for each form of the table, the bytes of the file per byte of payload, and the processor time of a commit and of a
row read back. The figures behind `docs/decisions/0007-steps-in-a-rowid-table.md`.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

STEPS = 23
BESIDE = 24  # bytes of `data`, stored with every row
ROUNDS = 3
SIZES = {200: 400, 500: 400, 1_000: 400, 2_000: 200, 5_000: 104, 10_000: 56, 50_000: 16}  # bytes of a row: runs
COLUMNS = "seq INTEGER, trigger TEXT, state TEXT, at INTEGER, data TEXT, messages TEXT, PRIMARY KEY (run, seq)"


class Form(NamedTuple):
    """A way to organise the table."""

    name: str
    table: str
    key: Callable[[int], int | str]


FORMS = (
    Form("number of the run, rowid", f"run INTEGER, {COLUMNS})", lambda number: number),
    Form("number of the run, WITHOUT ROWID", f"run INTEGER, {COLUMNS}) WITHOUT ROWID", lambda number: number),
    Form("id of the run, rowid", f"run TEXT, {COLUMNS})", lambda _: str(uuid.uuid4())),
    Form("id of the run, WITHOUT ROWID", f"run TEXT, {COLUMNS}) WITHOUT ROWID", lambda _: str(uuid.uuid4())),
)


class Taken(NamedTuple):
    """What one trial gave."""

    growth: float
    write: float
    read: float


def trial(form: Form, size: int, runs: int, file: Path) -> Taken:
    """Write so many runs, eight at a time side by side as in life, each step a commit; then read some of them."""
    keys = [form.key(number) for number in range(1, runs + 1)]
    body, at = b"x" * size, 1_790_000_000_000_000
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
        database.execute(f"CREATE TABLE step ({form.table}")
        started, commits = time.thread_time(), 0
        for first in range(0, runs, 8):
            for seq in range(1, STEPS + 1):
                for key in keys[first : first + 8]:
                    row = (key, seq, "result", "model", at + commits, "y" * BESIDE, body)
                    database.execute("BEGIN IMMEDIATE")
                    database.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT))", row)
                    database.execute("COMMIT")
                    commits += 1
        write = (time.thread_time() - started) / commits
    with closing(sqlite3.connect(file)) as database:
        chosen = random.Random(1).sample(keys, min(60, runs))
        started = time.thread_time()
        for key in chosen:
            rows = database.execute("SELECT CAST(messages AS BLOB) FROM step WHERE run = ? ORDER BY seq", (key,))
            assert len(rows.fetchall()) == STEPS
        read = (time.thread_time() - started) / len(chosen) / STEPS
    return Taken(file.stat().st_size / (runs * STEPS * (size + BESIDE)), write * 1e6, read * 1e6)


def main() -> None:
    print("| bytes | form | file / payload | µs a commit | µs a row read |\n| --: | --- | --: | --: | --: |")
    for size, runs in SIZES.items():
        taken: dict[Form, list[Taken]] = {form: [] for form in FORMS}
        for _ in range(ROUNDS):
            for form in FORMS:
                with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as folder:
                    taken[form].append(trial(form, size, runs, Path(folder) / "steps.db"))
        for form, trials in taken.items():
            growth, write, read = (min(figures) for figures in zip(*trials, strict=True))
            print(f"| {size:,} | {form.name} | {growth:.2f} | {write:.1f} | {read:.1f} |", flush=True)


if __name__ == "__main__":
    main()
