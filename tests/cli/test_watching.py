"""A run of another process is followed in the terminal, to its rest or its end, whoever executes it meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from commands import GRAPHAGENT, environment, piped

AGENTS = '''
from __future__ import annotations

import os

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call, say


@tool
def wait() -> str:
    """Wait until somebody says something."""
    return open("gate").read()


@tool(requires_confirmation=True)
def pay() -> str:
    """Pay."""
    return "paid"


def reply(messages):
    done = sum(message["role"] == "tool" for message in messages)
    return (say("Waiting.", call("wait")), say("May I?", call("pay")), say("Done."))[done]


agent = Agent(name="Slow", model=ScriptedModel(reply), tools=[wait, pay])
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an agent, and a gate that its tool waits at."""
    (tmp_path / "slow.py").write_text(AGENTS, "utf-8")
    os.mkfifo(tmp_path / "gate")
    return tmp_path


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*GRAPHAGENT, *arguments],
        cwd=folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def test_steps_are_told_as_they_come_and_the_rest_ends_it(folder: Path) -> None:
    with started(folder, "run", "slow.py:agent", "hello", "--db", "graphagent.db") as running:
        while not (folder / "graphagent.db").exists() or json.loads(piped("runs", "--json", cwd=folder).stdout) == []:
            pass
        with started(folder, "watch", "--json") as watching:
            assert watching.stdout is not None
            first = [json.loads(watching.stdout.readline())["state"] for _ in range(2)]
            assert watching.poll() is None  # the tool is still under way
            (folder / "gate").write_text("go on", "utf-8")
            rest = [json.loads(line)["state"] for line in watching.stdout]
        assert running.wait(30) == 3
    assert (first, rest, watching.returncode) == (["model", "tool"], ["model", "confirm"], 3)


def test_what_is_told_is_what_is_shown(folder: Path) -> None:
    with started(folder, "run", "slow.py:agent", "hello", "--db", "graphagent.db"):
        (folder / "gate").write_text("go on", "utf-8")
    watched, shown = piped("watch", cwd=folder), piped("show", cwd=folder)
    assert (watched.returncode, shown.returncode) == (3, 0)
    assert "waits  for approval: pay()" in watched.stdout
    columns = [line.split()[:1] + line.split()[-3:] for line in shown.stdout.splitlines() if "→" in line]
    assert [line.split()[:1] + line.split()[-3:] for line in watched.stdout.splitlines() if "→" in line] == columns
    run = json.loads(piped("runs", "--json", cwd=folder).stdout)[0]["run_id"]
    assert piped("approve", run, cwd=folder).returncode == 0
    assert piped("resume", "slow.py:agent", run, "--db", "graphagent.db", cwd=folder).returncode == 0
    assert piped("watch", run, cwd=folder).returncode == 0


def test_a_run_that_lost_its_process_is_said_to_have_none(folder: Path) -> None:
    with started(folder, "run", "slow.py:agent", "hello", "--db", "graphagent.db") as running:
        while (
            not (folder / "graphagent.db").exists() or json.loads(piped("runs", "--json", cwd=folder).stdout)[:1] == []
        ):
            pass
        running.kill()
    with started(folder, "watch") as watching:
        assert watching.stdout is not None
        assert any("Nobody has it in hand" in line for line in watching.stdout)
        watching.kill()
