"""A database and a ledger of effects on disk, and real processes that run the agents of `gates` over them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from gates import Ledger
from stories import Story

from graphagent.storage.sqlite import SqliteStorage

ROOT = Path(__file__).parents[1]

PRELUDE = """
import json, sys
from pathlib import Path
from gates import *
from graphagent.exceptions import *
from graphagent.run.inbox import Inbox
from graphagent.storage.sqlite import SqliteStorage
file, ledger, story, *given = sys.argv[1:]
storage = SqliteStorage(db_file=file, busy_timeout=30)
agent = asker([[tuple(one) for one in round] for round in json.loads(story)], Ledger(Path(ledger)), storage)
"""
BEGIN = "print(begin(agent, given[0]).run_id)"
GO_ON = """
response = agent.get_run(given[1])
for tool in waiting(response)[:int(given[2])]:
    decide(tool)
print(go_on(agent, given[0], response).status.value)
"""


class Place:
    """A database, a ledger of effects and a story, for as many processes as are needed."""

    def __init__(self, folder: Path, story: Story) -> None:
        self.file, self.ledger, self.story = folder / "runs.db", Ledger(folder / "effects"), story
        self.storage = SqliteStorage(db_file=self.file)

    def start(self, script: str, *given: Any) -> subprocess.Popen[str]:
        where = [str(self.file), str(self.ledger.file), json.dumps(self.story), *map(str, given)]
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
        return subprocess.Popen(
            [sys.executable, "-c", PRELUDE + script, *where],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def say(self, script: str, *given: Any) -> str:
        """What a process prints that lives for this script only."""
        process = self.start(script, *given)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return said.strip()

    def race(self, script: str, *given: Any, processes: int = 2) -> list[str]:
        """What each of several processes prints that do the same at the same time."""
        racers = [self.start(script, *given, number) for number in range(processes)]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        return sorted(racer.communicate(timeout=60)[0].strip() for racer in racers)
