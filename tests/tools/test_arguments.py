"""Arguments that do not fit end in a text that a model can act on, whatever they are."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel

from graphagent.exceptions import ToolArgumentsError
from graphagent.tools import tool


class Line(BaseModel):
    item: str
    amount: int


def odd(value: str) -> str:
    if value == "boom":
        raise KeyError(value)
    if len(value) % 2 == 0:
        raise ValueError("the length must be odd")
    return value


@tool
def order(
    lines: list[Line],
    urgency: Literal["low", "high"] = "low",
    code: Annotated[str, AfterValidator(odd)] = "x",
    **notes: int,
) -> None: ...


@tool
def add(a: int, b: int = 2) -> int:
    return a + b


def told(arguments: str, function: Any = order) -> str:
    with pytest.raises(ToolArgumentsError) as caught:
        function.validate(arguments)
    return str(caught.value)


def test_every_field_that_does_not_fit_is_named_and_no_value_is_repeated() -> None:
    arguments = {
        "lines": [{"item": "hunter2", "amount": "hunter3"}, {"amount": 1}],
        "urgency": "hunter4",
        "code": "hunt",
        "n": "hunter5",
    }
    assert told(json.dumps(arguments)) == (
        "The arguments of 'order' do not fit:\n"
        "- lines[0].amount: Input should be a valid integer, unable to parse string as an integer\n"
        "- lines[1].item: is required\n"
        "- urgency: Input should be 'low' or 'high'\n"
        "- code: Value error, the length must be odd\n"
        "- n: Input should be a valid integer, unable to parse string as an integer"
    )


def test_unknown_arguments_are_told_which_there_are() -> None:
    assert (
        told('{"a": 1, "c": 2}', add) == "The arguments of 'add' do not fit:\n- c: is not an argument; there are: a, b"
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("[]", "must be one JSON object."),
        ('"a"', "must be one JSON object."),
        ("{", "must be one JSON object: Invalid JSON: EOF while parsing an object"),
        ("{'a': 1}", "must be one JSON object: Invalid JSON: key must be a string"),
        ('{"a": True}', "must be one JSON object: Invalid JSON: expected value"),
        ('{"a": 1} {"a": 2}', "must be one JSON object: Invalid JSON: trailing characters"),
        ('{"a": "\\ud800"}', "must be one JSON object: Invalid JSON: "),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "must be one JSON object: Invalid JSON: recursion limit exceeded"),
        ('{"a": ' + "9" * 5000 + "}", "Invalid JSON: number out of range"),
        ("\ud800", "must be one JSON object."),
    ],
)
def test_what_is_not_one_json_object_is_told_so(arguments: str, reason: str) -> None:
    assert reason in told(arguments, add)


@pytest.mark.parametrize("arguments", ["", " ", "\n", "{}"])
def test_no_arguments_are_no_arguments(arguments: str) -> None:
    @tool
    def now() -> str:
        return "12:00"

    assert now.validate(arguments) == {}
    assert told(arguments, add) == "The arguments of 'add' do not fit:\n- a: is required"


def test_defaults_are_supplied_by_the_function_itself() -> None:
    assert add.validate('{"a": 1}') == {"a": 1}
    assert add.validate('{"a": 1, "b": null}') == {"a": 1}
    assert add.invoke(add.validate('{"a": 1}')) == 3


def test_null_is_a_value_where_the_type_has_it() -> None:
    @tool
    def mark(done: bool | None = True, more: Any = 5) -> Any:
        return done, more

    assert mark.invoke(mark.validate('{"done": null, "more": null}')) == (None, None)
    assert mark.invoke(mark.validate("{}")) == (True, 5)


def test_a_validator_that_breaks_is_no_crash() -> None:
    assert told('{"lines": [], "code": "boom"}') == "The arguments of 'order' could not be read: KeyError: 'boom'"


def test_many_mistakes_are_cut_short() -> None:
    text = told(json.dumps({"lines": [{}] * 400}))
    assert text.endswith("… and 790 more")
    assert len(text) < 1000


def test_the_last_of_two_equal_keys_counts_as_it_does_where_arguments_are_shown() -> None:
    text = '{"a": 1, "a": 2}'
    assert add.validate(text)["a"] == json.loads(text)["a"] == 2


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    ).map(json.dumps)
)
def test_any_text_whatever_is_read_or_refused(text: str) -> None:
    for function in (order, add):
        try:
            function.validate(text)
        except ToolArgumentsError as error:
            refusal = str(error)
        else:
            refusal = ""
        assert len(refusal) < 5000
        assert "pydantic.dev" not in refusal
