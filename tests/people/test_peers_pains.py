"""What goes wrong elsewhere, measured or reported, and must not go wrong here: one test for each."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from gates import Ledger, asker, decide, gated_tools, triggers, waiting
from places import BEGIN, Place

from graphagent import Agent, tool
from graphagent.exceptions import AlreadyResolved, DefinitionChanged, StaleRun
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage

DIE = """
import os
write = Ledger.write
def write_and_die(self, name, context):
    write(self, name, context)
    os._exit(9)
Ledger.write = write_and_die
response = agent.get_run(given[0])
for tool in waiting(response):
    decide(tool)
agent.continue_run(response)
"""
SEND = """
response = agent.get_run(given[0])
for tool in waiting(response):
    decide(tool)
print("ready", flush=True)
sys.stdin.readline()
try:
    print(agent.continue_run(response).status.value)
except RunError as error:
    print(type(error).__name__)
"""


def test_a_process_that_dies_after_the_effect_of_a_call_does_not_repeat_it(tmp_path: Path) -> None:
    """The effect happened and its result was never recorded: whoever goes on asks a person, and nothing else is lost."""
    place = Place(tmp_path, [[("pay", 2)], [("pay", 4)]])
    run_id = place.say(BEGIN, "plain")
    process = place.start(DIE, run_id)
    process.communicate(timeout=60)
    assert process.returncode == 9
    agent = asker(place.story, place.ledger, place.storage)
    response = agent.continue_run(run_id=run_id)
    assert [t.tool_call_id for t in response.tools_in_doubt] == ["c0.0"]
    assert place.ledger.effects == {"pay c0.0": 1}
    response.tools[0].verdict = "result"
    response = agent.continue_run(response)
    decide(waiting(response)[0])
    assert agent.continue_run(response).content == "The end."
    assert place.ledger.effects == {"pay c0.0": 1, "pay c1.0": 1}


def test_nothing_before_a_pause_is_done_again_after_it() -> None:
    """Two pauses in one reply: neither the model is asked again nor a call made again that came before them."""
    ledger = Ledger()
    agent = asker([[("look", 1)], [("look", 2), ("pay", 2), ("pay", 4)]], ledger)
    response = agent.run("Go.")
    for _ in range(2):
        decide(waiting(response)[0])
        response = agent.continue_run(response)
    assert response.content == "The end."
    assert set(ledger.effects.values()) == {1}
    assert len(ledger.effects) == 4
    assert isinstance(agent.model, ScriptedModel)
    assert len(agent.model.requests) == 3
    assert triggers(agent, response.run_id).count("begin") == 1


def test_one_approval_delivered_twice_is_one_call() -> None:
    """The second is refused, in whatever state the run is by then."""
    ledger = Ledger()
    agent = asker([[("pay", 2)], [("pay", 4)]], ledger)
    response = agent.run("Go.")
    decide(response.tools[0])
    second = agent.continue_run(response)
    with pytest.raises(AlreadyResolved):
        agent.continue_run(response)
    decide(waiting(second)[0])
    agent.continue_run(second)
    for stale in (response, second):
        with pytest.raises(AlreadyResolved):
            agent.continue_run(stale)
    assert ledger.effects == {"pay c0.0": 1, "pay c1.0": 1}


def test_one_approval_delivered_by_several_workers_at_once_is_one_call(tmp_path: Path) -> None:
    """Exactly one is told that it went on; the others are told so before anything happened."""
    place = Place(tmp_path, [[("pay", 2), ("pay", 4)]])
    run_id = place.say(BEGIN, "plain")
    said = place.race(SEND, run_id, processes=3)
    assert said.count("COMPLETED") == 1
    assert set(said) <= {"COMPLETED", "StaleRun", "AlreadyResolved", "RunBusy", "RunIsOver"}
    assert place.ledger.effects == {"pay c0.0": 1, "pay c0.1": 1}
    results = [t.result for t in asker(place.story, Ledger(), place.storage).get_run(run_id).tools]
    assert results == ["paid 2", "paid 4"]


def test_of_two_writers_of_one_run_one_is_refused_and_no_update_is_lost(tmp_path: Path) -> None:
    """Both hold the run as it was; what the first writes stands, and the second has no effect."""
    ledger = Ledger()
    one, two = (asker([[("pay", 2)]], ledger, SqliteStorage(db_file=tmp_path / "runs.db")) for _ in range(2))
    run_id = one.run("Go.").run_id or ""
    held = [agent.get_run(run_id) for agent in (one, two)]
    streams = []
    for agent, response in zip((one, two), held, strict=True):
        decide(response.tools[0])
        streams.append(agent.continue_run(response, stream=True))  # loaded and decided, and not on record yet
    assert "".join(event.content or "" for event in streams[0]).endswith("The end.")
    record = one.store.load(run_id)
    with pytest.raises(StaleRun, match=run_id):
        list(streams[1])
    assert one.store.load(run_id) == record
    assert [step.seq for step in record[1]] == list(range(1, len(record[1]) + 1))
    assert ledger.effects == {"pay c0.0": 1}


@pytest.mark.parametrize("approved", [0, 1])
@pytest.mark.parametrize("first", [0, 1])
def test_an_approval_of_one_call_never_lets_another_be_made(approved: int, first: int) -> None:
    """Two calls of one tool with the same arguments, decided in either order, in separate deliveries."""
    ledger = Ledger()
    agent = asker([[("pay", 5), ("pay", 5)]], ledger)
    response = agent.run("Go.")
    for place in (first, 1 - first):
        decide(response.tools[place], yes=place == approved)
        response = agent.continue_run(run_id=response.run_id, updated_tools=[response.tools[place]])
    assert ledger.effects == {f"pay c0.{approved}": 1}
    assert [t.status for t in response.tools] == ["completed" if place == approved else "rejected" for place in (0, 1)]


def test_approving_one_of_two_now_and_the_other_later_makes_each_once() -> None:
    """And what needed no approval was made once, before; each delivery may come from a restarted process."""
    ledger, storage = Ledger(), MemoryStorage()
    response = asker([[("look", 1), ("pay", 2), ("pay", 4)]], ledger, storage).run("Go.")
    for _ in range(2):
        decide(waiting(response)[0])
        response = asker([[("look", 1), ("pay", 2), ("pay", 4)]], ledger, storage).continue_run(response)
    assert ledger.effects == {"look c0.0": 1, "pay c0.1": 1, "pay c0.2": 1}
    assert response.content == "The end."


def test_a_tool_renamed_while_a_run_waits_is_an_error_that_names_it() -> None:
    """The run does not end without the approval, nor without what follows it."""
    ledger, storage = Ledger(), MemoryStorage()
    agent = asker([[("pay", 2)]], ledger, storage)
    response = agent.run("Go.")
    pay, *others = gated_tools(ledger)
    renamed = agent.copy(tools=[pay.copy(name="transfer"), *others])
    decide(response.tools[0])
    with pytest.raises(DefinitionChanged, match="'pay' is gone"):
        renamed.continue_run(response)
    assert renamed.get_run(response.run_id or "").is_paused
    assert agent.continue_run(response).content == "The end."


def test_state_that_grows_costs_what_is_added_to_it(tmp_path: Path) -> None:
    """200 calls add a kilobyte each: the file holds each once, not each as often as there were steps after it."""
    file = tmp_path / "runs.db"

    @tool
    def note(number: int, session_state: dict[str, Any]) -> str:
        """Note."""
        session_state.setdefault("notes", []).append(f"{number:01024d}")
        return "ok"

    model = ScriptedModel(["Ready.", *[call("note", number=number) for number in range(200)], "Done."])
    with SqliteStorage(db_file=file) as storage:
        agent = Agent(model=model, tools=[note], storage=storage)
        agent.run("Begin.")
        storage.close()
        tables = file.stat().st_size  # what a file takes in which there is next to nothing
        assert agent.run("Go.").content == "Done."
        assert len(agent.session_state["notes"]) == 200
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert 200 * 1024 < file.stat().st_size - tables < 3.75 * 200 * 1024  # once as it grew, once as it is


def test_waiting_runs_hold_neither_thread_nor_task() -> None:
    agent = asker([[("pay", 2)]], Ledger(), MemoryStorage())
    before = threading.active_count()

    async def main() -> None:
        await asyncio.gather(*(agent.arun("Go.") for _ in range(100)))
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert len(agent.store.runs(state="confirm")) == 100
    assert threading.active_count() == before
