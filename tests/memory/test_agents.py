"""Agents that remember: by a tool, after each run, and in summaries; what goes wrong is seen, and the answer stands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphagent import Agent, RunEvent, RunResponse
from graphagent.engine.run import Step
from graphagent.exceptions import ModelConnectionError, StorageError
from graphagent.memory import Memory, UserMemory
from graphagent.memory.db.sqlite import SqliteMemoryDb
from graphagent.models import ScriptedModel, call, say
from graphagent.models.base import Model, Reply, Request
from graphagent.storage.sqlite import SqliteStorage

SUMMARY = say('{"summary": "They talked about skis.", "topics": ["skis"]}')
Runner = Callable[..., RunResponse]


def sync_run(agent: Agent, message: str, **options: Any) -> RunResponse:
    response: RunResponse = agent.run(message, stream=False, **options)
    return response


def async_run(agent: Agent, message: str, **options: Any) -> RunResponse:
    async def go() -> Any:
        return await agent.arun(message, stream=False, **options)

    response = asyncio.run(go())
    assert isinstance(response, RunResponse)
    return response


@pytest.fixture(params=[sync_run, async_run], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Runner:
    runner: Runner = request.param
    return runner


@pytest.fixture(params=["one file", "two files", "in memory"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Where runs and memories are kept: in one transaction, in one after another, or in this process."""
    if request.param == "in memory":
        return {"memory": {}, "agent": {}}
    other = "runs.db" if request.param == "one file" else "memories.db"
    db = SqliteMemoryDb(table_name="user_memories", db_file=tmp_path / other)
    return {"memory": {"db": db}, "agent": {"storage": SqliteStorage(db_file=tmp_path / "runs.db")}}


def steps_of(agent: Agent, response: RunResponse) -> list[Step]:
    return agent.store.load(response.run_id or "")[1]


def texts(memories: list[UserMemory]) -> list[str]:
    return [memory.memory for memory in memories]


def system_of(model: ScriptedModel) -> str:
    """What the model was last told in system messages: there is never more than one."""
    told = [message["content"] for message in model.requests[-1].decoded() if message["role"] == "system"]
    assert len(told) <= 1
    return str(told[0]) if told else ""


# -- the tool -----------------------------------------------------------------------------------------------------------


def test_a_model_remembers_changes_and_forgets_by_the_tool(run: Runner, places: dict[str, Any]) -> None:
    """Each change is in the memory with the run and step that made it, and the next run is told what holds."""

    def change(messages: list[dict[str, Any]]) -> Any:
        shown = [line for line in messages[-1]["content"].splitlines() if line.startswith("{")]
        ids = [line.split('"')[3] for line in shown]
        if "forget" in messages[-1]["content"]:
            return call("clear_memory")
        if ids:
            return [
                call("update_memory", memory_id=ids[0], memory="Likes to paint"),
                call("delete_memory", memory_id=ids[1]),
            ]
        return [
            call("add_memory", memory="Likes to hike", topics=["hobby"]),
            call("add_memory", memory="Is called John"),
        ]

    memory = Memory(model=ScriptedModel(change), **places["memory"])
    task = call("update_user_memory", task="remember")
    model = ScriptedModel(
        [
            task,
            say("Noted."),
            task,
            say("Changed."),
            call("update_user_memory", task="forget"),
            say("Gone."),
            say("Hm."),
        ]
    )
    agent = Agent(model=model, memory=memory, enable_agentic_memory=True, **places["agent"])
    john = {"user_id": "john", "session_id": "s"}
    memory.add_user_memory(UserMemory("Is somebody else"), user_id="jane")

    first = run(agent, "I am John and like to hike", **john)
    assert texts(memory.get_user_memories("john")) == ["Likes to hike", "Is called John"]
    (step,) = [step for step in steps_of(agent, first) if step.trigger == "result"]
    assert {(found.run_id, found.seq) for found in memory.get_user_memories("john")} == {(first.run_id, step.seq)}
    assert (first.tools or [])[0].result == "Remembered: Likes to hike\nRemembered: Is called John"

    run(agent, "I like to paint now, and am John no more", **john)
    assert "- Likes to hike\n- Is called John" in system_of(model)
    assert texts(memory.get_user_memories("john")) == ["Likes to paint"]

    run(agent, "Remove all existing memories of me. Completely clear the DB.", **john)
    assert memory.get_user_memories("john") == []
    assert texts(memory.get_user_memories("jane")) == ["Is somebody else"]
    run(agent, "Who am I?", **john)
    assert "John" not in system_of(model)
    assert "Likes" not in system_of(model)


def test_all_memories_are_removed_also_those_that_the_model_was_not_shown(run: Runner) -> None:
    memory = Memory(model=ScriptedModel([call("clear_memory")]), reference_limit=2)
    for number in range(5):
        memory.add_user_memory(UserMemory(f"fact {number}"), user_id="ava")
    model = ScriptedModel([call("update_user_memory", task="forget all"), say("Gone.")])
    run(Agent(model=model, memory=memory, enable_agentic_memory=True), "Remove all memories of me", user_id="ava")
    assert memory.get_user_memories("ava") == []


@pytest.mark.parametrize(
    ("options", "tool"),
    [
        ({"delete_memories": False}, call("delete_memory", memory_id="1")),
        ({"clear_memories": False}, call("clear_memory")),
    ],
)
def test_what_is_not_allowed_is_neither_offered_nor_done(run: Runner, options: dict[str, Any], tool: Any) -> None:
    asked = ScriptedModel([tool] * 3)
    memory = Memory(model=asked, **options)
    memory.add_user_memory(UserMemory("fact", memory_id="1"), user_id="ava")
    model = ScriptedModel([call("update_user_memory", task="forget all"), say("I cannot.")])
    response = run(Agent(model=model, memory=memory, enable_agentic_memory=True), "Forget me", user_id="ava")
    assert texts(memory.get_user_memories("ava")) == ["fact"]
    assert tool.name.encode() not in asked.requests[0].tools
    assert "Not done" in str((response.tools or [])[0].result)


def test_an_id_of_another_user_is_nobodys(run: Runner, places: dict[str, Any]) -> None:
    """A model that names the id of another user's memory is told that there is none, and may correct itself."""
    stolen = [call("delete_memory", memory_id="of bob"), call("update_memory", memory_id="of bob", memory="mine")]
    asked = ScriptedModel([stolen, call("add_memory", memory="Is Ava")])
    memory = Memory(model=asked, **places["memory"])
    memory.add_user_memory(UserMemory("Is Bob", memory_id="of bob"), user_id="bob")
    model = ScriptedModel([call("update_user_memory", task="take over"), say("Done.")])
    run(Agent(model=model, memory=memory, enable_agentic_memory=True, **places["agent"]), "I am Ava", user_id="ava")
    assert texts(memory.get_user_memories("bob")) == ["Is Bob"]
    assert texts(memory.get_user_memories("ava")) == ["Is Ava"]
    assert "There is no memory of the id 'of bob'" in asked.requests[1].messages.decode()


# -- after each run -----------------------------------------------------------------------------------------------------


def test_what_is_worth_remembering_is_remembered_after_each_run(run: Runner, places: dict[str, Any]) -> None:
    asked = ScriptedModel(
        lambda messages: (
            SUMMARY if "one JSON object" in messages[0]["content"] else call("add_memory", memory="Likes skis")
        )
    )
    memory = Memory(model=asked, **places["memory"])
    model = ScriptedModel(lambda _: say("Nice."))
    agent = Agent(
        model=model, memory=memory, enable_user_memories=True, enable_session_summaries=True, **places["agent"]
    )
    response = run(agent, "I like skis", user_id="ava", session_id="s")
    assert (response.content, response.status) == ("Nice.", "COMPLETED")
    assert texts(memory.get_user_memories("ava")) == ["Likes skis"]
    summary = memory.get_session_summary("s", "ava")
    assert summary is not None
    assert (summary.summary, summary.topics, summary.run_id) == ("They talked about skis.", ["skis"], response.run_id)
    assert memory.get_session_summary("s", "bob") is None
    assert agent.get_session_summary("s", "ava") == summary
    run(agent, "And?", user_id="ava", session_id="s")
    assert "Likes skis" in system_of(model)
    assert "They talked about skis." in system_of(model)
    run(agent, "Who am I?", user_id="bob", session_id="t")
    assert "Likes skis" not in system_of(model)
    assert "They talked" not in system_of(model)


def test_references_can_be_had_and_left_out_by_themselves(run: Runner) -> None:
    memory = Memory()
    memory.add_user_memory(UserMemory("Likes skis"), user_id="ava")
    told, untold = ScriptedModel([say("1")]), ScriptedModel([say("2")])
    run(Agent(model=told, memory=memory, add_memory_references=True), "Hi", user_id="ava")
    run(
        Agent(model=untold, memory=memory, enable_agentic_memory=True, add_memory_references=False), "Hi", user_id="ava"
    )
    assert "Likes skis" in system_of(told)
    assert "Likes skis" not in system_of(untold)


class Hanging(Model):
    """A model that does not come back until it is let go."""

    id = "hanging"

    def __init__(self) -> None:
        self.go = threading.Event()

    def ask(self, request: Request) -> Reply:
        self.go.wait(30)
        raise ModelConnectionError("too late")

    async def aask(self, request: Request) -> Reply:
        await asyncio.sleep(30)
        raise ModelConnectionError("too late")


FAULTS: dict[str, Any] = {
    "it raises": lambda: ScriptedModel([ModelConnectionError("down: api_key=sk-secretsecret", transient=True)] * 9),
    "it raises anything": lambda: ScriptedModel([RuntimeError("a bug")] * 9),
    "it hallucinates an id": lambda: ScriptedModel([call("delete_memory", memory_id="7")] * 9),
    "its JSON is broken": lambda: ScriptedModel([call("add_memory", '{"memory": "x')] * 9),
    "its arguments do not fit": lambda: ScriptedModel([call("add_memory", text=1)] * 9),
    "it calls another tool": lambda: ScriptedModel([call("drop_tables")] * 9),
    "it hangs": Hanging,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_the_memory_model_fails_the_update_fails_and_the_answer_stands(
    run: Runner, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """On record, in the event and in the log; the memories are as they were."""
    asked = FAULTS[fault]()
    memory = Memory(model=asked, timeout=0.2)
    memory.add_user_memory(UserMemory("Is Ava"), user_id="ava")
    agent = Agent(model=ScriptedModel([say("Fine.")]), memory=memory, enable_user_memories=True, store_events=True)
    response = run(agent, "Hello", user_id="ava")
    if isinstance(asked, Hanging):
        asked.go.set()
    assert (response.content, response.status) == ("Fine.", "COMPLETED")
    assert texts(memory.get_user_memories("ava")) == ["Is Ava"]
    data = steps_of(agent, response)[-1].data or {}
    assert "memories" not in data
    assert "problems" in data or "memories" in data["errors"]
    assert "sk-secretsecret" not in str(data)
    told = {event.event: event for event in response.events or []}
    assert told[RunEvent.memory_update_started].error is None
    assert told[RunEvent.memory_update_completed].error
    assert "memor" in caplog.text


def test_a_summary_that_is_none_is_asked_for_again_and_then_fails(run: Runner) -> None:
    for answers, found in (([say("no JSON"), SUMMARY], True), ([say("no JSON"), say('{"summary": 3}')], False)):
        memory = Memory(model=ScriptedModel(answers))
        agent = Agent(model=ScriptedModel([say("Fine.")]), memory=memory, enable_session_summaries=True)
        response = run(agent, "Hello", session_id="s")
        assert response.content == "Fine."
        assert (memory.get_session_summary("s") is not None) == found
        assert ("errors" in (steps_of(agent, response)[-1].data or {})) != found


def test_updates_are_told_as_they_happen(places: dict[str, Any]) -> None:
    memory = Memory(model=ScriptedModel([call("add_memory", memory="x")]), **places["memory"])
    agent = Agent(model=ScriptedModel([say("Hi.")]), memory=memory, enable_user_memories=True, **places["agent"])
    told = []
    for event in agent.run("Hello", user_id="ava", stream=True, stream_intermediate_steps=True):
        told.append(event.event)
        if event.event == RunEvent.memory_update_completed:  # commit, then emit
            assert texts(memory.get_user_memories("ava")) == ["x"]
    assert told[-3:] == [RunEvent.memory_update_started, RunEvent.memory_update_completed, RunEvent.run_completed]


# -- one database, or two -----------------------------------------------------------------------------------------------


def test_one_db_is_for_everything(tmp_path: Path, run: Runner) -> None:
    db = str(tmp_path / "all.db")
    agent = Agent(
        model=ScriptedModel([say("Hi.")]),
        db=db,
        memory=Memory(model=ScriptedModel([call("add_memory", memory="x")])),
        enable_user_memories=True,
    )
    run(agent, "Hello", user_id="ava")
    again = Agent(db=SqliteStorage(db_file=db), model=ScriptedModel([]))
    assert texts(again.get_user_memories("ava")) == ["x"]
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".db"] == ["all.db"]


def test_a_memory_that_cannot_be_reached_is_told_later(
    tmp_path: Path, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal comes first. What another database does not take is offered to it at the next use, once."""
    memory = Memory(
        model=ScriptedModel(lambda _: call("add_memory", memory="x")),
        db=SqliteMemoryDb(db_file=tmp_path / "memories.db"),
    )
    agent = Agent(
        model=ScriptedModel(lambda _: say("Hi.")), memory=memory, enable_user_memories=True, add_memory_references=False,
        storage=SqliteStorage(db_file=tmp_path / "runs.db"),
    )  # fmt: skip

    def broken(*_: Any) -> None:
        raise StorageError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr("graphagent.storage.notebook_rows.RelationalNotebook.learn", broken)
        first = run(agent, "Hello", user_id="ava")
        assert first.status == "COMPLETED"
        assert memory.get_user_memories("ava") == []
    assert [memory.run_id for memory in agent.get_user_memories("ava")] == [first.run_id]
    second = run(agent, "Hello", user_id="ava")
    assert [memory.run_id for memory in memory.get_user_memories("ava")] == [first.run_id, second.run_id]


def test_a_run_that_waits_is_told_what_it_was_told_but_for_what_was_deleted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from graphagent import tool

    @tool(requires_confirmation=True)
    def pay() -> str:
        """Pay."""
        return "paid"

    def agent(model: ScriptedModel) -> Agent:
        return Agent(model=model, db=str(tmp_path / "all.db"), tools=[pay], add_memory_references=True)

    first = ScriptedModel([call("pay")])
    paying = agent(first)
    _, gone, changed = (paying.memories.add_user_memory(UserMemory(text), "ava") for text in ("kept", "gone", "before"))
    response = paying.run("Pay", user_id="ava")
    paying.memories.delete_user_memory(gone, "ava")
    paying.memories.replace_user_memory(changed, UserMemory("after"), "ava")
    second = ScriptedModel([say("Paid.")])
    going_on = agent(second)
    loaded = going_on.get_run(response.run_id or "")
    loaded.tools_requiring_confirmation[0].confirmed = True
    assert going_on.continue_run(loaded).content == "Paid."
    assert "- kept\n- gone\n- before" in system_of(first)
    assert "- kept\n- before" in system_of(second)
    assert "gone" not in system_of(second)
    assert "deleted since" in caplog.text


# -- many at once -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tasks", [False, True], ids=["threads", "tasks"])
def test_users_on_one_memory_never_mix(tmp_path: Path, *, tasks: bool) -> None:
    """Many users at once on one agent and one memory object: each is remembered by what that user said."""

    def remember(messages: list[dict[str, Any]]) -> Any:
        return call("add_memory", memory=messages[-1]["content"].rsplit("\n", 1)[-1])

    def answer(messages: list[dict[str, Any]]) -> Any:
        told = str(messages[0]["content"]) if messages[0]["role"] == "system" else ""
        me = messages[-1]["content"].split()[0]
        assert all(line.startswith(f"- {me} ") for line in told.splitlines() if line.startswith("- u"))
        return say("ok")

    memory = Memory(model=ScriptedModel(remember), db=SqliteMemoryDb(db_file=tmp_path / "all.db"))
    agent = Agent(
        model=ScriptedModel(answer),
        memory=memory,
        enable_user_memories=True,
        storage=SqliteStorage(db_file=tmp_path / "all.db", busy_timeout=30),
    )
    users, rounds = [f"u{number}" for number in range(10)], 5

    def talk(user: str) -> None:
        for number in range(rounds):
            agent.run(f"{user} says {number}", user_id=user)

    async def atalk() -> None:
        await asyncio.gather(
            *(agent.arun(f"{user} says {number}", user_id=user) for user in users for number in range(rounds))
        )

    if tasks:
        asyncio.run(atalk())
    else:
        threads = [threading.Thread(target=talk, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for user in users:
        assert sorted(texts(memory.get_user_memories(user))) == [f"{user} says {number}" for number in range(rounds)]
