"""What a person is asked for belongs to one call, and their answers are read by the declared types."""

from __future__ import annotations

import datetime
import enum
import json
from typing import Annotated, Any, Literal, NewType, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from graphagent.exceptions import DefinitionError, ToolArgumentsError
from graphagent.tools import Function, Toolset, UserInputField, tool
from graphagent.tools.function import UserInputField as SameField
from graphagent.tools.user_control_flow import UserControlFlowTools
from graphagent.tools.user_input import FIELD_TYPES, shown_type


class Priority(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Address(BaseModel):
    street: str
    number: int = 1


@tool(user_input_fields=["to_address", "urgent"])
def send_email(subject: str, body: str, to_address: str, urgent: bool = False) -> Any:
    """Send an email.

    Args:
        subject (str): The subject of the email.
        to_address (str): The address to send the email to.
    """
    return subject, body, to_address, urgent


@tool(requires_user_input=True)
def travel(
    to: str,
    day: datetime.date,
    people: int = 1,
    stops: list[str] | None = None,
    priority: Priority = Priority.LOW,
    address: Address | None = None,
    note: Annotated[str, Field(max_length=3)] = "",
) -> Any:
    return dict(locals())


def answered(function: Function, arguments: dict[str, Any], **answers: Any) -> dict[str, Any]:
    fields = function.user_input_schema(arguments)
    for field in fields:
        if field.name in answers:
            field.value = answers[field.name]
    return function.fill(arguments, fields)


def test_fields_for_a_person_are_hidden_from_the_model() -> None:
    assert list(send_email.parameters["properties"]) == ["subject", "body"]
    assert send_email.parameters["required"] == ["subject", "body"]
    assert send_email.validate('{"subject": "s", "body": "b"}') == {"subject": "s", "body": "b"}
    with pytest.raises(ToolArgumentsError, match="to_address: is not an argument"):
        send_email.validate('{"subject": "s", "body": "b", "to_address": "model@example.com"}')


def test_a_hidden_field_is_not_accepted_among_further_keywords_either() -> None:
    @tool(user_input_fields=["to_address"])
    def send(to_address: str, **headers: str) -> Any:
        return to_address, headers

    with pytest.raises(ToolArgumentsError, match="may not contain to_address"):
        send.validate('{"to_address": "model@example.com", "x": "y"}')
    assert send.invoke(answered(send, {"x": "y", "to_address": "model"}, to_address="t")) == ("t", {"x": "y"})


def test_with_no_fields_named_the_model_sees_all_and_needs_to_give_none() -> None:
    assert list(travel.parameters["properties"]) == ["to", "day", "people", "stops", "priority", "address", "note"]
    assert "required" not in travel.parameters
    assert travel.validate('{"day": "2026-11-01", "to": null}') == {"day": datetime.date(2026, 11, 1)}
    with pytest.raises(ToolArgumentsError, match="day: "):
        travel.validate('{"day": "soon"}')


def test_the_form_has_every_parameter_with_its_type_its_text_and_what_the_model_said() -> None:
    assert UserInputField is SameField
    assert send_email.user_input_schema({"subject": "s", "body": "b", "to_address": "from the model"}) == [
        UserInputField("subject", str, "The subject of the email.", "s"),
        UserInputField("body", str, None, "b"),
        UserInputField("to_address", str, "The address to send the email to.", None),
        UserInputField("urgent", bool, None, None),
    ]


def test_two_calls_of_one_tool_have_two_forms() -> None:
    first, second = send_email.user_input_schema({"subject": "1"}), send_email.user_input_schema({"subject": "2"})
    first[2].value = "ann"
    assert [second[0].value, second[2].value] == ["2", None]
    assert send_email.user_input_schema({"subject": "3"})[2].value is None


def test_answers_are_read_by_the_declared_types_as_people_type_them() -> None:
    filled = answered(
        travel,
        {"to": "Rome"},
        day="2026-11-01",
        people="3",
        stops='["Milan", "Pisa"]',
        priority="high",
        address='{"street": "Via Roma"}',
    )
    assert travel.invoke(filled) == {
        "to": "Rome",
        "day": datetime.date(2026, 11, 1),
        "people": 3,
        "stops": ["Milan", "Pisa"],
        "priority": Priority.HIGH,
        "address": Address(street="Via Roma"),
        "note": "",
    }
    as_values = answered(travel, {"to": "Rome"}, day=datetime.date(2026, 11, 1), address=Address(street="Via Roma"))
    assert (as_values["day"], as_values["address"]) == (filled["day"], filled["address"])


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_answer_is_never_mangled(text: str) -> None:
    filled = answered(send_email, {"subject": "s", "body": text}, to_address=text)
    assert send_email.invoke(filled) == ("s", text, text, False)


def test_a_person_has_the_last_word_over_the_model() -> None:
    assert answered(send_email, {"subject": "s", "body": "b"}, subject="S", to_address="t")["subject"] == "S"
    assert answered(travel, {"to": "Rome", "day": "2026-11-01", "people": 4}, people=None) == {
        "to": "Rome",
        "day": datetime.date(2026, 11, 1),
        "stops": None,
        "address": None,
    }


def test_what_the_model_says_of_a_hidden_field_never_counts() -> None:
    with pytest.raises(ToolArgumentsError, match="to_address: is required"):
        answered(send_email, {"subject": "s", "body": "b", "to_address": "model@example.com"})


def test_answers_that_do_not_fit_are_all_named_and_can_be_given_again() -> None:
    fields = travel.user_input_schema({})
    by_name = {field.name: field for field in fields}
    by_name["day"].value, by_name["people"].value = "tomorrow", "[1]"
    by_name["note"].value, by_name["address"].value = '"abc"', '{"number": "x"}'
    with pytest.raises(ToolArgumentsError) as caught:
        travel.fill({}, fields)
    assert str(caught.value) == (
        "The answers of 'travel' do not fit:\n"
        "- to: is required\n"
        "- day: Input should be a valid date or datetime, input is too short\n"
        "- people: Input should be a valid integer\n"
        "- address.street: is required\n"
        "- address.number: Input should be a valid integer, unable to parse string as an integer\n"
        "- note: String should have at most 3 characters"
    )
    by_name["to"].value, by_name["day"].value, by_name["people"].value = "Rome", "2026-11-01", 2
    by_name["note"].value = by_name["address"].value = None
    assert travel.fill({}, fields)["people"] == 2


def test_a_field_that_the_tool_does_not_have_is_refused() -> None:
    with pytest.raises(ToolArgumentsError, match=r"'send_email' has no field 'address'. Did you mean 'to_address'\?"):
        send_email.fill({}, [UserInputField("address", str, value="x")])


def test_an_answer_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ToolArgumentsError, match="cannot be kept as JSON"):
        answered(send_email, {"subject": "s", "body": "b"}, to_address=object())


def test_the_schema_of_the_answers_is_that_of_all_parameters() -> None:
    assert list(send_email.form({}).parameters["properties"]) == ["subject", "body", "to_address", "urgent"]


def test_an_injected_parameter_is_no_field_for_a_person() -> None:
    with pytest.raises(DefinitionError, match="names 'agent', which is not a parameter to fill"):
        tool(name="say", user_input_fields=["agent"])(lambda agent, text: text)


def test_a_field_survives_json_and_its_type_comes_from_a_fixed_list() -> None:
    for kind in {*FIELD_TYPES.values()}:
        field = UserInputField("a", kind, "Text.", None)
        assert UserInputField.from_dict(json.loads(json.dumps(field.to_dict()))) == field
    written = UserInputField("a", Priority, None, Priority.HIGH).to_dict()
    assert written == {"name": "a", "field_type": "Priority", "description": None, "value": "high"}
    assert UserInputField.from_dict(written).field_type is str
    assert UserInputField.from_dict({"name": "a", "field_type": "__import__('os').system('true')"}).field_type is str


Name = NewType("Name", str)


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        (str, str), (int | None, int), (Optional[int], int), (list[int], list), (dict[str, int], dict), (Any, str),  # noqa: UP045
        (Annotated[int, Field(ge=1)], int), (Literal["a", "b"], str), (Literal[1, 2], int), (int | str, str), (None, str),
        (Priority, Priority), (Address, Address), (Address | None, Address), (Name, str), (datetime.date, datetime.date),
    ],
)  # fmt: skip
def test_the_type_shown_to_a_person_is_a_class_with_a_name(annotation: Any, shown: type) -> None:
    assert shown_type(annotation) is shown
    assert shown_type(annotation).__name__


# -- the model makes up the form --------------------------------------------------------------------------------------

asking = UserControlFlowTools().functions["get_user_input"]
ASKED = {
    "user_input_fields": [
        {"field_name": "to_address", "field_type": "str", "field_description": "Whom to write to."},
        {"field_name": "copies", "field_type": "integer"},
        {"field_name": "day", "field_type": "date"},
        {"field_name": "odd", "field_type": "__import__('os').system('touch /tmp/owned')"},
    ]
}


def test_a_model_can_ask_for_fields_of_its_own() -> None:
    assert (asking.gate, asking.policy) == ("input", "read")
    assert asking.user_input_schema(ASKED) == [
        UserInputField("to_address", str, "Whom to write to.", None),
        UserInputField("copies", int, None, None),
        UserInputField("day", datetime.date, None, None),
        UserInputField("odd", str, None, None),
    ]
    filled = answered(asking, ASKED, to_address="t@example.com", copies="2", day="2026-11-01", odd="1")
    assert asking.invoke(filled) == {
        "to_address": "t@example.com",
        "copies": 2,
        "day": datetime.date(2026, 11, 1),
        "odd": "1",
    }


def test_every_field_it_asks_for_must_be_answered_and_fit() -> None:
    with pytest.raises(
        ToolArgumentsError, match=r"- copies: Input should be a valid integer[^\n]*\n- day: is required$"
    ):
        answered(asking, ASKED, to_address="t", copies="many", odd="")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{}", "user_input_fields: is required"),
        ('{"user_input_fields": []}', "at least one field"),
        ('{"user_input_fields": [{"field_name": "", "field_type": "str"}]}', "a name of its own"),
        (
            '{"user_input_fields": [{"field_name": "a", "field_type": "str"}, {"field_name": "a", "field_type": "int"}]}',
            "a name of",
        ),
        ('{"user_input_fields": [{"field_type": "str"}]}', r"user_input_fields\[0\].field_name: is required"),
    ],
)
def test_a_form_that_cannot_be_filled_goes_back_to_the_model(arguments: str, told: str) -> None:
    with pytest.raises(ToolArgumentsError, match=told):
        asking.validate(arguments)


def test_the_asking_tool_is_strict_and_brings_its_instructions() -> None:
    assert asking.definition(strict=True)["function"]["strict"] is True
    assert "get_user_input" in Toolset([UserControlFlowTools()]).instructions[0]
    assert Toolset([UserControlFlowTools(add_instructions=False)]).instructions == []
    assert UserControlFlowTools(instructions="Ask.").instructions == "Ask."
