"""The strict form obeys the rules of providers, says the same otherwise, and is not given where it would be wrong."""

from __future__ import annotations

import enum
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openai import pydantic_function_tool
from pydantic import BaseModel, Field, create_model
from typing_extensions import TypedDict

from graphagent.tools import Function, tool
from graphagent.tools.strict import strict_schema

ALLOWED = {
    "type", "enum", "const", "format", "pattern", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "description",
    "exclusiveMaximum", "minItems", "maxItems", "anyOf", "$ref", "$defs", "properties", "required", "items",
    "additionalProperties",
}  # fmt: skip
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for child in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from nodes(child)


def obeys(strict: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(strict)
    assert strict["type"] == "object"
    for node in nodes(strict):
        assert node.keys() <= ALLOWED
        assert {"type", "anyOf", "$ref"} & node.keys()
        assert "$ref" not in node or node.keys() == {"$ref"}
        assert "$ref" not in node or node["$ref"].removeprefix("#/$defs/") in strict["$defs"]
        assert node.get("format", "date") in FORMATS
        assert "(?" not in node.get("pattern", "")
        types = node.get("type", "")
        if types == "object" or "object" in types:
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if types == "array" or "array" in types:
            assert isinstance(node["items"], dict)


def instances(schema: dict[str, Any], root: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Whatever conforms to a strict form."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return instances(target, root, depth + 3) if depth < 12 else st.nothing()
    if "anyOf" in schema:
        return st.one_of([instances(branch, root, depth + 1) for branch in schema["anyOf"]])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    text = st.from_regex(schema["pattern"]) if "pattern" in schema else st.text(st.characters(codec="utf-8"))
    simple: dict[str, st.SearchStrategy[Any]] = {
        "string": text,
        "integer": st.integers(schema.get("minimum"), schema.get("maximum")),
        "number": st.floats(schema.get("minimum"), allow_nan=False, allow_infinity=False),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    if "array" in types:
        items = instances(schema["items"], root, depth + 1)
        least = schema.get("minItems", 0)
        return st.lists(items, min_size=least, max_size=0 if items.is_empty and not least else 2)
    if "object" in types:
        parts = schema["properties"].items()
        return st.fixed_dictionaries({name: instances(part, root, depth + 1) for name, part in parts})
    return st.sampled_from(schema["enum"]) if "enum" in schema else st.one_of([simple[name] for name in types])


# -- any schema whatever ----------------------------------------------------------------------------------------------

words = st.sampled_from(["a", "b", "c"])
Schemas = st.SearchStrategy[dict[str, Any]]
TEXT = {
    "minLength": st.just(1),
    "format": st.sampled_from(["date", "binary"]),
    "pattern": st.sampled_from(["^a", "^(?!b)"]),
}
REMARKS = {"description": words, "title": words, "default": st.integers() | words, "examples": st.just([1])}
strings = st.fixed_dictionaries({"type": st.sampled_from(["string", ["string", "null"]])}, optional=TEXT | REMARKS)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number", "boolean", "null"])}, optional={"minimum": st.just(0)} | REMARKS
)
choices = st.fixed_dictionaries({"enum": st.just(["a", None]), "type": st.just(["string", "null"])}, optional=REMARKS)
references = st.fixed_dictionaries({"$ref": st.just("#/$defs/a")}, optional=REMARKS)
wild_leaves: Schemas = st.sampled_from(
    [{}, {"enum": ["a"]}, {"type": "string", "nullable": True}, {"$ref": "#/$defs/z"}, {"$ref": "#"}, {"type": "array"}]
)


def grown(inner: Schemas) -> Schemas:
    arrays = {"minItems": st.just(1), "uniqueItems": st.just(value=True)} | REMARKS
    keys = ("anyOf", "oneOf", "allOf")
    return st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional=arrays),
        objects(inner, st.just(value=False)),
        *(st.fixed_dictionaries({key: st.lists(inner, min_size=1, max_size=2)}, optional=REMARKS) for key in keys),
    )


def grown_wild(inner: Schemas) -> Schemas:
    return st.one_of(
        grown(inner),
        objects(inner, st.just(value=True) | inner),
        st.fixed_dictionaries({"type": st.just("array"), "prefixItems": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=1), "properties": st.just({"b": {}})}),
    )


def objects(inner: Schemas, openness: st.SearchStrategy[Any]) -> Schemas:
    properties = st.dictionaries(words, inner, max_size=3)
    optional = {"required": st.lists(words, unique=True, max_size=1), "additionalProperties": openness} | REMARKS
    return st.fixed_dictionaries({"type": st.just("object"), "properties": properties}, optional=optional)


def rooted(schemas: Schemas) -> Schemas:
    definitions = st.fixed_dictionaries({"a": objects(schemas, st.just(value=False))})
    return st.builds(lambda root, defs: root | {"$defs": defs}, objects(schemas, st.just(value=False)), definitions)


tame = st.recursive(strings | numbers | choices | references, grown, max_leaves=6)
roots = rooted(tame) | rooted(st.recursive(tame | wild_leaves, grown_wild, max_leaves=6))


@given(roots)
def test_the_strict_form_of_any_schema_obeys_the_rules(schema: dict[str, Any]) -> None:
    before = json.dumps(schema)
    strict = strict_schema(schema)
    assert json.dumps(schema) == before
    if strict is not None:
        obeys(strict)


@given(rooted(tame), st.data())
def test_what_the_strict_form_admits_the_schema_admits(schema: dict[str, Any], data: st.DataObject) -> None:
    """But for what is told instead of enforced, and for null in place of an argument that is left out."""
    strict = strict_schema(schema)
    assume(strict is not None)
    assert strict is not None
    strategy = instances(strict, strict)
    assume(not strategy.is_empty)
    value = data.draw(strategy)
    needed = schema.get("required", [])
    left_out = [
        name
        for name in value
        if value[name] is None and name not in needed and not admits(schema["properties"][name], None, schema)
    ]
    assert admits(schema, {name: item for name, item in value.items() if name not in left_out}, schema)


def admits(schema: Any, value: Any, root: dict[str, Any]) -> bool:
    """Whether a value conforms but for what only descriptions can say."""
    loose = json.loads(json.dumps({"$defs": root.get("$defs", {}), "allOf": [schema]}))
    for node in list(every(loose)):
        if "oneOf" in node:
            node["anyOf"] = node.pop("oneOf")
        for keyword in ("minLength", "uniqueItems", "pattern"):
            if keyword != "pattern" or "(?" in str(node.get("pattern")):
                node.pop(keyword, None)
    return bool(jsonschema.Draft202012Validator(loose).is_valid(value))


def every(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value. No property of these tests is named like a keyword."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every(child)


@given(roots)
def test_the_strict_form_of_a_strict_form_is_itself(schema: dict[str, Any]) -> None:
    strict = strict_schema(schema)
    if strict is not None:
        assert strict_schema(strict) == strict


# -- the provider's own transformation as an oracle -------------------------------------------------------------------


class Kind(enum.Enum):
    A = "a"
    B = "b"


class Inner(BaseModel):
    kind: Kind
    names: list[str]
    other: int | None


class Node(BaseModel):
    value: float
    following: Node | None


TYPES: list[Any] = [
    str, int, float, bool, None, list[int], Kind, Inner, Node, list[Inner], int | None, str | int, Inner | None,
    Literal["x", "y"], list[list[Kind]], Annotated[int, Field(ge=1, le=9)],
]  # fmt: skip


def untitled(schema: Any, *, names: bool = False) -> Any:
    """Without titles, and without the docstrings that pydantic takes over from enums."""
    if isinstance(schema, dict):
        return {
            key: untitled(value, names=key in ("properties", "$defs"))
            for key, value in schema.items()
            if names or key != "title"
        }
    return [untitled(item) for item in schema] if isinstance(schema, list) else schema


@given(st.lists(st.sampled_from(TYPES), max_size=6))
def test_it_agrees_with_the_client_library_where_everything_is_required(types: list[Any]) -> None:
    model = create_model("work", **{f"p{number}": (kind, ...) for number, kind in enumerate(types)})  # type: ignore[call-overload]
    theirs = untitled(pydantic_function_tool(model)["function"]["parameters"])
    theirs.setdefault("required", [])
    assert strict_schema(model.model_json_schema()) == theirs


# -- what a provider that enforces the form can send ---------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(TYPES), st.booleans()), max_size=4), st.data())
def test_whatever_conforms_to_the_strict_form_is_accepted(chosen: list[tuple[Any, bool]], data: st.DataObject) -> None:
    def work(**given: Any) -> dict[str, Any]:
        return given

    empty = inspect.Parameter.empty
    parameters = [
        inspect.Parameter(
            f"p{n}", inspect.Parameter.KEYWORD_ONLY, annotation=kind, default="unset" if optional else empty
        )
        for n, (kind, optional) in enumerate(chosen)
    ]
    work.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function = Function(work)
    exact = function.definition(strict=True)["function"]["parameters"]
    sent = data.draw(instances(exact, exact))
    jsonschema.Draft202012Validator(exact).validate(sent)
    received = function.invoke(function.validate(json.dumps(sent)))
    assert received.keys() == {
        name for name, value in sent.items() if value is not None or name in function.schema.nullable
    }


# -- what the rules do not reach --------------------------------------------------------------------------------------


@dataclass
class Span:
    start: int
    end: int = 5


def search(
    query: Annotated[str, Field(min_length=3, max_length=80)],
    limit: int = 10,
    after: str | None = None,
    span: Span | None = None,
    kind: Kind = Kind.A,
) -> None:
    """Find it.

    Args:
        query: What to find.
        limit: How many.
        kind: Of which kind.
    """


def test_what_cannot_be_enforced_is_told_instead() -> None:
    definition = Function(search).definition(strict=True)["function"]
    assert definition["strict"] is True
    obeys(definition["parameters"])
    assert definition["parameters"]["properties"] == {
        "query": {"type": "string", "description": "What to find. (maxLength: 80; minLength: 3)"},
        "limit": {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "How many. (default: 10)"},
        "after": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "span": {"anyOf": [{"$ref": "#/$defs/Span"}, {"type": "null"}]},
        "kind": {
            "anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}],
            "description": 'Of which kind. (default: "a")',
        },
    }
    inner = definition["parameters"]["$defs"]["Span"]["properties"]
    assert inner == {"start": {"type": "integer"}, "end": {"type": "integer", "description": "(default: 5)"}}


def anything(it: Any) -> None: ...
def open_dict(it: dict[str, int]) -> None: ...
def fixed_tuple(it: tuple[int, str]) -> None: ...
def bare_list(it: list) -> None: ...  # type: ignore[type-arg]
def keywords(**it: int) -> None: ...
def deep(it: list[list[list[list[list[list[list[list[list[list[list[int]]]]]]]]]]]) -> None: ...


@pytest.mark.parametrize("function", [anything, open_dict, fixed_tuple, bare_list, keywords, deep])
def test_what_has_no_strict_form_is_sent_as_not_strict(function: Any) -> None:
    made = Function(function)
    sent = made.definition(strict=True)["function"]
    assert (sent["strict"], sent["parameters"]) == (False, made.parameters)


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


def another() -> Endless:
    return Endless()


class Endless(BaseModel):
    inner: Endless = Field(default_factory=another)


@dataclass
class Box:
    items: list[int] = field(default_factory=list)
    size: int = 3
    label: str | None = None


def test_deep_inside_what_may_be_left_out_needs_another_way_to_say_so() -> None:
    """Or a model would be made to invent a year, or an object without end."""

    def nested(it: Any) -> dict[str, Any]:
        def work(it) -> None: ...  # type: ignore[no-untyped-def]

        work.__annotations__["it"] = it
        return dict(Function(work).definition(strict=True)["function"])

    assert [nested(kind)["strict"] for kind in (Movie, list[Movie], Endless, Box, Box | None)] == [False] * 3 + [
        True
    ] * 2
    box = nested(Box)["parameters"]["$defs"]["Box"]
    assert box["required"] == ["items", "size", "label"]


def test_the_tool_has_the_last_word_on_strictness() -> None:
    loose, exact = tool(strict=False)(search), tool(strict=True)(search)
    assert "strict" not in Function(search).definition()["function"]
    assert "strict" not in loose.definition(strict=True)["function"]
    assert exact.definition(strict=False)["function"]["strict"] is True


@pytest.mark.parametrize(
    "part",
    [
        {"allOf": [{"type": "object", "properties": {"a": {"type": "null"}}}], "properties": {"b": {"type": "null"}}},
        {"allOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]},
        {"$ref": "#/$defs/a", "properties": {"b": {"type": "null"}}},
        {"anyOf": [{"type": "object", "properties": {"a": {"type": "null"}}}], "required": ["a"]},
        {"enum": [1, "a"]},
    ],
)
def test_conjunctions_that_strictness_cannot_say_have_no_strict_form(part: dict[str, Any]) -> None:
    definitions = {"a": {"type": "object", "properties": {}}}
    assert strict_schema({"type": "object", "properties": {"p": part}, "$defs": definitions}) is None


def test_limits_on_size_are_kept() -> None:
    def with_properties(number: int) -> dict[str, Any]:
        return {"type": "object", "properties": {f"p{n}": {"type": "null"} for n in range(number)}}

    assert strict_schema(with_properties(4_000)) is not None
    assert strict_schema(with_properties(5_001)) is None
    assert (
        strict_schema({"type": "object", "properties": {"a": {"type": "integer", "enum": list(range(1_001))}}}) is None
    )
    endless: dict[str, Any] = {"type": "object", "properties": {}}
    for _ in range(3_000):
        endless = {"type": "object", "properties": {"a": {"anyOf": [endless]}}}
    assert strict_schema(endless) is None
