"""`graphagent sessions`, `history`, `memories`, `delete` and `prune`: what is on record of users is told, and goes when told to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import in_terminal, piped

from graphagent import Agent
from graphagent.memory import Memory, UserMemory
from graphagent.memory.db.sqlite import SqliteMemoryDb
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage


def price(order: str) -> str:
    """Look up what an order costs."""
    return f"order {order} costs 1250 cents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database: a session of two runs, one of another user, and a memory of each."""
    file = tmp_path / "graphagent.db"
    with SqliteStorage(db_file=file) as storage:
        model = ScriptedModel([call("price", order="7"), "It costs 1250 cents.", "You are welcome.", "Hello Bob."])
        agent = Agent(name="desk", model=model, tools=[price], storage=storage)
        agent.run("What does order 7 cost?", session_id="first", user_id="ada", session_state={"order": "7"})
        agent.run("Thanks", session_id="first", user_id="ada")
        agent.rename_session("Order 7", "first")
        agent.run("Hi", session_id="second", user_id="bob")
    with SqliteMemoryDb(db_file=file) as kept:
        memory = Memory(db=kept)
        memory.add_user_memory(UserMemory(memory="Ada likes tea", topics=["drinks"]), user_id="ada")
        memory.add_user_memory(UserMemory(memory="Bob likes coffee"), user_id="bob")
    return tmp_path


def listed(folder: Path, *arguments: str) -> Any:
    done = piped(*arguments, "--json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_sessions_are_listed_newest_first_filtered_and_paged(folder: Path) -> None:
    assert [session["session_id"] for session in listed(folder, "sessions")] == ["second", "first"]
    (first,) = listed(folder, "sessions", "--before", "second", "--limit", "1")
    assert (first["name"], first["user_id"], first["state"]) == ("Order 7", "ada", {"order": "7"})
    assert [session["user_id"] for session in listed(folder, "sessions", "--user", "bob")] == ["bob"]
    assert listed(folder, "sessions", "--user", "") == []
    shown = piped("sessions", cwd=folder).stdout
    assert "Order 7" in shown
    assert "second" in shown


def test_history_is_what_was_said_oldest_first(folder: Path) -> None:
    runs = listed(folder, "history", "first")
    said = [(message["role"], message.get("content")) for run in runs for message in run["messages"]]
    assert said == [
        ("user", "What does order 7 cost?"), ("assistant", None), ("tool", "order 7 costs 1250 cents"),
        ("assistant", "It costs 1250 cents."), ("user", "Thanks"), ("assistant", "You are welcome."),
    ]  # fmt: skip
    assert listed(folder, "history", "first", "--limit", "1") == runs[1:]
    assert listed(folder, "history", "first", "--before", runs[1]["run_id"]) == runs[:1]
    told = in_terminal("history", "first", cwd=folder).text
    assert "   you  Thanks" in told
    assert "null" not in told


def test_a_session_that_is_not_there_is_wrong_usage(folder: Path) -> None:
    done = piped("history", "third", cwd=folder)
    assert done.returncode == 2
    assert "There is no session 'third'" in done.stderr


def test_memories_are_listed_searched_and_traced(folder: Path) -> None:
    assert {(one["user_id"], one["memory"]) for one in listed(folder, "memories")} == {
        ("ada", "Ada likes tea"),
        ("bob", "Bob likes coffee"),
    }
    assert [one["memory"] for one in listed(folder, "memories", "--user", "ada")] == ["Ada likes tea"]
    (found,) = listed(folder, "memories", "--search", "coffee")
    assert listed(folder, "memories", "--of", found["memory_id"]) == [found]
    assert "Bob likes coffee" in piped("memories", cwd=folder).stdout


def test_nothing_is_deleted_unless_somebody_agrees(folder: Path) -> None:
    for command in (["delete", "--user", "ada"], ["prune", "--older-than", "0"]):
        done = piped(*command, cwd=folder)
        assert done.returncode == 2
        assert "Say --yes" in done.stderr
    assert len(listed(folder, "history", "first")) == 2
    assert len(listed(folder, "memories")) == 2


def test_a_user_goes_whole_and_nobody_else(folder: Path) -> None:
    gone = listed(folder, "delete", "--user", "ada", "--yes")
    assert (gone["sessions"], gone["runs"], gone["memories"]) == (1, 2, 1)
    assert [session["session_id"] for session in listed(folder, "sessions")] == ["second"]
    assert [one["user_id"] for one in listed(folder, "memories")] == ["bob"]
    kept = (folder / "graphagent.db").read_bytes()
    for text in (b"order 7", b"likes tea", b"You are welcome"):
        assert text not in kept


def test_a_session_goes_and_memories_of_its_user_stay(folder: Path) -> None:
    assert listed(folder, "delete", "--session", "first", "--yes")["runs"] == 2
    assert [session["session_id"] for session in listed(folder, "sessions")] == ["second"]
    assert len(listed(folder, "memories")) == 2


def test_of_pruned_runs_the_way_is_still_shown(folder: Path) -> None:
    before = [run["steps"] for run in listed(folder, "runs")]
    assert listed(folder, "prune", "--older-than", "0", "--yes") == {"runs": 3, "steps": sum(before)}
    assert [run["messages"] for run in listed(folder, "history", "first")] == [[], []]
    run = listed(folder, "runs")[0]["run_id"]
    shown = piped("show", run, cwd=folder)
    assert shown.returncode == 0
    assert "what the run carried was removed" in shown.stdout
    assert listed(folder, "prune", "--older-than", "0", "--yes")["runs"] == 0
    assert b"You are welcome" not in (folder / "graphagent.db").read_bytes()


def test_younger_runs_are_not_pruned(folder: Path) -> None:
    assert listed(folder, "prune", "--older-than", "1", "--yes") == {"runs": 0, "steps": 0}


def test_a_run_that_was_pruned_cannot_go_on_and_says_why(folder: Path) -> None:
    run = listed(folder, "runs")[0]["run_id"]
    assert piped("prune", "--older-than", "0", "--yes", cwd=folder).returncode == 0
    done = piped("cancel", run, cwd=folder)
    assert done.returncode == 5
    assert "removed since" in done.stderr
