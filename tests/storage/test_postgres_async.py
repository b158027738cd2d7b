"""An event loop never waits for a Postgres server: whatever a run asks of it is asked in another thread."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from graphagent import Agent, tool
from graphagent.agent.lease import EXECUTING
from graphagent.memory import Memory
from graphagent.models import ScriptedModel, call, say
from graphagent.run.inbox import Inbox
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.postgres_database import PostgresDatabase
from graphagent.storage.sqlite import SqliteStorage

Opener = Callable[..., PostgresStorage]


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Where an event loop asked the server something itself. There is nothing, in the end."""
    found: list[str] = []
    persist = PostgresDatabase._persist

    def watching(self: PostgresDatabase, *given: Any) -> Any:
        if asyncio._get_running_loop() is not None:
            found.append("".join(traceback.format_stack(limit=12)))
        return persist(self, *given)

    monkeypatch.setattr(PostgresDatabase, "_persist", watching)
    yield found
    assert not found, found[0]


@tool(requires_confirmation=True)
def pay(cents: int, session_state: dict[str, Any]) -> str:
    """Pay."""
    session_state["paid"] = session_state.get("paid", 0) + cents
    return f"paid {cents}"


@tool(policy="read")
async def look(at: str) -> str:
    """Look."""
    return f"saw {at}"


@tool(policy="transactional")
def book(order: str, transaction: Any) -> str:
    """Book."""
    transaction.execute("SELECT 1")
    return "booked"


@tool
async def hang() -> str:
    """Never return."""
    STARTED[0].set()
    await asyncio.Event().wait()
    return "never"


STARTED: list[asyncio.Event] = []


def begun() -> Any:
    """When the tool has been called."""
    STARTED[:] = [asyncio.Event()]
    return STARTED[0].wait()


def agent(storage: PostgresStorage, *script: Any, **options: Any) -> Agent:
    tools: list[Any] = [pay, look, book, hang]
    return Agent(name="a", model=ScriptedModel(list(script)), tools=tools, storage=storage, **options)


@pytest.mark.parametrize("place", ["here", "elsewhere", "in a file"])
def test_none_of_what_a_run_does_makes_the_loop_wait(
    postgres: Opener, tmp_path: Path, blocked: list[str], place: str
) -> None:
    """It begins, calls tools of all kinds, waits for a person, goes on, remembers, and is recalled by the next."""
    storage = postgres()
    learns = ScriptedModel(lambda _: call("add_memory", memory="Likes tea"))
    memories = {
        "here": storage,
        "elsewhere": postgres(f"{storage.schema}_more"),
        "in a file": SqliteStorage(db_file=tmp_path / "memory.db"),
    }
    memory = Memory(model=learns, db=memories[place])
    known: Any = {"memory": memory, "enable_user_memories": True, "add_history_to_messages": True}
    script = [
        [call("look", at="one"), call("look", at="two")],
        call("book", order="7"),
        call("pay", cents=3).with_id("c"),
        call("look", at="it again"),
        call("pay", cents=4).with_id("d"),
        say("Done."),
    ]

    async def live() -> None:
        about: Any = {"session_id": "s", "user_id": "ada"}
        paused: Any = await agent(storage, *script[:3], **known).arun("Go.", **about)
        paused.tools_requiring_confirmation[0].confirmed = True
        paused = await agent(storage, *script[3:5], **known).acontinue_run(paused)
        id = paused.run_id or ""
        await asyncio.to_thread(Inbox(storage).approve, id, "d")
        done: Any = await agent(storage, script[5], **known).acontinue_run(run_id=id)
        assert done.content == "Done."
        async for _ in await agent(storage, say("Again."), **known).arun("And?", stream=True, **about):
            pass

    asyncio.run(live())
    session = storage.session("s")
    assert session is not None
    assert session.state == {"paid": 7}
    assert [each.memory for each in memory.get_user_memories("ada")][:1] == ["Likes tea"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_run_that_is_left_in_the_middle_is_free_and_the_loop_did_not_wait(
    postgres: Opener, blocked: list[str], streamed: bool
) -> None:
    storage = postgres()

    async def leave() -> str:
        one = agent(storage, call("look", at="it"), call("hang"))
        if streamed:
            events = await one.arun("Go.", stream=True, stream_intermediate_steps=True)
            async for event in events:
                if event.event == "ToolCallCompleted":
                    break
            await events.aclose()  # type: ignore[attr-defined]
        else:
            waited = begun()
            task = asyncio.create_task(one.arun("Go."))
            await waited
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        (head,) = await asyncio.to_thread(storage.runs)
        return head.id

    id = asyncio.run(leave())
    head, _ = storage.load(id)
    assert head.lease_until == 0
    assert not EXECUTING


def test_a_run_that_was_cancelled_elsewhere_ends_and_the_loop_did_not_wait(
    postgres: Opener, blocked: list[str]
) -> None:
    storage = postgres()

    async def live() -> str:
        one = agent(storage, [call("hang"), call("look", at="it")])
        waited = begun()
        task = asyncio.create_task(one.arun("Go."))
        await waited
        (head,) = await asyncio.to_thread(storage.runs)
        await asyncio.to_thread(one.cancel_run, head.id)
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        return head.id

    assert storage.load(asyncio.run(live()))[0].state == "cancelled"


@pytest.mark.parametrize("attempt", range(3))
def test_who_is_cancelled_while_taking_a_run_in_hand_lets_it_go(
    postgres: Opener, postgres_url: str, blocked: list[str], attempt: int
) -> None:
    """The server is slow just then. The loop goes on, and in the end the run is in nobody's hand."""
    storage = postgres(busy_timeout=5)
    paused = agent(storage, call("pay", cents=3).with_id("c")).run("Go.")
    Inbox(storage).approve(paused.run_id or "", "c")

    async def leave(other: psycopg.Connection[Any]) -> None:
        task = asyncio.create_task(agent(storage, say("Done.")).acontinue_run(run_id=paused.run_id))
        for _ in range(20):
            await asyncio.sleep(0.01)  # the loop goes on
        task.cancel()
        await asyncio.sleep(0.05 * attempt)
        other.rollback()
        await asyncio.wait([task])
        assert task.cancelled()

    with psycopg.connect(postgres_url) as other:
        other.execute(f"SELECT 1 FROM {storage.schema}.run FOR UPDATE")
        asyncio.run(leave(other))
    assert not EXECUTING
    head, _ = storage.load(paused.run_id or "")
    assert head.lease_until == 0
    assert agent(storage, say("Done.")).continue_run(run_id=paused.run_id).content == "Done."


def test_the_state_of_the_session_is_looked_up_before_a_run_goes_on(postgres: Opener, blocked: list[str]) -> None:
    """Also where the call that is to see it is not known yet."""
    storage = postgres()
    script = [call("look", at="it"), say("Done.")]
    parent = agent(storage, *script).run("Go.")
    fork = agent(storage).fork_run(parent.run_id or "", 1)
    done: Any = asyncio.run(agent(storage, *script).acontinue_run(run_id=fork.run_id))
    assert done.content == "Done."


def test_a_memory_on_a_server_is_not_waited_for_either_where_runs_are_in_a_file(
    postgres: Opener, tmp_path: Path, blocked: list[str]
) -> None:
    """A run is told of what is remembered, waits, goes on, and leaves something behind."""
    memory = Memory(model=ScriptedModel(lambda _: call("add_memory", memory="Likes tea")), db=postgres())
    storage: Any = SqliteStorage(db_file=tmp_path / "runs.db")
    known: Any = {"memory": memory, "enable_user_memories": True, "add_history_to_messages": True}

    async def live() -> None:
        about: Any = {"session_id": "s", "user_id": "ada"}
        await agent(storage, say("Hello."), **known).arun("Hi.", **about)
        paused: Any = await agent(storage, call("pay", cents=3).with_id("c"), **known).arun("Go.", **about)
        paused.tools_requiring_confirmation[0].confirmed = True
        done: Any = await agent(storage, say("Done."), **known).acontinue_run(paused)
        assert done.content == "Done."

    asyncio.run(live())
    assert [each.memory for each in memory.get_user_memories("ada")] == ["Likes tea"] * 2
