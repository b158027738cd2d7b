"""What cannot be done with a run is an error of its own, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gates import Ledger, asker, replayed

from graphagent import Agent, RunResponse, tool
from graphagent.exceptions import (
    AlreadyResolved,
    DamagedData,
    DeadlineNotPassed,
    DefinitionError,
    GraphAgentError,
    RequestNotFound,
    RunIsOver,
    RunNotFound,
    StorageFull,
)
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage


def paused(ledger: Ledger | None = None, amount: int = 2) -> tuple[Agent, RunResponse]:
    agent = asker([[("pay", amount)]], ledger or Ledger(), MemoryStorage())
    return agent, agent.run("Go.")


def refuses(kind: type[GraphAgentError], agent: Agent, run_id: str | None, attempt: Callable[[], Any]) -> str:
    """The text of the error that an attempt ends in; the record is what it was."""
    before = agent.store.load(run_id or "")
    with pytest.raises(kind) as caught:
        attempt()
    assert caught.type is kind
    assert agent.store.load(run_id or "") == before
    return str(caught.value)


def test_an_unknown_run() -> None:
    agent, _ = paused()
    attempts: dict[str, Callable[[str], Any]] = {
        "go on": lambda run_id: agent.continue_run(run_id=run_id), "look": agent.get_run, "cancel": agent.cancel_run,
    }  # fmt: skip
    for attempt in attempts.values():
        with pytest.raises(RunNotFound, match="no"):
            attempt("no")
    with pytest.raises(RunNotFound):
        Inbox(agent.store).approve("no", "c0.0")


def test_no_run_at_all() -> None:
    with pytest.raises(DefinitionError, match="told no run"):
        asker([], Ledger()).continue_run()


def test_a_response_of_one_run_and_the_id_of_another() -> None:
    agent, one = paused()
    other = agent.run("Go.")
    one.tools[0].confirmed = True
    refuses(DefinitionError, agent, other.run_id, lambda: agent.continue_run(one, run_id=other.run_id))
    assert agent.get_run(one.run_id or "").is_paused


@pytest.mark.parametrize("end", ["completed", "cancelled"])
def test_a_run_that_is_over(end: str) -> None:
    agent, response = paused()
    if end == "cancelled":
        over = agent.cancel_run(response.run_id or "")
        assert over.tools_requiring_confirmation == []
    else:
        response.tools[0].confirmed = True
        over = agent.continue_run(response)
    told = refuses(RunIsOver, agent, over.run_id, lambda: agent.continue_run(over))
    assert end in told
    refuses(RunIsOver, agent, over.run_id, lambda: agent.continue_run(run_id=over.run_id))


def test_a_decision_about_a_run_that_was_cancelled_while_it_waited() -> None:
    ledger = Ledger()
    agent, response = paused(ledger)
    agent.cancel_run(response.run_id or "")
    response.tools[0].confirmed = True
    refuses(RunIsOver, agent, response.run_id, lambda: agent.continue_run(response))
    refuses(RunIsOver, agent, response.run_id, lambda: Inbox(agent.store).approve(response.run_id or "", "c0.0"))
    assert ledger.effects == {}


def test_a_damaged_run(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    with SqliteStorage(db_file=file) as storage:
        agent = asker([[("pay", 2)]], Ledger(), storage)
        response = agent.run("Go.")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE step SET trigger = 'finish' WHERE seq = 2")
    database.close()
    with SqliteStorage(db_file=file) as storage:
        agent = asker([[("pay", 2)]], Ledger(), storage)
        for attempt in (agent.get_run, lambda run_id: agent.continue_run(run_id=run_id), agent.cancel_run):
            with pytest.raises(DamagedData, match="step 2"):
                attempt(response.run_id or "")


def test_a_call_that_nobody_asked_about() -> None:
    agent = asker([[("pay", 2), ("look", 1)]], Ledger(), MemoryStorage())
    response = agent.run("Go.")
    inbox, run_id = Inbox(agent.store), response.run_id or ""
    assert "c9" in refuses(RequestNotFound, agent, run_id, lambda: inbox.approve(run_id, "c9"))
    assert "look" in refuses(RequestNotFound, agent, run_id, lambda: inbox.approve(run_id, "c0.1"))
    response.tools[0].tool_call_id = "c9"
    refuses(RequestNotFound, agent, run_id, lambda: agent.continue_run(response))


class Full(MemoryStorage):
    """A storage that has no room for a while."""

    full = False

    def save(self, head: Any, run: Any) -> Any:
        if self.full:
            raise StorageFull("no room")
        return super().save(head, run)


def test_a_refused_decision_leaves_what_met_an_error_of_the_storage_as_it_was() -> None:
    """The result that could not be recorded is not computed again, whatever was asked wrongly in between."""
    storage, made = Full(), []

    @tool(requires_confirmation=True)
    def pay(amount: int) -> str:
        """Pay."""
        made.append(amount)
        storage.full = True
        return "paid"

    model = ScriptedModel([[call("pay", amount=1)], "Done."])
    agent = Agent(model=model, tools=[pay], storage=storage)
    response = agent.run("Go.")
    response.tools[0].confirmed = True
    with pytest.raises(StorageFull):
        agent.continue_run(response)
    with pytest.raises(AlreadyResolved):
        agent.continue_run(response)
    storage.full = False
    assert agent.continue_run(run_id=response.run_id).content == "Done."
    assert made == [1]


def test_of_refused_decisions_none_is_kept_with_a_run_that_is_not_on_record() -> None:
    """One of two decisions comes too early; the other is not made either, though nothing could be recorded before."""
    storage = Full()

    @tool
    def pay(amount: int) -> str:
        """Pay."""
        raise KeyboardInterrupt

    calls = [call("pay", amount=amount) for amount in (1, 2)]
    agent = Agent(model=ScriptedModel([calls, "Done."]), tools=[pay], storage=storage)
    with pytest.raises(KeyboardInterrupt):
        agent.run("Go.")
    storage.full = True
    with pytest.raises(StorageFull):
        agent.continue_run()
    storage.full, response = False, agent.run_response
    assert response is not None
    response.tools[0].verdict, response.tools[1].verdict = "result", "retry"
    with pytest.raises(DeadlineNotPassed):
        agent.continue_run(response)
    assert len(agent.continue_run(run_id=response.run_id).tools_in_doubt) == 2


def test_a_run_whose_last_step_met_an_error_of_the_storage_is_not_called_over() -> None:
    storage = Full()

    def last(messages: list[dict[str, Any]]) -> str:
        storage.full = True
        return "Done."

    agent = Agent(model=ScriptedModel(last), storage=storage)
    with pytest.raises(StorageFull):
        agent.run("Go.")
    storage.full = False
    assert agent.continue_run().content == "Done."
    assert replayed(agent, agent.run_id).state == "completed"
    assert agent.get_run(agent.run_id or "").content == "Done."
