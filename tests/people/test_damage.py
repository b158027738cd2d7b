"""What is broken in one run is told, and people go on to see and decide all others: at the command line and in the studio."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import piped

from graphagent import Agent, tool
from graphagent.exceptions import DamagedData
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.sqlite import SqliteStorage
from graphagent.studio import lists

HARMS = {
    "the head": "UPDATE run SET seq = 0 WHERE id = ?",
    "a step": "UPDATE step SET data = '{' WHERE seq = 1 AND run = (SELECT number FROM run WHERE id = ?)",
}


def payer(storage: SqliteStorage) -> Agent:
    """An agent that asks whether it may pay."""

    @tool(requires_confirmation=True, expires_after=3600)
    def pay() -> str:
        """Pay."""
        return "paid"

    return Agent(name="payer", model=ScriptedModel(lambda _: call("pay").with_id("c")), tools=[pay], storage=storage)


@pytest.fixture(params=HARMS)
def harmed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[str]]:
    """A folder with three runs of one session that wait for a person, and their ids; the second one is damaged."""
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        agent = payer(storage)
        ids = [agent.run(text, session_id="s").run_id or "" for text in ("one", "two", "three")]
    harm(tmp_path, HARMS[request.param], ids[1])
    return tmp_path, ids


def harm(folder: Path, damage: str, *about: str) -> None:
    with closing(sqlite3.connect(folder / "graphagent.db", isolation_level=None)) as database:
        assert database.execute(damage, about).rowcount == 1


def printed(folder: Path, *arguments: str) -> Any:
    done = piped(*arguments, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_runs_are_listed_with_the_damaged_one(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    rows = {row["run_id"]: row for row in printed(folder, "runs")}
    assert [*rows] == ids[::-1]
    with SqliteStorage(db_file=folder / "graphagent.db") as storage:
        damaged = storage.runs()[1].damage is not None
    assert rows[ids[1]]["state"] == ("damaged" if damaged else "confirm")
    assert ("damage" in rows[ids[1]]) is damaged
    shown = piped("runs", cwd=folder)
    assert shown.returncode == 0
    assert ("damaged" in shown.stdout) is damaged


def test_the_history_of_a_session_tells_the_rest(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    one, two, three = printed(folder, "history", "s")
    assert [one["run_id"], two["run_id"], three["run_id"]] == ids
    assert one["messages"]
    assert three["messages"]
    assert two["messages"] == []
    assert "cannot be read back" in two["damage"]
    assert "damage" not in one
    shown = piped("history", "s", cwd=folder)
    assert shown.returncode == 0
    assert ids[1] in shown.stdout
    assert "cannot be read back" in shown.stdout
    assert "three" in shown.stdout


def test_asking_for_the_damaged_run_says_what_is_wrong(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    for command in (
        ("show", ids[1]),
        ("approve", ids[1]),
        ("cancel", ids[1]),
        ("watch", ids[1]),
        ("show", ids[1][:-1]),
    ):
        done = piped(*command, cwd=folder)
        assert done.returncode == 4, (command, done.stderr)
        assert "cannot be read back" in done.stderr
        assert done.stderr.count("\n") == 1


def test_the_inbox_tells_what_waits_and_which_run_it_cannot_read(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    done = piped("inbox", "--json", cwd=folder)
    assert done.returncode == 0
    assert [one["run_id"] for one in json.loads(done.stdout)] == [ids[0], ids[2]]
    assert ids[1] in done.stderr
    assert "cannot be read back" in done.stderr
    assert piped("approve", ids[2], cwd=folder).returncode == 0


def test_what_expired_in_a_damaged_run_hides_no_other(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    harm(folder, "UPDATE request SET expires_at = 1 WHERE run = (SELECT number FROM run WHERE id = ?)", ids[1])
    with SqliteStorage(db_file=folder / "graphagent.db") as storage:
        inbox = Inbox(storage)
        assert [request.run_id for request in inbox.pending()] == [ids[2], ids[0]]
        assert [*inbox.damaged] == [ids[1]]
        with pytest.raises(DamagedData):
            inbox.approve(ids[1], "c")


def test_the_studio_lists_them(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    with SqliteStorage(db_file=folder / "graphagent.db") as storage:
        rows = {row["id"]: row for row in lists.runs(storage, {})["rows"]}
        assert [*rows] == ids[::-1]
        assert [row["damage"] for row in rows.values()] == [head.damage for head in storage.runs()]
        inbox = lists.inbox(storage, {})
        assert [row["run"]["id"] for row in inbox["rows"]] == [ids[2], ids[0]]
        assert [*inbox["damaged"]] == [ids[1]]


def test_a_session_whose_state_is_damaged_hides_no_other(tmp_path: Path) -> None:
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        agent = payer(storage)
        for session in ("one", "two"):
            agent.run("pay", session_id=session)
        harm(tmp_path, "UPDATE session SET state = '{' WHERE id = ?", "one")
        assert [row["damage"] is None for row in lists.sessions(storage, {})["rows"]] == [True, False]
    two, one = printed(tmp_path, "sessions")
    assert (two["session_id"], one["session_id"]) == ("two", "one")
    assert "column state" in one["damage"]
    assert "damage" not in two
    shown = piped("sessions", cwd=tmp_path)
    assert "damaged" in shown.stdout
    assert piped("delete", "--session", "one", "--yes", cwd=tmp_path).returncode == 0
    assert [session["session_id"] for session in printed(tmp_path, "sessions")] == ["two"]


def test_looking_whether_a_changed_agent_fits_tells_of_the_damaged_run(harmed: tuple[Path, list[str]]) -> None:
    folder, ids = harmed
    (folder / "desk.py").write_text(
        "from graphagent import Agent\nfrom graphagent.models import ScriptedModel\n"
        'agent = Agent(name="payer", model=ScriptedModel([]))\n'
    )
    done = piped("compat", "desk.py:agent", "--json", cwd=folder)
    assert done.returncode == 1
    rows = {row["run_id"]: row for row in json.loads(done.stdout)}
    assert set(rows) == set(ids)
    assert "cannot be read back" in rows[ids[1]]["changes"][0]["what"]
    assert all(row["breaks"] for row in rows.values())
