"""Workers go on with what was decided or orphaned: each run once, however many there are and whenever they are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import GRAPHAGENT, environment, piped

AGENTS = '''
from __future__ import annotations

import os

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call, say


@tool(requires_confirmation=True)
def pay(order: str) -> str:
    """Pay."""
    with open("paid.txt", "a") as file:
        file.write(f"{order} {os.getpid()}\\n")
    if os.path.exists("gate"):
        open("begun", "w").close()
        open("gate").read()
    return "paid"


@tool(requires_confirmation=True)
def other(order: str) -> str:
    """Something else."""
    return "done"


def reply(messages):
    if messages[-1]["role"] == "tool":
        if "fail" in str(messages):
            with open("asked.txt", "a") as file:
                file.write("asked\\n")
            raise ValueError("The model is broken.")
        return say("It is " + messages[-1]["content"])
    return say("May I?", call("pay", order=messages[-1]["content"]))


@tool(requires_confirmation=True, expires_after=0.001)
def hasty(order: str) -> str:
    """Pay soon or never."""
    raise AssertionError("nobody approved it in time")


print("loading")
agent = Agent(name="Payer", model=ScriptedModel(reply), tools=[pay])
expiring = Agent(name="Hasty", model=ScriptedModel(lambda messages: say("Too late.") if messages[-1]["role"] == "tool" else call("hasty", order="7")), tools=[hasty])
without = Agent(name="Payer", model=ScriptedModel(reply), tools=[other])
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an agent."""
    (tmp_path / "payer.py").write_text(AGENTS, "utf-8")
    return tmp_path


def approved(folder: Path, order: str) -> str:
    """The id of a run that somebody approved and nobody went on with."""
    ran = piped("run", "payer.py:agent", order, "--db", "graphagent.db", "--json", cwd=folder)
    id: str = json.loads(ran.stdout)["run_id"]
    assert piped("approve", id, cwd=folder).returncode == 0
    return id


@contextmanager
def worker(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that watches, and is gone at the end."""
    with subprocess.Popen(
        [*GRAPHAGENT, "recover", "payer.py:agent", "--watch", "0.05", "--json", *options],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> dict[str, object]:
    """What it says next."""
    assert process.stdout is not None
    told: dict[str, object] = json.loads(process.stdout.readline())
    return told


def state(folder: Path, run: str) -> str:
    """The state of a run."""
    found: str = json.loads(piped("show", run, "--json", cwd=folder).stdout)["state"]
    return found


def test_everything_decided_is_taken_on_once_and_told_in_a_line(folder: Path) -> None:
    runs = [approved(folder, "1"), approved(folder, "2")]
    waits = json.loads(piped("run", "payer.py:agent", "3", "--db", "graphagent.db", "--json", cwd=folder).stdout)[
        "run_id"
    ]
    told = piped("recover", "payer.py:agent", cwd=folder)
    assert (told.returncode, told.stdout) == (0, f"loading\n{runs[0]}  completed\n{runs[1]}  completed\n")
    assert piped("recover", "payer.py:agent", "--json", cwd=folder).stdout == ""
    assert state(folder, waits) == "confirm"


def test_two_workers_never_do_one_run_twice(folder: Path) -> None:
    runs = {approved(folder, str(number)) for number in range(4)}
    with worker(folder) as first, worker(folder) as second:
        late = {approved(folder, str(number)) for number in range(4, 8)}
        while any(state(folder, run) != "completed" for run in runs | late):
            pass
        told = []
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0
            told += [json.loads(line) for line in out.splitlines()]
    orders = [line.split()[0] for line in (folder / "paid.txt").read_text().splitlines()]
    assert sorted(orders) == list("01234567")
    assert sorted(one["run_id"] for one in told) == sorted(runs | late)
    assert {one["state"] for one in told} == {"completed"}


def test_a_call_whose_worker_was_killed_is_settled_by_a_person_and_never_made_again(folder: Path) -> None:
    os.mkfifo(folder / "gate")
    os.mkfifo(folder / "begun")
    run = approved(folder, "7")
    with worker(folder) as first, worker(folder) as second:
        (folder / "begun").open().close()  # opens when the call has paid
        killed, other = (first, second) if f" {first.pid}" in (folder / "paid.txt").read_text() else (second, first)
        held = piped("resume", "payer.py:agent", run, cwd=folder)
        assert held.returncode == 6, held.stderr
        killed.kill()
        doubted = next_line(other)
        assert (doubted["run_id"], doubted["state"]) == (run, "doubt")
        assert [found["kind"] for found in json.loads(piped("inbox", "--json", cwd=folder).stdout)] == ["doubt"]
        assert "retry  not before" in piped("inbox", cwd=folder).stdout
        early = piped("settle", run, "retry", cwd=folder)
        assert early.returncode == 6
        assert early.stderr.count("\n") == 1
        assert piped("settle", run, "result", "--result", "settled", cwd=folder).returncode == 0
        finished = next_line(other)
        assert (finished["run_id"], finished["state"]) == (run, "completed")
    assert len((folder / "paid.txt").read_text().splitlines()) == 1
    assert "It is settled" in piped("show", run, cwd=folder).stdout
    assert piped("settle", run, "retry", cwd=folder).returncode == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_to_end_finishes_what_it_has_in_hand(folder: Path, number: signal.Signals) -> None:
    os.mkfifo(folder / "gate")
    os.mkfifo(folder / "begun")
    runs = [approved(folder, "1"), approved(folder, "2")]
    with worker(folder) as process:
        (folder / "begun").open().close()
        process.send_signal(number)
        assert process.stderr is not None
        while "Finishing" not in process.stderr.readline():
            pass
        (folder / "gate").open("w").close()
        assert next_line(process)["state"] == "completed"
        assert process.wait(60) == 0
    assert [state(folder, run) for run in runs] == ["completed", "tool"]


def test_one_run_that_cannot_go_on_holds_up_no_other(folder: Path) -> None:
    failing, good = approved(folder, "fail"), approved(folder, "2")
    told = piped("recover", "payer.py:agent", "--json", cwd=folder)
    assert told.returncode == 1
    first, second = map(json.loads, told.stdout.splitlines())
    assert (first["run_id"], first["state"]) == (failing, "failed")
    assert "The model is broken." in first["error"]
    assert (second["run_id"], second["state"], second["error"]) == (good, "completed", None)


def test_a_run_that_failed_is_not_tried_again_and_again_by_the_worker_that_watches(folder: Path) -> None:
    failing = approved(folder, "fail")
    with worker(folder) as process:
        assert next_line(process)["run_id"] == failing
        for number in range(3):  # each is seen by a later look at the database
            run = approved(folder, str(number))
            assert next_line(process)["run_id"] == run
    assert (folder / "asked.txt").read_text() == "asked\n"


def test_what_nobody_decided_in_time_is_rejected_by_a_worker_that_looks(folder: Path) -> None:
    ran = piped("run", "payer.py:expiring", "1", "--db", "graphagent.db", "--json", cwd=folder)
    assert ran.returncode == 3
    run = json.loads(ran.stdout)["run_id"]
    told = piped("recover", "payer.py:expiring", "--json", cwd=folder)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) | {"steps": 0} == {
        "run_id": run, "state": "completed", "steps": 0, "error": None, "waits": [],
    }  # fmt: skip
    assert piped("approve", run, cwd=folder).returncode == 5


def test_a_run_that_the_agent_does_not_fit_is_told_and_left_as_it_is(folder: Path) -> None:
    run = approved(folder, "1")
    told = piped("recover", "payer.py:without", cwd=folder)
    assert told.returncode == 1
    assert "'pay' is gone" in told.stdout
    assert piped("recover", "payer.py:agent", cwd=folder).returncode == 0
    assert state(folder, run) == "completed"
