"""A storage that nobody uses any more is collected whenever the interpreter likes, even while the process forks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

COLLECTOR = """
import gc, os, sys
gc.disable()
os.register_at_fork(**{sys.argv[2]: gc.collect})  # before ours, so that it is called between what ours do
from graphagent.storage.sqlite import SqliteStorage
from histories import begun, happen, session
storage = SqliteStorage(db_file=sys.argv[1])
head, run = begun("parent")
happen(run, session()[0])
storage.save(head, run)
cycle = [storage]
cycle.append(cycle)
del storage, cycle
if (pid := os.fork()) == 0:
    os._exit(0)
print("ended", os.waitpid(pid, 0)[1])
"""


@pytest.mark.parametrize("moment", ["before", "after_in_child", "after_in_parent"])
def test_a_storage_may_be_collected_in_the_middle_of_a_fork(tmp_path: Path, moment: str) -> None:
    where = [str(tmp_path / "runs.db"), moment]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))}
    collected = subprocess.run(
        [sys.executable, "-c", COLLECTOR, *where],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
        env=environment,
    )
    assert collected.stdout == "ended 0\n", collected.stderr
