"""A run that waits outlives its process: asked in one, decided in a second, finished in a third, over one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gates import Ledger, asker, decide, replayed, waiting
from places import BEGIN, GO_ON, Place
from stories import Story, assert_valid_for_the_provider

from graphagent.exceptions import AlreadyResolved
from graphagent.run.inbox import Inbox
from graphagent.storage.sqlite import SqliteStorage

RACE = """
response = agent.get_run(given[0])
decide(waiting(response)[0])
print("ready", flush=True)
sys.stdin.readline()
try:
    print(agent.continue_run(response).status.value)
except (AlreadyResolved, StaleRun, RunBusy, RunIsOver) as error:
    print(type(error).__name__)
"""
DECIDE_RACE = """
inbox = Inbox(storage)
print("ready", flush=True)
sys.stdin.readline()
try:
    inbox.approve(given[0], "c0.0", by=given[1])
    print("decided")
except AlreadyResolved:
    print("AlreadyResolved")
"""


@pytest.mark.parametrize("colour", ["plain", "async streamed"])
def test_a_run_is_restarted_at_each_pause_and_after_each_decision(colour: str, tmp_path: Path) -> None:
    story: Story = [[("pay", 2), ("mail", 4), ("look", 1)], [("order", 6), ("pay", 3)]]
    place = Place(tmp_path, story)
    run_id = place.say(BEGIN, colour)
    assert place.ledger.effects == {"look c0.2": 1}
    said = [place.say(GO_ON, colour, run_id, 1) for _ in range(4)]
    assert said == ["PAUSED", "PAUSED", "PAUSED", "COMPLETED"]
    assert place.ledger.effects == {"look c0.2": 1, "pay c0.0": 1, "mail c0.1": 1}
    agent = asker(story, Ledger(), place.storage)
    response = agent.get_run(run_id)
    assert [t.result for t in response.tools] == ["paid 2", "mailed 4 to ann", "saw 1", "ordered 6", "not 3"]
    assert_valid_for_the_provider(json.loads(b"[" + replayed(agent, run_id).prompt() + b"]"))


def test_a_decision_made_in_one_process_is_gone_on_with_in_another(tmp_path: Path) -> None:
    place = Place(tmp_path, [[("pay", 2), ("mail", 1)]])
    run_id = place.say(BEGIN, "plain")
    inbox = Inbox(place.storage)  # this process has no agent
    inbox.approve(run_id, "c0.0", by="ann")
    inbox.reject(run_id, "c0.1", note="too dear", by="bob")
    assert place.ledger.effects == {}
    assert place.say("print(agent.continue_run(run_id=given[0]).status.value)", run_id) == "COMPLETED"
    assert place.ledger.effects == {"pay c0.0": 1}
    response = asker(place.story, Ledger(), place.storage).get_run(run_id)
    assert [(t.decided_by, t.confirmation_note) for t in response.tools] == [("ann", None), ("bob", "too dear")]


def test_two_processes_that_go_on_at_once_make_the_call_once(tmp_path: Path) -> None:
    place = Place(tmp_path, [[("pay", 2)]])
    run_id = place.say(BEGIN, "plain")
    said = place.race(RACE, run_id)
    assert said[-1] in ("StaleRun", "AlreadyResolved", "RunBusy", "RunIsOver")
    assert said.count("COMPLETED") == 1
    assert place.ledger.effects == {"pay c0.0": 1}


def test_of_processes_that_decide_at_once_exactly_one_does(tmp_path: Path) -> None:
    place = Place(tmp_path, [[("pay", 2)]])
    run_id = place.say(BEGIN, "plain")
    assert place.race(DECIDE_RACE, run_id, processes=3) == ["AlreadyResolved", "AlreadyResolved", "decided"]
    _, steps = place.storage.load(run_id)
    assert [step.trigger for step in steps].count("approve") == 1


def test_objects_of_one_process_go_on_over_one_file(tmp_path: Path) -> None:
    """The decision is carried by the first object's response, and given to the second object."""
    story: Story = [[("pay", 2)], [("pay", 4)]]
    ledger = Ledger()
    response = asker(story, ledger, SqliteStorage(db_file=tmp_path / "runs.db")).run("Go.")
    while response.is_paused:
        decide(waiting(response)[0])
        response = asker(story, ledger, SqliteStorage(db_file=tmp_path / "runs.db")).continue_run(response)
    assert response.content == "The end."
    assert set(ledger.effects.values()) == {1}


def test_the_answer_to_a_second_decision_in_another_process_is_an_error(tmp_path: Path) -> None:
    place = Place(tmp_path, [[("pay", 2)]])
    run_id = place.say(BEGIN, "plain")
    agent = asker(place.story, place.ledger, place.storage)
    stale = agent.get_run(run_id)
    assert place.say(GO_ON, "plain", run_id, 1) == "COMPLETED"
    decide(stale.tools[0], yes=False)
    with pytest.raises(AlreadyResolved):
        agent.continue_run(stale)
    assert place.ledger.effects == {"pay c0.0": 1}
