"""Toolkits set options by name, and a name that is not there is an error; toolsets have one tool for each name."""

from __future__ import annotations

import functools
import json
import types
from typing import Any

import pytest
from pydantic_core import from_json

from graphagent.exceptions import DefinitionError
from graphagent.tools import Function, Toolkit, Toolset, tool
from graphagent.tools.toolkit import Toolkit as SameToolkit


class EmailTools(Toolkit):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(name="EmailTools", tools=[self.send_email, self.get_emails], *args, **kwargs)  # type: ignore[misc]  # noqa: B026 (as people write it)

    def send_email(self, subject: str, body: str, to_address: str) -> str:
        """Send an email to the given address.

        Args:
            subject (str): The subject of the email.
            body (str): The body of the email.
            to_address (str): The address to send the email to.
        """
        return f"Sent email to {to_address} with subject {subject} and body {body}"

    def get_emails(self, date_from: str, date_to: str) -> list[dict[str, str]]:
        """Get all emails between the given dates."""
        return [{"date": date_from}, {"date": date_to}]


class Registering(Toolkit):
    """A kit that registers its tools one by one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.register(self.ping)
        self.register(self.ping, name="pong")

    def ping(self) -> str:
        return "…"


def alone(text: str) -> str:
    return text


LISTS = {
    "requires_confirmation_tools": "requires_confirmation",
    "requires_user_input_tools": "requires_user_input",
    "external_execution_required_tools": "external_execution",
    "stop_after_tool_call_tools": "stop_after_tool_call",
    "show_result_tools": "show_result",
}


def test_a_subclass_lists_its_methods_and_passes_options_on() -> None:
    kit = EmailTools(requires_confirmation_tools=["send_email"], instructions="Be brief.", add_instructions=True)
    assert Toolkit is SameToolkit
    assert (kit.name, list(kit.functions)) == ("EmailTools", ["send_email", "get_emails"])
    assert [function.gate for function in kit.functions.values()] == ["confirm", None]
    assert list(kit.functions["send_email"].parameters["properties"]) == ["subject", "body", "to_address"]
    assert kit.functions["get_emails"].invoke({"date_from": "a", "date_to": "b"}) == [{"date": "a"}, {"date": "b"}]
    assert kit.send_email("s", "b", "t") == "Sent email to t with subject s and body b"


@pytest.mark.parametrize("argument", LISTS)
@pytest.mark.parametrize("kit", [EmailTools, Registering])
def test_each_list_sets_its_option_on_the_tools_it_names_and_on_no_other(argument: str, kit: type[Toolkit]) -> None:
    options: Any = {argument: ["get_emails" if kit is EmailTools else "pong"]}
    made = kit(**options)
    untouched, touched = made.functions.values()
    assert getattr(touched, LISTS[argument]) is True
    assert getattr(untouched, LISTS[argument]) is False


@pytest.mark.parametrize("argument", [*LISTS, "include_tools", "exclude_tools"])
def test_a_name_in_any_list_that_is_no_tool_is_refused(argument: str) -> None:
    """A typo must never switch a gate off."""
    with pytest.raises(
        DefinitionError, match=f"{argument} of toolkit 'EmailTools' names 'send_mail'.*mean 'send_email'"
    ):
        EmailTools(**{argument: ["send_mail"]})
    late = Registering(**{argument: ["ping", "send_mail"]})
    with pytest.raises(DefinitionError, match="send_mail"):
        Toolset([late])


def test_tools_are_chosen_by_name_and_those_left_out_can_still_be_named() -> None:
    assert list(EmailTools(include_tools=["get_emails"]).functions) == ["get_emails"]
    kit = EmailTools(exclude_tools=["send_email"], requires_confirmation_tools=["send_email"])
    assert list(kit.functions) == ["get_emails"]


def test_two_gates_for_one_tool_are_refused() -> None:
    with pytest.raises(DefinitionError, match="can have one of requires_confirmation and external_execution"):
        EmailTools(requires_confirmation_tools=["send_email"], external_execution_required_tools=["send_email"])


def test_cache_options_hold_for_all_tools() -> None:
    kit = EmailTools(cache_results=True, cache_ttl=5, cache_dir="x")
    assert {(f.cache_results, f.cache_ttl, f.cache_dir) for f in kit.functions.values()} == {(True, 5, "x")}
    assert not EmailTools(cache_ttl=5).functions["send_email"].cache_results


def test_tools_that_are_not_registered_are_not_there() -> None:
    kit = Toolkit(tools=[alone], auto_register=False, requires_confirmation_tools=["alone"])
    assert kit.functions == {}
    kit.register(kit.tools[0])
    assert Toolset([kit]).functions["alone"].gate == "confirm"
    assert Toolkit().name == "Toolkit"


def test_a_kit_with_two_tools_of_one_name_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'Toolkit' has two different tools named 'alone'"):
        Toolkit(tools=[alone, tool(requires_confirmation=True)(alone)])


# -- toolsets ---------------------------------------------------------------------------------------------------------


def test_a_toolset_takes_all_kinds_of_tools_in_their_order() -> None:
    decorated = tool(name="second")(alone)
    toolset = Toolset([alone, decorated, EmailTools(), {"type": "web_search"}, {"type": "web_search"}])
    assert list(toolset.functions) == ["alone", "second", "send_email", "get_emails"]
    assert toolset.functions["second"] is decorated
    sent = from_json(b"[" + toolset.wire + b"]")
    assert sent == [*(function.definition() for function in toolset.functions.values()), {"type": "web_search"}]
    strict = from_json(b"[" + toolset.encoded(strict=True) + b"]")
    assert [one["function"].get("strict") for one in strict[:-1]] == [True] * 4
    assert Toolset([]).wire == b""


def test_the_same_tool_given_twice_is_there_once() -> None:
    kit, decorated = EmailTools(), tool(alone)
    toolset = Toolset([kit, alone, alone, decorated, kit, kit.send_email, *kit.functions.values()])
    assert list(toolset.functions) == ["send_email", "get_emails", "alone"]


def test_two_different_tools_of_one_name_are_refused() -> None:
    """Also where only a gate differs, for then nobody could say which holds."""
    gated, other = tool(requires_confirmation=True)(alone), Function(len, name="alone")
    pairs: list[list[Any]] = [[alone, gated], [EmailTools(), EmailTools()], [alone, other]]
    for pair in pairs:
        with pytest.raises(DefinitionError, match="Two different tools are named"):
            Toolset(pair)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (lambda: None, "'<lambda>' cannot be the name of a tool"),
        (tool(name="a" * 64)(alone), None),
        (types.FunctionType(alone.__code__, {}, "a" * 65), "cannot be the name of a tool: use 1 to 64"),
        (EmailTools, "EmailTools is a class, not a tool"),
        ("alone", "'alone' cannot be called"),
        (functools.partial(alone), "A partial has no name"),
        ({"type": "function", "function": {"name": "x"}}, "nobody would answer its calls"),
    ],
)
def test_what_is_no_tool_is_refused(thing: Any, told: str | None) -> None:
    if told is None:
        assert Toolset([thing]).functions
        return
    with pytest.raises(DefinitionError, match=told):
        Toolset([thing])


def test_a_name_in_another_script_is_refused_since_providers_do() -> None:
    def größe(name: str) -> None: ...  # noqa: PLC2401 (the subject)

    with pytest.raises(DefinitionError, match="'größe' cannot be the name of a tool"):
        Toolset([größe])


def test_instructions_are_those_of_kits_and_tools_that_add_them_once() -> None:
    told = tool(instructions="Say it twice.")(alone)
    silent = tool(name="silent", instructions="Never.", add_instructions=False)(alone)
    kit = EmailTools(instructions="Be brief.", add_instructions=True)
    mute = Registering(instructions="Not added.")
    assert Toolset([told, kit, silent, kit, told, mute]).instructions == ["Be brief.", "Say it twice."]


def test_a_definition_is_what_the_service_documents() -> None:
    sent = json.loads(Toolset([alone]).encoded(strict=True))
    assert sent == {
        "type": "function",
        "function": {
            "name": "alone",
            "description": "",
            "parameters": {
                "type": "object",
                "properties": {"text": {"type": "string"}},
                "required": ["text"],
                "additionalProperties": False,
            },
            "strict": True,
        },
    }
