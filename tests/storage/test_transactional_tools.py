"""A transactional tool writes to the database of its run: what it wrote is there if, and only if, its result is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from gates import COLOURS, begin, replayed

from graphagent import Agent, tool
from graphagent.exceptions import DefinitionError, StaleRun, ToolError
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.transaction import Transaction
from graphagent.utils import clock

Opener = Callable[[], Any]


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest) -> Opener:
    """Opens storages of one and the same database, as new processes do."""
    opened: Opener = request.getfixturevalue(request.param)
    return opened


@pytest.fixture
def storage(opener: Opener) -> Any:
    return with_entries(opener())


def with_entries(storage: Any) -> Any:
    """A storage in whose database there is a table for tools to write to."""

    def create(connection: Any, sql: str) -> None:
        connection.execute(sql)

    with storage._database.apart() as database:
        database.transact(create, "CREATE TABLE entry (amount INTEGER)", synced=False, patience=5)
    return storage


def agent_of(storage: Any, *tools: Any, calls: list[Any]) -> Agent:
    return Agent(model=ScriptedModel([calls, "Done."]), tools=tools, storage=storage)


def booking(act: Callable[..., Any] = lambda amount, transaction: None, **options: Any) -> Any:
    """A tool that writes an entry, and then does something more."""

    @tool(policy="transactional", **options)
    def book(amount: int, transaction: Transaction) -> str:
        """Book an amount."""
        transaction.execute(f"INSERT INTO entry VALUES ({amount})")
        return act(amount, transaction) or f"booked {amount}"

    return book


def entries(storage: Any) -> list[int]:
    return sorted(amount for (amount,) in storage._database.read("SELECT amount FROM entry"))


@pytest.mark.parametrize("colour", COLOURS)
def test_what_a_tool_wrote_is_committed_with_its_result(storage: Any, opener: Opener, colour: str) -> None:
    other = tool(name="other")(lambda: "else")
    agent = agent_of(storage, booking(), other, calls=[call("book", amount=1), call("other"), call("book", amount=2)])
    response = begin(agent, colour)
    assert [tool.result for tool in response.tools] == ["booked 1", "else", "booked 2"]
    assert entries(opener()) == [1, 2]


@pytest.mark.parametrize("colour", COLOURS)
def test_what_a_tool_wrote_before_it_raised_is_undone_and_the_error_is_the_result(storage: Any, colour: str) -> None:
    def fail(amount: int, transaction: Transaction) -> None:
        if amount == 2:
            raise ValueError("no two")

    agent = agent_of(storage, booking(fail), calls=[call("book", amount=amount) for amount in (1, 2, 3)])
    response = begin(agent, colour)
    assert [(tool.result, tool.tool_call_error) for tool in response.tools] == [
        ("booked 1", False), ("no two", True), ("booked 3", False)
    ]  # fmt: skip
    assert entries(storage) == [1, 3]


def test_a_statement_that_fails_is_an_error_of_the_tool(storage: Any) -> None:
    agent = agent_of(
        storage, booking(lambda _, transaction: transaction.execute("INSERT INTO nowhere VALUES (1)")),
        calls=[call("book", amount=1)],
    )  # fmt: skip
    response = agent.run("Go.")
    assert "nowhere" in str(response.tools[0].result)
    assert (response.content, entries(storage)) == ("Done.", [])


def test_an_asynchronous_tool_writes_as_well(storage: Any) -> None:
    @tool(policy="transactional")
    async def book(transaction: Transaction) -> str:
        """Book."""
        transaction.execute("INSERT INTO entry VALUES (1)")
        await asyncio.sleep(0)
        return str(transaction.execute("SELECT count(*) FROM entry").fetchone()[0])

    assert agent_of(storage, book, calls=[call("book")]).run("Go.").tools[0].result == "1"
    arun = agent_of(storage, book, calls=[call("book")]).arun("Go.")
    assert asyncio.run(arun).tools[0].result == "2"


def test_a_process_that_ends_in_the_middle_leaves_nothing_and_the_call_is_made_again(
    storage: Any, opener: Opener
) -> None:
    def interrupt(amount: int, transaction: Transaction) -> None:
        if not interrupted:
            interrupted.append(amount)
            raise KeyboardInterrupt

    interrupted: list[int] = []
    agent = agent_of(storage, booking(interrupt), calls=[call("book", amount=1)])
    with pytest.raises(KeyboardInterrupt):
        agent.run("Go.")
    (head,) = storage.runs()
    assert (entries(storage), head.state) == ([], "tool")
    response = agent.copy(storage=opener()).continue_run(run_id=head.id)
    assert (response.content, response.tools_in_doubt, entries(storage)) == ("Done.", [], [1])


def test_what_is_written_after_the_timeout_is_undone(storage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now
    late = booking(
        lambda amount, _: monkeypatch.setattr("graphagent.utils.clock.now", lambda: now() + 5_000_000), timeout=4
    )
    response = agent_of(storage, late, calls=[call("book", amount=1)]).run("Go.")
    assert response.tools[0].result == "The tool 'book' did not return within 4 seconds. What it wrote was undone."
    assert (response.content, entries(storage)) == ("Done.", [])


@pytest.mark.parametrize("statement", ["COMMIT", " rollback", "-- hello\nEnd", "/* */ SAVEPOINT x", "Begin"])
def test_a_tool_cannot_end_the_transaction(storage: Any, statement: str) -> None:
    ending = booking(lambda _, transaction: transaction.execute(statement))
    response = agent_of(storage, ending, calls=[call("book", amount=1)]).run("Go.")
    assert "its transaction ends with its result" in str(response.tools[0].result)
    assert entries(storage) == []


def test_a_transaction_is_of_no_use_after_its_call(storage: Any) -> None:
    kept: list[Transaction] = []
    agent_of(storage, booking(lambda _, transaction: kept.append(transaction)), calls=[call("book", amount=1)]).run("")
    with pytest.raises(ToolError, match="is over"):
        kept[0].execute("INSERT INTO entry VALUES (2)")
    assert entries(storage) == [1]


def test_a_tool_may_read_the_storage_while_it_writes(storage: Any) -> None:
    read = booking(lambda *_: f"{len(storage.runs())} runs, entries {entries(storage)}")
    response = agent_of(storage, read, calls=[call("book", amount=1)]).run("Go.")
    assert response.tools[0].result == "1 runs, entries []"


def test_a_run_that_was_taken_elsewhere_lets_its_tool_write_nothing(postgres: Opener) -> None:
    """On SQLite nobody can take it meanwhile: there is one writer."""

    def taken(amount: int, transaction: Transaction) -> None:
        other = postgres()
        head, _ = other.load(other.runs(limit=1)[0].id)
        other.claim(head, "elsewhere 1 1 1", clock.now() + 30_000_000)

    storage = with_entries(postgres())
    with pytest.raises(StaleRun):
        agent_of(storage, booking(taken), calls=[call("book", amount=1)]).run("Go.")
    assert entries(storage) == []


def test_a_call_whose_connection_breaks_is_made_again_and_counts_once(postgres: Opener) -> None:
    storage, made = with_entries(postgres()), []

    def break_once(amount: int, transaction: Transaction) -> None:
        made.append(amount)
        if len(made) == 1:
            transaction.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    agent = agent_of(storage, booking(break_once), calls=[call("book", amount=1)])
    response = agent.run("Go.")
    assert (response.tools[0].result, made, entries(storage)) == ("booked 1", [1, 1], [1])
    assert [step.trigger for step in storage.load(response.run_id)[1]].count("result") == 1


def test_a_task_that_is_cancelled_waits_for_the_transaction(storage: Any) -> None:
    """What is on record of the run when the task has ended is true of the tool as well."""
    begun, cancelled = threading.Event(), threading.Event()

    def wait(amount: int, transaction: Transaction) -> None:
        begun.set()
        cancelled.wait(10)

    agent = agent_of(storage, booking(wait), calls=[call("book", amount=1)])

    async def cancel() -> None:
        task = asyncio.ensure_future(agent.arun("Go."))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        cancelled.set()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())
    head = storage.runs(limit=1)[0]
    assert entries(storage) == [1]
    assert replayed(agent, head.id).calls.popitem()[1].status == "answered"
    assert agent.continue_run(run_id=head.id).content == "Done."
    assert entries(storage) == [1]


def test_a_call_that_changes_what_another_run_of_the_session_changed_is_made_again_on_that(storage: Any) -> None:
    seen: list[int] = []

    @tool(policy="transactional")
    def book(session_state: dict[str, Any], transaction: Transaction) -> str:
        """Book the next number."""
        session_state["last"] = number = session_state.get("last", 0) + 1
        transaction.execute(f"INSERT INTO entry VALUES ({number})")
        return f"booked {number}"

    def look(messages: list[dict[str, Any]]) -> Any:
        """In the middle of a run, have another one book in the same session."""
        if len(seen) < 1:
            seen.append(1)
            agent_of(storage, book, calls=[call("book")]).run("Go.", session_id="s")
        return call("book").with_id("mine")

    agent = Agent(model=ScriptedModel([look, "Done."]), tools=[book], storage=storage)
    response = agent.run("Go.", session_id="s", session_state={"other": 1})
    assert response.tools[0].result == "booked 2"
    assert entries(storage) == [1, 2]


# -- definitions ------------------------------------------------------------------------------------------------------


def test_a_storage_in_memory_is_refused_before_anything_happens() -> None:
    agent = agent_of(storage := MemoryStorage(), booking(), calls=[call("book", amount=1)])
    with pytest.raises(DefinitionError, match="MemoryStorage has no transactions"):
        agent.run("Go.")
    assert storage.runs() == []


def test_a_transactional_tool_needs_its_transaction() -> None:
    with pytest.raises(DefinitionError, match="needs a parameter 'transaction'"):
        tool(name="book", policy="transactional")(lambda amount: None)


@pytest.mark.parametrize("option", ["external_execution", "cache_results"])
def test_every_result_of_a_transactional_tool_has_its_call(option: str) -> None:
    options: dict[str, Any] = {option: True}
    with pytest.raises(DefinitionError, match=option):
        booking(**options)


def test_the_model_does_not_see_the_transaction_but_fills_it_in_for_other_tools() -> None:
    @tool
    def classify(transaction: str) -> str:
        """Classify a transaction."""
        return transaction

    assert list(booking().parameters["properties"]) == ["amount"]
    assert list(classify.parameters["properties"]) == ["transaction"]
    response = Agent(
        model=ScriptedModel([call("classify", transaction="tea"), "Done."]), tools=[classify], storage=MemoryStorage()
    ).run("Go.")
    assert response.tools[0].result == "tea"
