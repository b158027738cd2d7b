"""A process that freezes in the middle of a transaction: the server gives back what it had locked, and it is told so."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from histories import begun, happen
from worlds import USER

from graphagent import Agent, tool
from graphagent.exceptions import StaleRun
from graphagent.models import ScriptedModel
from graphagent.storage.journal import Journal
from graphagent.storage.postgres import PostgresStorage
from graphagent.testing import call, say

Opener = Callable[..., PostgresStorage]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(("sleep", "many"), [(0, 1), (0, 2), (2.5, 1)])
def test_a_process_frozen_in_a_transaction_keeps_its_run_from_others_for_a_while_only(
    postgres: Opener, monkeypatch: pytest.MonkeyPatch, sleep: float, many: int
) -> None:
    """Its server lets go of what it had locked; when it wakes up, however late, it is told so and changes nothing."""
    monkeypatch.setattr("graphagent.storage.postgres_database.SILENCE", 500)
    storage = postgres(busy_timeout=2)
    head, run = begun("1")
    happen(run, ("begin", {}, USER))
    storage.save(head, run)
    pid = os.fork()
    if pid == 0:
        code, write, frozen = 1, Journal._write, [False]

        def freezing(self: Journal, connection: Any, offers: Any) -> None:
            write(self, connection, offers)
            if not frozen[0]:
                frozen[0] = True
                os.kill(os.getpid(), signal.SIGSTOP)

        try:
            monkeypatch.setattr(Journal, "_write", freezing)
            for occurrence in [("recalled", {}, b""), ("thought", {"more": False}, b"")][:many]:
                happen(run, occurrence)
            try:
                storage.save(head, run)
            except StaleRun:
                code = 0
        finally:
            os._exit(code)
    try:
        assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
        mine, _ = storage.load("1")
        storage.claim(mine, "host 1 2 3", time.time_ns() // 1000 + 1)
        time.sleep(sleep)
    finally:
        os.kill(pid, signal.SIGCONT)
        code = os.waitpid(pid, 0)[1]
    assert code == 0
    found, steps = storage.load("1")
    assert (found.epoch, [step.trigger for step in steps]) == (1, ["begin"])


def test_a_transaction_in_which_a_tool_takes_its_time_is_let_be(
    postgres: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphagent.storage.postgres_database.SILENCE", 100)

    @tool(policy="transactional")
    def book(order: str, transaction: Any) -> str:
        """Book."""
        transaction.execute("SELECT 1")
        time.sleep(0.5)  # on the server's clock
        return f"booked {order}"

    agent = Agent(model=ScriptedModel([call("book", order="7"), say("Done.")]), tools=[book], storage=postgres())
    (made,) = agent.run("Go.").tools
    assert made.result == "booked 7"
