"""One agent object, many users and sessions, threads and tasks at once: counted, nothing mixed, nothing lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.base import Storage
from graphagent.storage.session import EVERYBODY

ROOT = Path(__file__).parents[2]
SESSIONS, USERS = 50, 10
THREADS, TASKS = 100, 1_000


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest) -> Storage:
    make: Callable[..., Storage] = request.getfixturevalue(request.param)
    return make(busy_timeout=60.0)


def busy_agent(storage: Storage) -> tuple[Agent, list[Any]]:
    """An agent that notes each message in the state of the session, and what its model was told that it should not have been."""
    mixed: list[Any] = []

    @tool
    def note(text: str, run_context: Any) -> str:
        """Note."""
        state = run_context.session_state
        if (state["current_session_id"], state["current_user_id"]) != (run_context.session_id, run_context.user_id):
            mixed.append(("state", dict(state)))
        state["turns"].append(text)
        state["of"][run_context.user_id] = True
        return f"noted {text}"

    def answer(messages: list[dict[str, Any]]) -> Any:
        own = [message["content"] for message in messages if message["role"] == "user"]
        if len({text.split(":")[0] for text in own}) > 1 or len(own) > 4:
            mixed.append(("history", own))
        last = messages[-1]
        return f"re: {own[-1]}" if last["role"] == "tool" else call("note", text=last["content"])

    agent = Agent(
        name="busy", model=ScriptedModel(answer), tools=[note], storage=storage, add_history_to_messages=True,
        session_state={"turns": [], "of": {}},
    )  # fmt: skip
    return agent, mixed


def place(number: int) -> Any:
    session = number % SESSIONS
    return {"session_id": f"s{session}", "user_id": f"u{session % USERS}"}


def said(number: int) -> str:
    return f"{place(number)['session_id']}:{number}"


def check(storage: Storage, mixed: list[Any], count: int) -> None:
    assert mixed == []
    sessions = storage.sessions(user_id=EVERYBODY)
    assert Counter(session.user_id for session in sessions) == {f"u{user}": SESSIONS // USERS for user in range(USERS)}
    turns = {session.id: session.state["turns"] for session in sessions}
    assert sorted(text for found in turns.values() for text in found) == sorted(map(said, range(count)))
    for session in sessions:
        assert {text.split(":")[0] for text in turns[session.id]} == {session.id}
        assert session.state["of"] == {session.user_id: True}
        assert set(session.state) == {"turns", "of"}
        assert session.version <= 1 + len(turns[session.id])
    runs = storage.runs()
    assert len(runs) == count
    assert {run.state for run in runs} == {"completed"}
    assert {(run.session_id, run.user_id) for run in runs} == {(session.id, session.user_id) for session in sessions}


def test_a_hundred_threads_share_one_agent(shared: Storage) -> None:
    agent, mixed = busy_agent(shared)
    agent.definition  # noqa: B018 - made once, before it is shared

    def turns(thread: int) -> list[Any]:
        numbers = range(thread * 2, thread * 2 + 2)
        return [(said(number), agent.run(said(number), **place(number)).content) for number in numbers]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [each for thread in pool.map(turns, range(THREADS)) for each in thread]
    assert all(answer == f"re: {text}" for text, answer in answers)
    check(shared, mixed, THREADS * 2)


def test_a_thousand_tasks_share_one_agent(shared: Storage) -> None:
    agent, mixed = busy_agent(shared)

    async def all_of_them() -> list[Any]:
        return list(await asyncio.gather(*(agent.arun(said(number), **place(number)) for number in range(TASKS))))

    responses = asyncio.run(all_of_them())
    assert [response.content for response in responses] == [f"re: {said(number)}" for number in range(TASKS)]
    assert [response.session_id for response in responses] == [place(number)["session_id"] for number in range(TASKS)]
    check(shared, mixed, TASKS)


APPENDER = """
import sys
from pathlib import Path
from graphagent import Agent
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage
from graphagent.tools import tool

@tool(policy="idempotent")
def note(text: str, session_state: dict) -> str:
    "Note."
    session_state.setdefault("turns", []).append(text)
    session_state["count"] = session_state.get("count", 0) + 1
    return "noted"

file, process, turns = sys.argv[1], sys.argv[2], int(sys.argv[3])
with SqliteStorage(db_file=file, busy_timeout=60) as storage:
    sys.stdin.read()
    for turn in range(turns):
        model = ScriptedModel([call("note", text=f"{process}:{turn}"), "Done."])
        Agent(name="a", model=model, tools=[note], storage=storage, session_id="s").run("Go.")
"""


def test_processes_that_change_one_state_at_once_lose_nothing(tmp_path: Path, sqlite: Callable[..., Storage]) -> None:
    """Appends join; the number that all of them raise is raised by each, since the tool may be run again."""
    processes, turns = 4, 10
    started = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(tmp_path / "runs.db"), str(number), str(turns)],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for number in range(processes)
    ]
    for process in started:
        process.communicate(b"")
    assert [process.returncode for process in started] == [0] * processes
    session = sqlite().session("s")
    assert session is not None
    expected = sorted(f"{process}:{turn}" for process in range(processes) for turn in range(turns))
    assert sorted(session.state["turns"]) == expected
    assert session.state["count"] == processes * turns
    assert session.version == processes * turns
