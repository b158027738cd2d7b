"""Real processes that remember and are killed: a memory is there exactly when its step is, and once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rememberers import rememberer

from graphagent.memory import Memory
from graphagent.memory.db.sqlite import SqliteMemoryDb

ROOT = Path(__file__).parents[2]

# The process kills itself at the nth time that anything is about to be written to a file, or was.
SCRIPT = """
import os, signal, sys
from rememberers import rememberer
from graphagent.storage.database import Database
runs, memories, at, when = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
left, transact = [at], Database.transact
def dying(self, *given, **options):
    left[0] -= 1
    if left[0] == 0 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    transact(self, *given, **options)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Database.transact = dying
rememberer(runs, memories).run("I ski", user_id="ava", session_id="s")
"""


def live(script: str, *given: str) -> int:
    """Run a process to its end, and say how it ended."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    command = [sys.executable, "-c", script, *given]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False, timeout=60).returncode


def said_on_record(runs: str, memories: str) -> Counter[str]:
    """What the steps of all runs say is remembered."""
    store = rememberer(runs, memories).store
    steps = [step for head in store.runs() for step in store.steps(head.id) if step.trigger != "recalled"]
    return Counter(operation[2] for step in steps for operation in (step.data or {}).get("memories", ()))


def remembered(memories: str) -> Counter[str]:
    memory = Memory(db=SqliteMemoryDb(db_file=memories))
    return Counter(each.memory for each in memory.get_user_memories("ava"))


@pytest.mark.parametrize("files", ["one", "two"])
def test_killed_anywhere_a_memory_is_there_exactly_when_its_step_is(tmp_path: Path, files: str) -> None:
    """In one file at every moment; in two, at the latest when the memory is next used. Going on doubles nothing."""
    ends: set[int] = set()
    for when in ("before", "after"):
        for at in range(1, 30):
            runs = str(tmp_path / f"{when}-{at}.db")
            memories = runs if files == "one" else str(tmp_path / f"{when}-{at}-memories.db")
            ended = live(SCRIPT, runs, memories, str(at), when)
            ends.add(ended)
            if ended == 0:  # there are no more commits to be killed at
                break
            assert ended == -signal.SIGKILL
            if files == "one":
                assert remembered(memories) == said_on_record(runs, memories)
            agent = rememberer(runs, memories)
            agent.recover()
            agent.get_user_memories("ava")
            assert remembered(memories) == said_on_record(runs, memories)
            assert max(remembered(memories).values(), default=1) == 1
            if agent.store.runs():
                assert set(remembered(memories)) == {"by the tool: I ski", "I ski"}
                assert agent.get_session_summary("s", "ava") is not None
    assert ends == {0, -signal.SIGKILL}
