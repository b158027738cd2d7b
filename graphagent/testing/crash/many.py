"""Many trials side by side, in as many processes as there are processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from pydantic_core import from_json, to_json

from graphagent.testing.crash.laws import Complaint
from graphagent.testing.crash.processes import ended, forked
from graphagent.testing.crash.trial import Verdict

Task = TypeVar("Task")


def many(
    tasks: Sequence[Task], work: Callable[[Task], Verdict], *, until_broken: bool = False, alone: bool = False
) -> Iterator[tuple[Task, Verdict]]:
    """Do all tasks; yields each with its verdict, in order. With `until_broken`, only until something is wrong; `alone`,
    one after the other.
    """
    workers = 1 if alone else max(1, min(os.cpu_count() or 1, len(tasks)))
    with TemporaryDirectory(prefix="graphagent-crash-") as folder:
        files = [Path(folder) / str(worker) for worker in range(workers)]
        stop = Path(folder) / "stop"

        def share(worker: int) -> None:
            with files[worker].open("ab") as file:
                for number in range(worker, len(tasks), workers):
                    if stop.exists():
                        return
                    verdict = work(tasks[number])
                    file.write(to_json([number, verdict.complaints, verdict.kills, verdict.asked]) + b"\n")
                    file.flush()
                    if until_broken and verdict.complaints:
                        stop.touch()

        logs = [Path(folder) / f"{worker}.log" for worker in range(workers)]
        processes = [
            forked(lambda worker=worker: share(worker), logs[worker], patience=None)  # type: ignore[misc]  # of a lambda with a default
            for worker in range(workers)
        ]
        endings = [ended(process) for process in processes]
        for ending, log in zip(endings, logs, strict=True):
            if ending != "done":
                raise RuntimeError(f"A worker {ending}: {log.read_text('utf-8')}")
        rows = [from_json(line) for file in files for line in file.read_bytes().splitlines()]
        for number, told, kills, asked in sorted(rows, key=lambda row: int(row[0])):
            yield tasks[number], Verdict([Complaint(*one) for one in told], kills=kills, asked=asked)
