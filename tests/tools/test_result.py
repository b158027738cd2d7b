"""What a model is told of a result, and what an approval is bound to."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from graphagent.engine.digest import canonical
from graphagent.exceptions import ToolArgumentsError, ToolError
from graphagent.tools.result import result_text


class Colour(enum.Enum):
    RED = "red"


class Shade(str, enum.Enum):  # noqa: UP042 (the older form is meant)
    DARK = "dark"


class Model(BaseModel):
    when: datetime.date


@dataclass
class Point:
    x: int


class Odd:
    pass


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("True", "True"), ("", ""), (None, "None"), (True, "True"), (5, "5"), (1.5, "1.5"),
        ([1, "a", None], '[1,"a",null]'), ({"a": {"b": (1, 2)}}, '{"a":{"b":[1,2]}}'), ({1: True}, '{"1":true}'),
        (Model(when=datetime.date(2026, 1, 2)), '{"when":"2026-01-02"}'), ([Point(1)], '[{"x":1}]'),
        (datetime.date(2026, 1, 2), "2026-01-02"), (uuid.UUID(int=1), str(uuid.UUID(int=1))), (Colour.RED, "red"),
        (Shade.DARK, "dark"), (decimal.Decimal("1.50"), "1.50"), (Path("a/b"), "a/b"), (b"caf\xc3\xa9", "café"),
        ("café \U0001f600", "café \U0001f600"), ("a\udcff", "a\\udcff"), (["café"], '["café"]'),
    ],
)  # fmt: skip
def test_a_result_is_told_as_text(value: Any, text: str) -> None:
    assert result_text(value) == text
    result_text(value).encode()


def looped() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(5_000):
        value = [value]
    return value


@pytest.mark.parametrize("value", [Odd(), [Odd()], {"a": Odd}, looped(), deep(), b"\xff", print, ValueError("x")])
def test_a_result_that_cannot_be_told_says_so_and_that_the_tool_has_run(value: Any) -> None:
    with pytest.raises(
        ToolError, match=f"The tool has run, but its result, of type {type(value).__name__}, cannot"
    ) as caught:
        result_text(value)
    assert "0x" not in str(caught.value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=10,
)


@given(st.lists(json_values) | st.dictionaries(st.text(st.characters(codec="utf-8")), json_values))
def test_json_is_told_as_the_same_json(value: Any) -> None:
    assert json.loads(result_text(value)) == value


arguments = st.dictionaries(st.text(st.characters(codec="utf-8")), json_values, max_size=4)


@given(arguments, st.randoms())
def test_a_digest_does_not_depend_on_order_or_spacing(values: dict[str, Any], random: Any) -> None:
    keys = list(values)
    random.shuffle(keys)
    text = json.dumps({key: values[key] for key in keys}, indent=2)
    assert canonical("t", text) == canonical("t", values) == canonical("t", json.dumps(values).encode())
    assert len(canonical("t", values)) == 64


@given(st.tuples(st.text(max_size=3), arguments), st.tuples(st.text(max_size=3), arguments))
def test_a_digest_differs_where_name_or_arguments_do(
    one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]
) -> None:
    assert (canonical(*one) == canonical(*other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def test_a_digest_of_no_arguments_and_of_what_is_no_json() -> None:
    assert canonical("t", "") == canonical("t", "{}") == canonical("t", {})
    assert canonical("t", '{"a": "1"}') != canonical("t", '{"a": 1}')
    with pytest.raises(ToolArgumentsError):
        canonical("t", "{")
