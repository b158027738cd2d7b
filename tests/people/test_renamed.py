"""An agent that is called something else while its runs wait: they go on where they are asked for, and none is forgotten silently."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import piped

from graphagent import Agent, tool
from graphagent.exceptions import StorageUnreachable
from graphagent.memory import Memory
from graphagent.memory.db.sqlite import SqliteMemoryDb
from graphagent.models import ScriptedModel, call, say
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Storage
from graphagent.storage.notebook import Learnt
from graphagent.storage.notebook_rows import RelationalNotebook
from graphagent.storage.owner import LEASE
from graphagent.storage.sqlite import SqliteStorage
from graphagent.utils import clock

MINUTE = LEASE / 1e6 + 30


@tool(requires_confirmation=True)
def pay(cents: int) -> str:
    """Pay."""
    return f"paid {cents}"


def desk(storage: Storage, **options: Any) -> Agent:
    """The agent as it is called now."""

    def reply(messages: list[dict[str, Any]]) -> Any:
        return say("Done.") if messages[-1]["role"] == "tool" else call("pay", cents=1).with_id("c")

    return Agent(model=ScriptedModel(reply), tools=[pay], storage=storage, **options)


def later(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """So much time passes."""
    now = clock.now() + int(seconds * 1e6)
    monkeypatch.setattr(clock, "now", lambda: now)


NAMES = [
    ({"name": "support"}, {"name": "helpdesk"}),
    ({"name": "Support", "agent_id": "support"}, {"name": "Support"}),
    ({"name": "support"}, {}),
    ({}, {"name": "support"}),
]


@pytest.mark.parametrize(("before", "after"), NAMES, ids=str)
def test_a_worker_says_what_it_leaves_alone_and_what_would_let_it_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, before: Any, after: Any
) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    paused = desk(storage, **before).run("Pay.")
    renamed = desk(storage, **after)
    assert [asked.run_id for asked in Inbox(storage).pending()] == [paused.run_id]
    assert renamed.recover() == []
    assert caplog.messages == []  # nobody has decided: nothing is to be gone on with
    Inbox(storage).approve(paused.run_id or "", "c")
    assert renamed.recover() == []
    assert caplog.messages == []  # a worker of the other agent may be about to take it on
    later(MINUTE, monkeypatch)
    with caplog.at_level(logging.WARNING, logger="graphagent"):
        assert renamed.recover() == []
    (told,) = caplog.messages
    own = storage.load(paused.run_id or "")[0].agent_id
    assert f"agent_id={own!r}" in told
    assert repr(renamed.definition.agent_id) in told
    assert paused.run_id is not None
    assert paused.run_id in told
    (done,) = desk(storage, **{**after, "agent_id": own}).recover()
    assert (done.run_id, done.content) == (paused.run_id, "Done.")


def test_asked_for_by_its_id_a_run_goes_on_under_another_name(tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    paused = desk(storage, name="support").run("Pay.")
    Inbox(storage).approve(paused.run_id or "", "c")
    assert desk(storage, name="helpdesk").continue_run(run_id=paused.run_id).content == "Done."


def test_runs_of_other_agents_that_are_at_rest_or_in_hand_are_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    desk(storage, name="another").run("Pay.")
    decided = desk(storage, name="a third").run("Pay.")
    Inbox(storage).approve(decided.run_id or "", "c")
    later(MINUTE, monkeypatch)
    head, _ = storage.load(decided.run_id or "")
    storage.claim(head, "elsewhere 1 1 1", clock.now() + LEASE)
    assert desk(storage, name="mine").recover() == []
    assert caplog.messages == []


def remembering(folder: Path, memory_file: str, **options: Any) -> Agent:
    """An agent whose memory is in another database than its runs."""
    learns = ScriptedModel(lambda _: call("add_memory", memory="Likes tea"))
    memory = Memory(model=learns, db=SqliteMemoryDb(db_file=folder / memory_file))
    storage = SqliteStorage(db_file=folder / "runs.db")
    return desk(storage, memory=memory, enable_user_memories=True, **options)


def test_what_a_run_that_goes_on_under_another_name_learns_reaches_the_memory(tmp_path: Path) -> None:
    paused = remembering(tmp_path, "memory.db", name="support").run("I like tea.", user_id="ada")
    Inbox(SqliteStorage(db_file=tmp_path / "runs.db")).approve(paused.run_id or "", "c")
    renamed = remembering(tmp_path, "memory.db", name="helpdesk")
    assert renamed.continue_run(run_id=paused.run_id).content == "Done."
    assert [memory.memory for memory in renamed.memories.get_user_memories("ada")] == ["Likes tea"]
    assert renamed.store.undelivered(None) == []


def test_what_a_memory_was_not_told_under_the_old_name_is_not_forgotten_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: RelationalNotebook, learnt: Learnt) -> None:
        raise StorageUnreachable("The database of the memory is away.")

    first = remembering(tmp_path, "memory.db", name="support")
    paused = first.run("I like tea.", user_id="ada")
    Inbox(first.store).approve(paused.run_id or "", "c")
    with monkeypatch.context() as patched:
        patched.setattr(RelationalNotebook, "learn", refuse)
        assert first.continue_run(run_id=paused.run_id).content == "Done."
    assert [user for user, _ in first.store.undelivered(None)] == ["ada"]
    renamed = remembering(tmp_path, "memory.db", name="helpdesk")
    later(MINUTE, monkeypatch)
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="graphagent"):
        renamed.recover()
    (told,) = caplog.messages
    assert "agent_id='support'" in told
    again = remembering(tmp_path, "memory.db", name="helpdesk", agent_id="support")
    again.recover()
    assert [memory.memory for memory in again.memories.get_user_memories("ada")] == ["Likes tea"]


def test_what_cannot_be_read_back_keeps_nothing_else_from_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And it is told with its run, each time that the memory is told of something."""

    def refuse(self: RelationalNotebook, learnt: Learnt) -> None:
        raise StorageUnreachable("The database of the memory is away.")

    agent = remembering(tmp_path, "memory.db", name="support")
    ids = []
    with monkeypatch.context() as patched:
        patched.setattr(RelationalNotebook, "learn", refuse)
        for user in ("ada", "bob"):
            paused = agent.run("I like tea.", user_id=user)
            ids.append(paused.run_id or "")
            Inbox(agent.store).approve(ids[-1], "c")
            agent.continue_run(run_id=paused.run_id)
    with closing(sqlite3.connect(tmp_path / "runs.db", isolation_level=None)) as database:
        damage = "UPDATE step SET data = '{' WHERE (run, seq) = (SELECT run, seq FROM outbox ORDER BY run LIMIT 1)"
        assert database.execute(damage).rowcount == 1
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="graphagent"):
        agent.recover()
    assert [memory.memory for memory in agent.memories.get_user_memories("bob")] == ["Likes tea"]
    assert agent.memories.get_user_memories("ada") == []
    (told,) = caplog.messages
    assert ids[0] in told
    assert "cannot be read back" in told


PROGRAM = """
from graphagent import Agent, tool
from graphagent.models import ScriptedModel

@tool(requires_confirmation=True)
def pay(cents: int) -> str:
    "Pay."
    return f"paid {cents}"

agent = Agent(name="helpdesk", model=ScriptedModel(lambda messages: "Done."), tools=[pay])
"""


def test_the_commands_of_a_worker_and_of_a_deployment_tell_of_them(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(PROGRAM)
    file = tmp_path / "graphagent.db"
    with SqliteStorage(db_file=file) as storage:
        paused = desk(storage, name="support").run("Pay.").run_id or ""
    compared = piped("compat", "desk.py:agent", cwd=tmp_path)
    assert compared.returncode == 0
    assert "agent_id='support'" in compared.stderr
    assert piped("approve", paused, cwd=tmp_path).returncode == 0
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("UPDATE run SET updated_at = updated_at - 120000000")
    worked = piped("recover", "desk.py:agent", "--json", cwd=tmp_path)
    assert (worked.returncode, worked.stdout) == (0, "")
    assert "agent_id='support'" in worked.stderr
    assert paused in worked.stderr
    resumed = piped("resume", "desk.py:agent", paused, cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "agent_id" not in piped("recover", "desk.py:agent", cwd=tmp_path).stderr
