"""Session state: what tools change in it belongs to the session, survives, joins, and is never silently lost."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, Literal

import pytest

from graphagent import Agent, tool
from graphagent.exceptions import SessionOwnershipError
from graphagent.models.script import call
from graphagent.models.scripted import ScriptedModel
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage


@tool
def add(item: str, session_state: dict[str, Any]) -> str:
    """Add."""
    session_state["list"].append(item)
    return f"added {item}"


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = MemoryStorage() if request.param == "memory" else SqliteStorage(db_file=tmp_path / "runs.db")
    yield made
    made.close()


def adder(storage: Storage, *items: str, **options: Any) -> Agent:
    calls: list[Any] = [[call("add", item=item) for item in items], "Done."]
    return Agent(
        name="adder", model=ScriptedModel(calls), tools=[add], storage=storage, session_state={"list": []}, **options
    )


def stored(storage: Storage, session_id: str = "s") -> dict[str, Any]:
    found = storage.session(session_id)
    assert found is not None
    return found.state


def test_the_state_of_a_session_goes_on_in_its_next_run(storage: Storage) -> None:
    adder(storage, "milk").run("Go.", session_id="s")
    agent = adder(storage, "bread")
    agent.run("Go.", session_id="s")
    assert stored(storage) == agent.session_state == {"list": ["milk", "bread"]}


def test_what_was_given_to_a_run_stands_before_what_is_stored_and_that_before_the_default(storage: Storage) -> None:
    def agent(**default: Any) -> Agent:
        return Agent(name="a", model=ScriptedModel(["Ok."]), storage=storage, session_id="s", session_state=default)

    agent(a=1, b=1, c={}).run("Go.", session_state={"a": 2})
    assert stored(storage) == {"a": 2, "b": 1, "c": {}}
    agent(a=3, b=3, d=3).run("Go.", session_state={"b": 4})
    assert stored(storage) == {"a": 2, "b": 4, "c": {}, "d": 3}


def test_what_did_not_change_is_not_recorded_again(storage: Storage) -> None:
    """The cost of a turn is not that of the state."""
    adder(storage, "milk").run("Go.", session_id="s", session_state={"large": "x" * 10_000})
    run = adder(storage, "bread").run("Go.", session_id="s")
    assert run.run_id is not None
    assert sum(len(str(step.data)) for step in storage.steps(run.run_id)) < 1_000


def test_parallel_calls_each_change_their_own_copy(storage: Storage) -> None:
    """One ends while the other still works on what it was given: neither undoes what the other did."""
    ended = threading.Event()

    @tool
    def quick(session_state: dict[str, Any]) -> str:
        """Quick."""
        session_state["quick"] = True
        session_state["list"].append("quick")
        return "ok"

    @tool
    def slow(session_state: dict[str, Any]) -> str:
        """Slow."""
        assert ended.wait(10)
        session_state["list"].append("slow")
        return "ok"

    agent = Agent(
        name="a", model=ScriptedModel([[call("slow"), call("quick")], "Done."]), tools=[quick, slow], storage=storage,
        session_state={"list": []}, stream=True, session_id="s",
    )  # fmt: skip
    for event in agent.run("Go.", stream=True):
        if event.tool is not None and event.tool.tool_name == "quick" and event.tool.status == "completed":
            ended.set()
    assert stored(storage) == agent.session_state == {"list": ["quick", "slow"], "quick": True}


def overlapping(storage: Storage, policy: Literal["idempotent", "once"]) -> tuple[Agent, Agent]:
    """Two agents that raise one number, each in the middle of the other's call."""
    met = threading.Barrier(2, timeout=10)
    tries = threading.local()
    by = iter((2, 9))

    @tool(policy=policy)
    def raise_it(session_state: dict[str, Any]) -> str:
        """Raise."""
        found = session_state["n"]
        tries.n = getattr(tries, "n", 0) + 1
        if tries.n == 1:
            tries.by = next(by)
            met.wait()
        session_state["n"] = found + tries.by
        session_state.setdefault("by", []).append(tries.by)
        return f"raised to {found + tries.by}"

    def agent() -> Agent:
        model = ScriptedModel([call("raise_it"), lambda messages: messages[-1]["content"]])
        return Agent(name="a", model=model, tools=[raise_it], storage=storage, session_id="s", session_state={"n": 0})

    return agent(), agent()


def together(agents: tuple[Agent, Agent]) -> list[Any]:
    responses: list[Any] = []
    threads = [threading.Thread(target=lambda each=each: responses.append(each.run("Go."))) for each in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return responses


def test_a_repeatable_tool_that_meets_a_conflict_runs_again_on_the_state_as_it_is(storage: Storage) -> None:
    responses = together(overlapping(storage, "idempotent"))
    left = stored(storage)
    assert (left["n"], sorted(left["by"])) == (11, [2, 9])
    assert {each.content for each in responses} in ({"raised to 2", "raised to 11"}, {"raised to 9", "raised to 11"})
    assert [each.tools[0].conflicts for each in responses] == [None, None]


def test_any_other_tool_keeps_what_joins_and_says_what_does_not(storage: Storage) -> None:
    responses = together(overlapping(storage, "once"))
    left = stored(storage)
    assert sorted(left["by"]) == [2, 9]
    assert left["n"] == left["by"][0]
    (told,) = [each for each in responses if each.tools[0].conflicts]
    assert told.tools[0].conflicts == [{"path": ["n"], "was": 0, "found": left["n"], "wanted": left["by"][1]}]
    assert "Not kept in the session state" in told.content
    assert f"n: was 0, found {left['n']}, wanted {left['by'][1]}" in told.content


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_overlapping_runs_that_each_append_leave_all_of_it(storage: Storage, kind: str) -> None:
    together = threading.Barrier(8, timeout=10)

    @tool
    def note(session_state: dict[str, Any]) -> str:
        """Note."""
        session_state.setdefault("notes", []).append(threading.get_ident())
        if kind == "threads":
            together.wait()
        return "ok"

    def scripted() -> Agent:
        return Agent(name="a", model=ScriptedModel([call("note"), "Done."]), tools=[note], storage=storage)

    if kind == "threads":
        threads = [threading.Thread(target=scripted().run, args=("Go.",), kwargs={"session_id": "s"}) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:

        async def tasks() -> None:
            await asyncio.gather(*(scripted().arun("Go.", session_id="s") for _ in range(8)))

        asyncio.run(tasks())
    assert len(stored(storage)["notes"]) == 8


def test_a_first_run_that_finds_the_session_made_meanwhile_begins_in_it_as_it_is(tmp_path: Path) -> None:
    """Between its look and its record another process begins, changes the state, and is not undone."""
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    agent = adder(storage, "bread")
    with SqliteStorage(db_file=tmp_path / "runs.db") as elsewhere:
        events = agent.run("Go.", session_id="s", session_state={"mood": "calm"}, stream=True)
        adder(elsewhere, "milk").run("Go.", session_id="s", session_state={"mood": "wild"})
        list(events)
    assert stored(storage) == {"list": ["milk", "bread"], "mood": "calm"}
    storage.close()


def test_what_tools_are_told_of_the_session_is_not_part_of_its_state(storage: Storage) -> None:
    seen: list[Any] = []

    @tool
    def look(session_state: dict[str, Any]) -> str:
        """Look."""
        seen.append(dict(session_state))
        session_state["current_user_id"] = "mallory"
        return "ok"

    agent = Agent(name="a", model=ScriptedModel([call("look"), "Done."]), tools=[look], storage=storage)
    agent.run("Go.", session_id="s", user_id="ann", session_state={"current_session_id": "x"})
    assert seen == [{"current_session_id": "s", "current_user_id": "ann"}]
    assert stored(storage) == agent.session_state == {}


def test_a_run_in_a_session_of_somebody_else_is_refused_before_anything_is_asked(storage: Storage) -> None:
    told: list[int] = []

    def instructions() -> str:
        told.append(1)
        return "Be."

    model = ScriptedModel(["Hello Ann."])
    agent = Agent(name="a", model=model, storage=storage, session_id="s", instructions=instructions)
    agent.run("I am Ann.", user_id="ann")
    for other in ("bob", None):
        with pytest.raises(SessionOwnershipError):
            agent.run("Who am I?", user_id=other)
    assert len(storage.runs()) == len(model.requests) == len(told) == 1  # no text was filled in from their state
