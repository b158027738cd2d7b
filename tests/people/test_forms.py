"""Forms belong to calls: each its own, each handed in whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from graphagent import Agent, tool
from graphagent.exceptions import ToolArgumentsError
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage
from graphagent.tools.function import UserInputField


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


def test_an_error_in_one_form_leaves_the_decisions_beside_it_undecided() -> None:
    got: list[Any] = []

    @tool(requires_confirmation=True)
    def pay() -> str:
        """Pay."""
        got.append("paid")
        return "paid"

    agent = taker(int, got)
    model = ScriptedModel([[call("pay"), call("take")], "Done."])
    agent = agent.copy(model=model, tools=[*(agent.tools or ()), pay])
    response = agent.run("Go.")
    response.tools[0].confirmed = True
    assert response.tools[1].user_input_schema is not None
    response.tools[1].user_input_schema[0].value = "many"
    with pytest.raises(ToolArgumentsError, match="take"):
        agent.continue_run(response)
    assert [t.is_paused for t in agent.get_run(response.run_id or "").tools] == [True, True]
    response.tools[1].user_input_schema[0].value = "3"
    assert agent.continue_run(response).content == "Done."
    assert sorted(map(str, got)) == ["3", "paid"]


def mailer(got: list[Any], *calls: Any) -> Agent:
    @tool(user_input_fields=["to", "copy_to"])
    def mail(subject: str, to: str, copy_to: str | None = None) -> str:
        """Mail.

        Args:
            subject: What about.
            to: Whom.
            copy_to: Who else.
        """
        got.append((subject, to, copy_to))
        return f"mailed {to}"

    return Agent(model=ScriptedModel([list(calls), "Done."]), tools=[mail])


def test_two_calls_of_one_tool_never_share_a_form() -> None:
    got: list[Any] = []
    agent = mailer(got, call("mail", subject="a"), call("mail", subject="b"))
    response = agent.run("Go.")
    one, two = (tool.user_input_schema or [] for tool in response.tools_requiring_user_input)
    assert [field.value for field in one] == ["a", None, None]
    assert [field.value for field in two] == ["b", None, None]
    one[1].value = "ann"
    assert two[1].value is None
    response = agent.continue_run(response)
    assert [t.is_paused for t in response.tools] == [False, True]
    assert response.tools[1].user_input_schema is not None
    response.tools[1].user_input_schema[1].value = "bob"
    response.tools[1].user_input_schema[2].value = "cid"
    agent.continue_run(response)
    assert sorted(got) == [("a", "ann", None), ("b", "bob", "cid")]


def test_a_model_neither_sees_nor_fills_the_fields_of_a_person() -> None:
    got: list[Any] = []
    agent = mailer(got, call("mail", subject="a"))
    response = agent.run("Go.")
    assert isinstance(agent.model, ScriptedModel)
    shown = agent.model.requests[0].tools
    assert shown is not None
    assert b"copy_to" not in shown
    assert b"subject" in shown
    (asked,) = response.tools_requiring_user_input
    assert [f.name for f in asked.user_input_schema or () if f.value is None] == ["to", "copy_to"]


def test_a_form_of_empty_options_is_handed_in_by_saying_so() -> None:
    got: list[Any] = []

    @tool(requires_user_input=True)
    def note(text: str | None = None) -> str:
        """Note."""
        got.append(text)
        return "noted"

    agent = Agent(model=ScriptedModel([call("note"), "Done."]), tools=[note])
    response = agent.run("Go.")
    assert agent.continue_run(response).is_paused
    response.tools[0].answered = True
    assert agent.continue_run(response).content == "Done."
    assert got == [None]


def test_handing_in_a_form_that_lacks_something_says_what() -> None:
    agent = mailer([], call("mail", subject="a"))
    response = agent.run("Go.")
    response.tools[0].answered = True
    with pytest.raises(ToolArgumentsError, match="to"):
        agent.continue_run(response)


def test_a_field_that_the_form_has_not_is_refused() -> None:
    agent = mailer([], call("mail", subject="a"))
    response = agent.run("Go.")
    form = response.tools[0].user_input_schema
    assert form is not None
    form[1].value = "ann"
    form.append(UserInputField("sender", str, value="x"))
    with pytest.raises(ToolArgumentsError, match="sender"):
        agent.continue_run(response)
