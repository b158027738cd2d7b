"""What may be recorded comes back equal; what would not is refused, with the way to it."""

from __future__ import annotations

import datetime
import enum
from collections import OrderedDict, defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from histories import VALUES
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import from_json, to_json

from graphagent.exceptions import NotStorable
from graphagent.storage.storable import DEPTH, copied, storable


class Colour(enum.StrEnum):
    RED = "red"


class Model(BaseModel):
    n: int = 1


class Point(NamedTuple):
    x: int
    y: int


# Anything that Python has, in places where JSON values are expected.
ANYTHING = st.recursive(
    VALUES
    | st.text()
    | st.floats()
    | st.binary(max_size=3)
    | st.datetimes()
    | st.decimals()
    | st.integers(10**4290, 10**4310)
    | st.sampled_from([Colour.RED, Model(), object(), ..., {1}, 1j]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=6,
)


def plain(value: Any) -> Any:
    """A value with tuples as lists, all through."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@given(ANYTHING)
def test_what_is_let_through_loads_back_equal_and_nothing_else_would_have(value: Any) -> None:
    try:
        storable(value)
    except NotStorable:
        assert not comes_back(value)
    else:
        assert comes_back(value)


def comes_back(value: Any) -> bool:
    """Whether a value survives JSON, judged by trying it."""
    try:
        return bool(from_json(to_json(value), allow_inf_nan=False) == plain(value))
    except ValueError:
        return False


@given(VALUES)
def test_a_copy_is_equal_and_shares_nothing(value: Any) -> None:
    copy = copied([value, value])
    assert copy == [value, value]
    if isinstance(value, dict | list):
        assert copy[0] is not value
        assert copy[0] is not copy[1]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Colour.RED, "red"),
        (Point(1, 2), [1, 2]),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (OrderedDict(b=1), {"b": 1}),
        (True, True),
        ("\0\x7f\U0001f600", "\0\x7f\U0001f600"),
        (2**64, 2**64),
        (-0.0, -0.0),
    ],
    ids=repr,
)
def test_what_is_json_in_all_but_type_becomes_plain(value: Any, kept: Any) -> None:
    copy = copied({"value": value})["value"]
    assert (copy, type(copy), repr(copy)) == (kept, type(kept), repr(kept))


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({"a": [1, {"b": float("nan")}]}, "$.a[1].b", "no number nan"),
        ({"a": -float("inf")}, "$.a", "no number -inf"),
        ({"a": {1: 2}}, "$.a", "key of a dict must be text, and this is of type int"),
        ({"x y": [0, "\ud800"]}, "$['x y'][1]", "lone surrogate at position 0"),
        ({"\ud800": 1}, "$", "lone surrogate"),
        ((b"secret",), "$[0]", "of type bytes; encode bytes as text"),
        (datetime.date(2026, 1, 1), "$", "of type date; use .isoformat()"),
        ({"m": Model()}, "$.m", 'use .model_dump(mode="json")'),
        ({"d": Decimal(1)}, "$.d", "of type Decimal"),
        ({"s": {1, 2}}, "$.s", "of type set"),
        ([10**4300], "$[0]", "more than 4300 digits"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_is_named_with_path_and_reason(value: Any, path: str, reason: str) -> None:
    with pytest.raises(NotStorable, match=r"cannot be recorded") as refused:
        storable(value)
    assert refused.value.path == path
    assert reason in str(refused.value)
    assert str(refused.value).startswith(path)
    assert "secret" not in str(refused.value)


def test_a_path_begins_where_the_caller_says() -> None:
    with pytest.raises(NotStorable) as refused:
        storable({"a": b""}, path="$.state")
    assert refused.value.path == "$.state.a"


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value] if levels % 2 else {"a": value}
    return value


def test_depth_has_an_end_that_the_decoder_reaches() -> None:
    """What a user may give, with all that the record puts around it, is still read back."""
    for levels in (DEPTH, DEPTH - 1):
        assert copied(nested(levels)) == nested(levels)
        assert from_json(b"[" * 50 + to_json(nested(levels)) + b"]" * 50)
    with pytest.raises(NotStorable, match="nested too deep"):
        copied(nested(DEPTH + 1))


def test_what_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value.append({"again": value})
    with pytest.raises(NotStorable, match="contains itself") as refused:
        copied(value)
    assert len(refused.value.path) < 250
