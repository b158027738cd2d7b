"""What people fill in: read by its declared type, refused without consequences, and never shared between calls."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, SecretBytes, SecretStr

from graphagent import Agent, RunResponse, tool
from graphagent.exceptions import DefinitionError, ToolArgumentsError
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.sqlite import SqliteStorage
from graphagent.tools.function import UserInputField


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Person(BaseModel):
    name: str
    age: int = Field(ge=0)


class Login(BaseModel):
    name: str
    password: SecretStr


CASES: list[tuple[Any, Any, Any, Any]] = [
    # type, what is typed, what the tool gets, what is refused
    (int, "42", 42, "many"),
    (float, "1.5", 1.5, "x"),
    (bool, "true", True, "perhaps"),
    (str, "plain", "plain", 3),
    (str, "42", "42", None),
    (date, "2026-11-22", date(2026, 11, 22), "tomorrow"),
    (date, date(2026, 11, 22), date(2026, 11, 22), "2026-13-01"),
    (datetime, "2026-11-22T10:00:00Z", datetime.fromisoformat("2026-11-22T10:00:00Z"), "x"),
    (time, "10:30", time(10, 30), "25:00"),
    (timedelta, "PT1H", timedelta(hours=1), "x"),
    (Decimal, "1.10", Decimal("1.10"), "x"),
    (UUID, "00000000-0000-0000-0000-000000000001", UUID(int=1), "x"),
    (Colour, "red", Colour.RED, "green"),
    (Colour, Colour.BLUE, Colour.BLUE, "BLUE"),
    (Literal["a", "b"], "a", "a", "c"),
    (list[int], "[1, 2]", [1, 2], "1, 2"),
    (list[int], [1, 2], [1, 2], ["x"]),
    (dict[str, int], '{"a": 1}', {"a": 1}, "a=1"),
    (int | None, "3", 3, "x"),
    (Person, '{"name": "Ann", "age": 3}', Person(name="Ann", age=3), '{"name": "Ann", "age": -1}'),
    (list[Person], [{"name": "Ann", "age": 3}], [Person(name="Ann", age=3)], [{}]),
    (str | int, 3, 3, [1]),
]  # fmt: skip


def taker(kind: Any, got: list[Any], storage: SqliteStorage | None = None) -> Agent:
    """An agent with one tool whose one argument, of this type, a person fills in."""

    def take(value: Any) -> str:
        """Take a value.

        Args:
            value: What it is.
        """
        got.append(value)
        return "taken"

    take.__annotations__["value"] = kind
    model = ScriptedModel(lambda messages: "Done." if messages[-1]["role"] == "tool" else call("take"))
    return Agent(name="a", model=model, tools=[tool(requires_user_input=True)(take)], storage=storage)


@pytest.mark.parametrize(("kind", "typed", "expected", "wrong"), CASES, ids=lambda value: str(value)[:24])
def test_answers_are_read_by_their_type_also_after_a_restart(
    kind: Any, typed: Any, expected: Any, wrong: Any, tmp_path: Any
) -> None:
    got: list[Any] = []
    file = tmp_path / "runs.db"
    response = taker(kind, got, SqliteStorage(db_file=file)).run("Go.")
    later = taker(kind, got, SqliteStorage(db_file=file))  # another object, as in another process
    response = later.get_run(response.run_id or "")
    (field,) = response.tools[0].user_input_schema or [UserInputField("nothing", str)]
    assert (field.name, field.description) == ("value", "What it is.")
    if wrong is not None:
        field.value = wrong
        before = later.store.load(response.run_id or "")
        with pytest.raises(ToolArgumentsError, match="value"):
            later.continue_run(response)
        assert later.store.load(response.run_id or "") == before  # nothing was consumed
        assert later.get_run(response.run_id or "").is_paused
        assert got == []
    field.value = typed
    assert later.continue_run(response).content == "Done."
    assert got == [expected]
    assert type(got[0]) is type(expected)


@pytest.mark.parametrize(("kind", "typed", "expected", "wrong"), CASES, ids=lambda value: str(value)[:24])
def test_answers_are_read_by_their_type_without_the_agent_too(kind: Any, typed: Any, expected: Any, wrong: Any) -> None:
    """Whoever decides knows the request alone; what does not fit is refused before it is recorded, by its name."""
    got: list[Any] = []
    agent = taker(kind, got)
    run_id = agent.run("Go.").run_id or ""
    inbox, before = Inbox(agent.store), agent.store.load(run_id)
    (request,) = inbox.pending()
    if wrong is not None:
        with pytest.raises(ToolArgumentsError, match="'value'"):
            inbox.answer(run_id, request.call_id, {"value": wrong})
        assert agent.store.load(run_id) == before
    inbox.answer(run_id, request.call_id, {"value": typed})
    assert agent.continue_run(run_id=run_id).content == "Done."
    assert got == [expected]
    assert type(got[0]) is type(expected)


def test_what_does_not_fit_is_refused_without_the_agent_too() -> None:
    got: list[Any] = []
    agent = taker(int, got)
    response: RunResponse = agent.run("Go.")
    inbox, call_id = Inbox(agent.store), response.tools[0].tool_call_id
    for values in ({"value": "many"}, {"value": None}, {}, {"other": 3}):
        with pytest.raises(ToolArgumentsError):
            inbox.answer(response.run_id or "", call_id, values)
    assert agent.get_run(response.run_id or "").is_paused
    inbox.answer(response.run_id or "", call_id, {"value": "3"})
    agent.continue_run(run_id=response.run_id)
    assert got == [3]


@pytest.mark.parametrize("kind", [SecretStr, SecretBytes, SecretStr | None, list[SecretStr], Login, dict[str, Login]])
@pytest.mark.parametrize("fields", [["secret"], ["account"], []])
def test_no_secret_is_asked_for_in_a_form(kind: Any, fields: list[str]) -> None:
    """An answer has to outlive its process, so it would be on record in clear, or reach the tool as stars."""

    def log_in(account: str, secret: Any) -> str:
        """Log in."""
        raise AssertionError("called")

    log_in.__annotations__["secret"] = kind
    asking = tool(requires_user_input=True, user_input_fields=fields)(log_in)
    agent = Agent(model=ScriptedModel([call("log_in", account="ann")]), tools=[asking])
    with pytest.raises(DefinitionError, match=r"'log_in'.*'secret'"):
        agent.run("Go.")
    assert agent.store.runs() == []
