"""The crash harness on our own scenarios, a sample of everything; and that it sees what it is there to see."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphagent import Agent, tool
from graphagent.models import call
from graphagent.testing.crash import Scenario, crash_everywhere, postgres, told
from graphagent.testing.crash.faults import FAULTS
from graphagent.testing.crash.kills import everywhere, undisturbed
from graphagent.testing.crash.points import kind
from graphagent.testing.crash.races import RACED, races
from graphagent.testing.crash.simulate import Simulation, simulated
from graphagent.testing.crash.stories import SCENARIOS, pay, transfer
from graphagent.testing.crash.world import Setting

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def test_the_quick_sample_of_the_command_holds() -> None:
    command = [sys.executable, "-m", "graphagent.testing.crash", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Killed at one point in" in done.stdout
    assert done.stderr == ""


def test_points_are_found_wherever_a_process_touches_the_world() -> None:
    ending, tally = undisturbed(BY_NAME["approved"], Setting())
    assert tally.is_clean
    assert {kind(point) for point in ending.points} == {"sql", "commit", "model", "tool", "event"}
    for what in ("before", "after"):
        assert any(point.startswith(f"{what} tool transfer") for point in ending.points)
    assert ending.points.count("before commit COMMIT") == ending.points.count("after commit COMMIT") >= 4


def test_users_run_it_on_agents_of_their_own() -> None:
    agent = Agent(name="payer", model=told(call("pay", amount=1), "Paid."), tools=[tool(policy="read")(pay)])
    tally = crash_everywhere(agent, "Pay.")
    assert tally.trials == tally.kills == tally.points > 50
    assert tally.asked == 0


def test_a_broken_promise_is_told_with_the_point_of_death() -> None:
    """An agent whose model forgets the conversation cannot be gone on with: the transcript comes out another one."""
    forgetful = Agent(name="forgetful", model=told(lambda messages: f"process {os.getpid()} answers"))
    ending, _ = undisturbed(Scenario(name="forgetful", agent=forgetful), Setting())
    assert ending.transcript
    with pytest.raises(AssertionError, match=r"killed at point .*another transcript"):
        crash_everywhere(forgetful)


@pytest.mark.parametrize(
    ("fault", "scenario", "law"),
    [
        ("result before intent", "single", "twice"),
        ("always retry", "single", "twice"),
        ("emit before commit", "single", "lost"),
        ("key per attempt", "idempotent", "twice"),
        ("split commits", "single", "stuck"),
        ("tool writes apart", "transactional", "broken"),
    ],
)
def test_a_planted_fault_breaks_a_law_that_holds_without_it(fault: str, scenario: str, law: str) -> None:
    """A few of the faults; the command has them all, and does not know which law to look at."""
    broken = everywhere(BY_NAME[scenario], Setting(fault=fault), stride=3, until_broken=True)
    assert law in {complaint.law for _, complaint in broken.complaints}
    assert fault in FAULTS


def test_a_server_that_crashes_takes_no_intent_along_unless_intents_are_not_synced() -> None:
    """It has a server of its own: others could not be crashed, or would miss theirs."""
    with postgres.server() as url:
        tally = everywhere(BY_NAME["single"], Setting(url=url), stride=9, power=True)
        assert tally.is_clean, tally.complaints
        fault = Setting(url=url, fault="unsynced intent")
        broken = everywhere(BY_NAME["single"], fault, stride=9, power=True, until_broken=True)
    assert "lost" in {complaint.law for _, complaint in broken.complaints}


@pytest.mark.parametrize("scenario", ["transactional", "async transactional"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_tool_that_writes_to_the_database_of_its_run_has_written_once_wherever_it_is_killed(
    scenario: str, kind: str, request: pytest.FixtureRequest
) -> None:
    url = None if kind == "sqlite" else request.getfixturevalue("postgres_url")
    tally = everywhere(BY_NAME[scenario], Setting(url=url), stride=7)
    assert tally.is_clean, tally.complaints
    assert tally.kills > 20


SERVER = """
import signal, sys
from graphagent.testing.crash.postgres import server
with server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_a_server_for_trials_ends_with_the_process_that_started_it() -> None:
    command = [sys.executable, "-W", "ignore", "-c", SERVER]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    url = started.stdout.readline().strip()
    if not url:
        pytest.skip("no Postgres server here")
    folder = Path(url.partition("host=")[2])
    assert (folder / "postmaster.pid").exists()
    started.kill()
    started.communicate()
    until = time.monotonic() + 30
    while folder.parent.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.parent.exists()


def test_a_simulation_is_the_same_again_from_its_seed() -> None:
    once, again = Simulation("7/3").done(), Simulation("7/3").done()
    assert (once.kills, once.asked, once.complaints) == (again.kills, again.asked, again.complaints)
    assert simulated(20, seed=7).is_clean


@pytest.mark.parametrize("raced", RACED, ids=lambda raced: raced.name)
def test_of_processes_that_race_one_wins_each_step(raced: Scenario) -> None:
    assert races(raced, Setting(), 1, seed=3).complaints == []


def test_a_person_who_refuses_is_obeyed_wherever_the_process_dies() -> None:
    from graphagent.testing.crash import Person

    agent = Agent(
        name="refused",
        model=told(call("transfer", amount=1), "Not done."),
        tools=[tool(requires_confirmation=True)(transfer)],
    )
    tally = crash_everywhere(agent, "Transfer.", person=Person(rejects=("transfer",)), random=5)
    assert tally.asked == 0
