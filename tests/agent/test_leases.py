"""Who has a run in hand: one at a time, as long as they live, and anybody once they do not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.agent import lease
from graphagent.exceptions import RunBusy, StaleRun
from graphagent.models import ScriptedModel, call
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.owner import LEASE, Owner, is_known_dead, started
from graphagent.storage.sqlite import SqliteStorage


def script(messages: list[dict[str, Any]]) -> Any:
    return "Done." if messages[-1]["role"] == "tool" else call("act")


@tool(policy="read")
def act() -> str:
    """Act."""
    return "acted"


def agent(storage: Storage, *tools: Any) -> Agent:
    return Agent(name="a", model=ScriptedModel(script), tools=list(tools) or [act], storage=storage)


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return MemoryStorage() if request.param == "memory" else SqliteStorage(db_file=tmp_path / "runs.db")


def test_a_run_in_hand_is_busy_for_others_and_goes_on(storage: Storage) -> None:
    """A thread that finds a run in the hands of another gets an error of its own, and nothing happens."""
    refused: list[Exception] = []

    @tool(name="act")
    def meddle(run_context: Any) -> str:
        """Try to take the run that is calling this."""

        def take() -> None:
            try:
                agent(storage).continue_run(run_id=run_context.run_id)
            except RunBusy as error:
                refused.append(error)

        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
        return "acted"

    response = agent(storage, meddle).run("Go.")
    assert response.content == "Done."
    assert len(refused) == 1
    assert str(os.getpid()) in str(refused[0])


def test_a_run_at_rest_is_in_nobodys_hand(storage: Storage) -> None:
    response = agent(storage).run("Go.")
    (head,) = storage.runs()
    assert (head.owner, head.lease_until) == (None, 0)
    assert response.run_id not in {execution.run.id for execution in lease.EXECUTING.values()}


def test_who_lets_go_in_between_lets_others_take_it_at_once(storage: Storage) -> None:
    """Stopping a stream releases the run, also for other processes, which see this one alive."""
    stream = agent(storage).run("Go.", stream=True)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    (head,) = storage.runs()
    assert head.lease_until == 0
    assert agent(storage).continue_run(run_id=head.id).content == "Done."


def test_of_another_host_only_the_end_of_the_lease_is_believed(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = agent(storage).run("Go.", stream=True)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    (head,) = storage.runs()
    elsewhere = str(Owner("elsewhere/boot/1", 1, "1", "1"))
    storage.claim(head, elsewhere, time.time_ns() // 1000 + LEASE)
    with pytest.raises(RunBusy, match="elsewhere"):
        agent(storage).continue_run(run_id=head.id)
    monkeypatch.setattr("graphagent.utils.clock.now", lambda: time.time_ns() // 1000 + 2 * LEASE)
    assert agent(storage).continue_run(run_id=head.id).content == "Done."


def test_of_two_who_claim_one_wins(storage: Storage) -> None:
    """The loser is refused before anything is started, and so is whoever had it before."""
    stream = agent(storage).run("Go.", stream=True)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    (first,) = storage.runs()
    (second,) = storage.runs()
    storage.claim(first, "h 1 1 1", 10**18)
    with pytest.raises(StaleRun):
        storage.claim(second, "h 2 2 2", 10**18)
    assert not storage.renew(second, 10**18)
    assert storage.renew(first, 10**18)


def test_signs_of_life_renew_a_lease(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One beat while a tool runs; the record then shows a later end."""
    seen: list[tuple[int, int]] = []

    @tool(name="act")
    def wait(run_context: Any) -> str:
        """Let time pass."""
        (before,) = storage.runs()
        monkeypatch.setattr("graphagent.utils.clock.now", lambda: before.lease_until - LEASE // 2)
        lease.renew_all()
        (after,) = storage.runs()
        seen.append((before.lease_until, after.lease_until))
        return "acted"

    agent(storage, wait).run("Go.")
    ((before, after),) = seen
    assert (after > before) is storage.is_shared


CHILD = """
import os, sys, time
from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage

@tool(policy="read")
def act() -> str:
    "Act."
    print("acting", flush=True)
    time.sleep(600)
    return "acted"

Agent(name="a", model=ScriptedModel([call("act")]), tools=[act], storage=SqliteStorage(db_file=sys.argv[1])).run("Go.")
"""


def test_a_run_is_free_the_moment_its_process_is_dead(tmp_path: Path) -> None:
    """While the other process lives it is busy; killed, it is taken over at once, whatever the lease says."""
    file = tmp_path / "runs.db"
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(file)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "acting\n"
    storage = SqliteStorage(db_file=file)
    (head,) = storage.runs()
    with pytest.raises(RunBusy, match=str(child.pid)):
        agent(storage).continue_run(run_id=head.id)
    assert agent(storage).recover() == []
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert storage.runs()[0].lease_until > time.time_ns() // 1000
    (response,) = agent(storage).recover()
    assert response.content == "Done."


def test_a_process_id_that_came_back_is_not_the_process() -> None:
    me = Owner.here("7")
    assert Owner.read(str(me)) == me
    assert not is_known_dead(str(me), {"7"})
    assert is_known_dead(str(me), set())
    assert is_known_dead(str(me._replace(started="1")), {"7"})
    assert not is_known_dead(str(me._replace(host="elsewhere")), set())
    assert not is_known_dead(str(me._replace(process=1, started=started(1) or "")), set())
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    born = started(child.pid)
    child.wait()
    assert is_known_dead(str(me._replace(process=child.pid, started=born or "x")), set())
