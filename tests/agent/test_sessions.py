"""Sessions of an agent: what is said in them, what they are called, and what models may read of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from graphagent import Agent, tool
from graphagent.exceptions import (
    DefinitionError,
    ModelReplyError,
    ModelRequestError,
    SessionNotFound,
    SessionOwnershipError,
)
from graphagent.models import ScriptedModel, call
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.session import Deleted
from graphagent.storage.sqlite import SqliteStorage


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = MemoryStorage() if request.param == "memory" else SqliteStorage(db_file=tmp_path / "runs.db")
    yield made
    made.close()


def answering(storage: Storage, **options: Any) -> Agent:
    """An agent that answers each message with `re: ` and the message."""
    model = ScriptedModel(lambda messages: f"re: {messages[-1]['content']}")
    return Agent(name="a", model=model, storage=storage, **options)


def reading(storage: Storage, name: str, arguments: dict[str, Any] | None = None, **options: Any) -> Any:
    """What a tool that reads the past gives to a model, as JSON or text."""
    model = ScriptedModel([call(name, **(arguments or {})), "Read."])
    response = Agent(name="reader", model=model, storage=storage, **options).run("Look back.")
    text = response.tools[-1].result or ""
    assert not response.tools[-1].tool_call_error, text
    return from_json(text) if text.startswith("[") else text


# -- messages, names, measures, an end ----------------------------------------------------------------------------------


def test_all_that_was_said_in_a_session_the_system_message_once(storage: Storage) -> None:
    agent = answering(storage, session_id="s", system_message="Be brief.", add_history_to_messages=True)
    for text in ("one", "two"):
        agent.run(text)
    agent.run("elsewhere", session_id="t")
    told = [(message.role, message.content) for message in agent.get_messages_for_session("s")]
    assert told == [
        ("system", "Be brief."), ("user", "one"), ("assistant", "re: one"), ("user", "two"), ("assistant", "re: two"),
    ]  # fmt: skip


def test_also_a_run_that_waits_is_part_of_its_session(storage: Storage) -> None:
    @tool(requires_confirmation=True)
    def pay() -> str:
        """Pay."""
        return "paid"

    Agent(name="a", model=ScriptedModel([call("pay")]), tools=[pay], storage=storage).run("Pay.", session_id="s")
    agent = answering(storage)
    roles = [message.role for message in agent.get_messages_for_session("s")]
    assert roles == ["user", "assistant", "tool"]


def test_without_an_id_it_is_the_session_of_the_last_run_here(storage: Storage) -> None:
    agent = answering(storage)
    with pytest.raises(DefinitionError, match="No session_id"):
        agent.get_messages_for_session()
    agent.run("one")
    assert len(agent.get_messages_for_session()) == 2


def test_sessions_are_named_by_hand_or_by_the_model(storage: Storage) -> None:
    replies = ["Sunny.", "This is a name that is much too long", '"Weather in Rome"']
    agent = Agent(name="a", model=ScriptedModel(replies), storage=storage, session_id="s")
    agent.run("The weather in Rome?")
    assert agent.get_session_name() is None
    assert agent.auto_rename_session() == agent.get_session_name() == "Weather in Rome"
    agent.rename_session("Rome", "s")
    assert agent.get_session_name("s") == "Rome"


def test_a_model_that_never_stops_is_taken_at_its_first_words(storage: Storage) -> None:
    model = ScriptedModel(lambda messages: "one two three four five six seven")
    agent = Agent(name="a", model=model, storage=storage, session_id="s")
    agent.run("Hello.")
    assert agent.generate_session_name() == "one two three four five"
    assert len(model.requests) == 4
    assert agent.get_session_name() is None
    with pytest.raises(ModelReplyError):
        Agent(model=ScriptedModel(["", "", ""]), storage=storage, session_id="s").generate_session_name()


def test_what_a_session_took_is_the_sum_of_its_runs(storage: Storage) -> None:
    agent = answering(storage, session_id="s")
    each = [agent.run(text).metrics for text in ("one", "two")]
    total = agent.get_session_metrics()
    assert total["time"] == pytest.approx(sum(sum(metrics["time"]) for metrics in each))
    assert set(total) == {name for metrics in each for name in metrics}


def test_a_deleted_session_begins_anew(storage: Storage) -> None:
    agent = answering(storage, session_id="s", session_state={"n": 1}, add_history_to_messages=True)
    agent.run("one", session_state={"n": 2})
    assert agent.delete_session("s") == Deleted(sessions=1, runs=1, steps=4)
    with pytest.raises(SessionNotFound):
        agent.get_session("s")
    response = agent.run("two")
    assert [message.content for message in response.messages] == ["two", "re: two"]
    assert agent.session_state == {"n": 1}


def test_an_agent_of_one_user_does_not_touch_sessions_of_others(storage: Storage) -> None:
    answering(storage, user_id="ann").run("My secret.", session_id="s")
    agent = answering(storage, user_id="bob")
    asking: list[Any] = [
        agent.get_session, agent.get_messages_for_session, agent.get_session_name, agent.auto_rename_session,
        agent.delete_session, agent.get_session_metrics, lambda session_id: agent.rename_session("Mine", session_id),
    ]  # fmt: skip
    for ask in asking:
        with pytest.raises(SessionOwnershipError):
            ask("s")


# -- what a model may read ----------------------------------------------------------------------------------------------


def test_chats_are_the_last_pairs_of_question_and_answer(storage: Storage) -> None:
    agent = answering(storage, session_id="s", system_message="Be brief.")
    for text in ("one", "two", "three"):
        agent.run(text)
    options: dict[str, Any] = {"session_id": "s", "read_chat_history": True}
    pairs = [{"user": text, "assistant": f"re: {text}"} for text in ("one", "two", "three")]
    assert reading(storage, "get_chat_history", {}, **options) == pairs
    last = {"user": "Look back.", "assistant": "Read."}
    assert reading(storage, "get_chat_history", {"num_chats": 2}, **options) == [pairs[2], last]


def test_a_run_that_failed_is_no_chat(storage: Storage) -> None:
    failing = Agent(name="a", model=ScriptedModel([ModelRequestError("no")]), storage=storage, session_id="s")
    with pytest.raises(ModelRequestError):
        failing.run("one")
    assert reading(storage, "get_chat_history", session_id="s", read_chat_history=True) == "There is none."


def test_tool_calls_come_latest_first(storage: Storage) -> None:
    @tool
    def look(number: int) -> str:
        """Look."""
        return f"seen {number}"

    for numbers in ([1, 2], [3, 4]):
        script: list[Any] = [[call("look", number=number) for number in numbers], "Done."]
        Agent(name="a", model=ScriptedModel(script), tools=[look], storage=storage).run("Look.", session_id="s")
    options: dict[str, Any] = {"session_id": "s", "read_tool_call_history": True}
    found = reading(storage, "get_tool_call_history", **options)
    assert [each["arguments"]["number"] for each in found] == [4, 3, 2]
    assert found[0] == {"tool": "look", "arguments": {"number": 4}, "result": "seen 4"}
    found = reading(storage, "get_tool_call_history", {"num_calls": 2}, **options)
    assert [each["tool"] for each in found] == ["get_tool_call_history", "look"]


def test_earlier_sessions_are_those_of_the_same_user_latest_first_and_not_this_one(storage: Storage) -> None:
    for number, user in enumerate(["ann", "ann", "bob", None, "ann", "ann"]):
        answering(storage, user_id=user).run(f"question {number}", session_id=f"s{number}")
    agent = answering(storage, user_id="ann")
    agent.rename_session("Fourth", "s4")

    def found(**options: Any) -> list[str]:
        sessions = reading(storage, "get_previous_session_messages", search_previous_sessions_history=True, **options)
        return [pair["user"] for session in sessions for pair in session["chats"] if pair["user"] != "Look back."]

    assert found(user_id="ann", session_id="s5", num_history_sessions=2) == ["question 4", "question 1"]
    assert found(user_id="ann", session_id="new") == ["question 5", "question 4", "question 1", "question 0"]
    assert found(user_id="bob", session_id="new-bob") == ["question 2"]
    named = reading(
        storage, "get_previous_session_messages", search_previous_sessions_history=True, user_id="ann", session_id="s0",
        num_history_sessions=3,
    )  # fmt: skip
    assert named[2] == {"name": "Fourth", "chats": [{"user": "question 4", "assistant": "re: question 4"}]}


# -- conversations at a terminal ----------------------------------------------------------------------------------------


def test_what_is_printed_is_one_conversation_and_what_is_run_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    agent = answering(MemoryStorage(), add_history_to_messages=True)
    agent.print_response("one")
    agent.print_response("two")
    assert len(agent.get_messages_for_session()) == 4
    agent.print_response("three", user_id="ann")
    assert len(agent.get_messages_for_session()) == 2
    agent.run("four", user_id="ann")
    assert len(agent.get_messages_for_session()) == 2
    assert len(agent.store.sessions()) == 3
    assert "re: two" in capsys.readouterr().out


def test_a_conversation_goes_on_on_an_event_loop_as_well(storage: Storage) -> None:
    agent = answering(storage, session_id="s", add_history_to_messages=True)
    agent.run("one")

    async def go_on() -> Any:
        return await agent.arun("two")

    response = asyncio.run(go_on())
    assert [message.content for message in response.messages] == ["one", "re: one", "two", "re: two"]
