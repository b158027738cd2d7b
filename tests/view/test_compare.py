"""Two runs are told apart where they really part, whatever their ids and times, and a run is seen as it was at any step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import piped
from hypothesis import given
from hypothesis import strategies as st

from graphagent import Agent
from graphagent.exceptions import DefinitionError, RunNotFound
from graphagent.models import ScriptedModel, call, say
from graphagent.run.past import response_at
from graphagent.storage.base import Storage
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage
from graphagent.view.compare import MISSING, Change, diff

ORDERS = st.lists(st.integers(0, 2), max_size=4)


def look(order: int, password: str = "") -> str:
    """Look an order up."""
    return f"order {order}"


def note(text: str, session_state: dict[str, Any]) -> str:
    """Write something down."""
    session_state["note"] = text
    return "noted"


def ran(storage: Storage, *said: Any, **given: Any) -> str:
    """The id of a run in which the model says these things."""
    agent = Agent(name="shop", model=ScriptedModel(list(said)), tools=[look, note], storage=storage)
    return agent.run("Go.", **given).run_id or ""


@given(ORDERS, ORDERS)
def test_runs_part_at_the_first_call_that_is_not_the_same(one: list[int], other: list[int]) -> None:
    """A call and its result are a step each, after the first step; what is alike until then is alike to the end."""
    storage = MemoryStorage()
    first, second = (
        ran(
            storage,
            *(call("look", order=order).with_id(f"{name}{place}") for place, order in enumerate(orders)),
            "Done.",
        )
        for name, orders in (("a", one), ("b", other))
    )
    found = diff(storage, first, second)
    alike = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    alike = min(len(one), len(other)) if alike is None else alike
    assert found.seq == (None if one == other else 2 + 2 * alike)
    assert found.is_same == (one == other)
    assert (found.first.calls, found.second.calls) == (len(one), len(other))
    assert [change.path for change in found.arguments if MISSING not in change] == [
        f"{place} look.order" for place, pair in enumerate(zip(one, other, strict=False), 1) if pair[0] != pair[1]
    ]
    turned = diff(storage, second, first)
    assert turned.seq == found.seq
    assert turned.arguments == [Change(path, there, here) for path, here, there in found.arguments]


def test_ids_of_calls_and_what_it_cost_are_no_other_way() -> None:
    """Also where what is recorded of a call, here that there is no such tool, is recorded under its id."""
    storage = MemoryStorage()
    first, second = (
        ran(storage, call("fly").with_id(name), say("Done.", usage={"prompt_tokens": cost, "completion_tokens": 1}))
        for name, cost in (("a", 10), ("b", 99))
    )
    found = diff(storage, first, second)
    assert (found.is_same, found.changes, found.first.tokens, found.second.tokens) == (True, [], 11, 100)


def test_what_differs_is_told_by_place_and_without_secrets() -> None:
    storage = MemoryStorage()
    first = ran(storage, call("look", order=7, password="hunter22"), call("note", text="tea"), "Done.")
    second = ran(storage, call("look", order=7, password="letmein99"), call("note", text="milk"), "Done.")
    found = diff(storage, first, second)
    assert found.seq == 2
    assert found.arguments == [
        Change("1 look.password", "[redacted]", "[redacted]"),
        Change("2 note.text", "tea", "milk"),
    ]
    assert found.state == [Change("note", "tea", "milk")]
    assert "hunter22" not in repr(found)
    assert "letmein99" not in repr(found)


def test_a_fork_parts_from_its_parent_after_the_step_it_began_at() -> None:
    """Although its copies of the steps before lack what these wrote to the session."""
    storage = MemoryStorage()
    said: list[Any] = [call("note", text="tea"), "Bye.", "Hello."]
    agent = Agent(name="shop", model=ScriptedModel(said), tools=[note], storage=storage)
    parent = agent.run("Go.")
    fork = agent.continue_run(run_id=agent.fork_run(parent.run_id or "", 3).run_id)
    found = diff(storage, parent.run_id or "", fork.run_id or "")
    assert found.seq == 4
    assert found.state == []
    assert [(change.first, change.second) for change in found.changes] == [("Bye.", "Hello.")]


def test_a_run_is_seen_as_it_was_at_each_step() -> None:
    storage = MemoryStorage()
    id = ran(storage, call("look", order=7), "Done.")
    past = [response_at(storage, id, seq) for seq in range(1, 6)]
    assert [len(response.messages or ()) for response in past] == [1, 2, 3, 4, 4]
    assert [[tool.status for tool in response.tools] for response in past[:3]] == [[], ["started"], ["completed"]]
    assert (past[-1].content, past[-1].status.value, past[-1].seq) == ("Done.", "COMPLETED", 5)
    for seq in (0, 6):
        with pytest.raises(DefinitionError, match="steps 1 to 5"):
            response_at(storage, id, seq)
    with pytest.raises(RunNotFound):
        response_at(storage, "nobody", 1)


def test_the_command_line_compares_two_runs(tmp_path: Path) -> None:
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        first, second = (ran(storage, call("look", order=order), "Done.") for order in (7, 8))
    done = piped("diff", first, second, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["seq"] == 2
    assert told["arguments"] == [{"path": "1 look.order", "first": 7, "second": 8}]
    shown = piped("diff", first, second, cwd=tmp_path).stdout
    assert "parted at step 2" in shown
    assert "1 look.order" in shown
    assert "the same way to the end" in piped("diff", first, first, cwd=tmp_path).stdout
