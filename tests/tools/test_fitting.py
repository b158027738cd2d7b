"""What a JSON schema lets pass, its type lets pass; what the type refuses, the schema refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Len, Lt
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from graphagent.tools.fitting import read


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    size: Annotated[int, Ge(0)] = 1


class Tree(BaseModel):
    leaf: Leaf
    kind: Literal["small", "big", 3]
    below: list[Tree] = []


@dataclass
class Pair:
    left: int
    right: float | None = None


KINDS: list[Any] = [
    int, float, bool, str, int | None, list[int], dict[str, bool], Literal["a", 1], Tree, Leaf, Pair,
    tuple[int, str], Annotated[int, Ge(3), Lt(9)], Annotated[str, Len(1, 2)],
    Annotated[list[str], Len(1, 2)], list[Leaf] | int,
]  # fmt: skip
scalars = st.none() | st.booleans() | st.integers(-2, 12) | st.sampled_from(["a", "b", "big", "small", "ab", ""])
names = st.sampled_from(["name", "size", "leaf", "kind", "below", "left", "right", "other"])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))


@given(kind=st.sampled_from(KINDS), value=values, data=st.data())
def test_a_schema_and_its_type_agree(kind: Any, value: Any, data: st.DataObject) -> None:
    if data.draw(st.booleans(), "fits"):
        value = to_jsonable_python(data.draw(st.from_type(kind), "made"))
    adapter = TypeAdapter(kind)
    try:
        fits = True
        adapter.validate_python(value, strict=False)
    except ValidationError:
        fits = False
    if isinstance(value, str):  # text is read as what it says, too: what is refused must be refused both ways
        try:
            adapter.validate_json(value)
            fits = True
        except ValidationError:
            pass
    try:
        got = read(adapter.json_schema(), value)
    except ValueError:
        assert not fits
    else:
        assert fits
        adapter.validate_python(got)


@pytest.mark.parametrize(
    ("shape", "value", "told"),
    [
        ({"type": "integer"}, "many", "valid integer"),
        ({"type": "string", "pattern": "^(?!b)[a-c]+$"}, "bac", "pattern"),
        ({"enum": ["red", "blue"]}, "green", "'red' or 'blue'"),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], "1: "),
        ({"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}, {"age": -1}, "age: .*greater"),
    ],
)
def test_what_does_not_fit_is_told_by_its_place_and_without_the_value(shape: Any, value: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        read(shape, value)
    assert "many" not in str(raised.value)


def test_what_a_schema_says_in_unknown_words_is_not_looked_at() -> None:
    for shape in ({}, {"not": {"type": "string"}}, {"type": "string", "pattern": "("}, {"type": "colour"}):
        assert read(shape, "x") == "x"
