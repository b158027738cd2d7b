"""Schemas follow from signatures; what a schema admits is read, and read as what was meant."""

from __future__ import annotations

import datetime
import decimal
import enum
import functools
import inspect
import json
import pathlib
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from typing_extensions import TypedDict

from graphagent.exceptions import DefinitionError, ToolArgumentsError
from graphagent.tools import Function, tool
from graphagent.tools.names import INJECTED
from graphagent.tools.strict import strict_schema


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: str
    number: int = 1
    extra: str | None = None


@dataclass
class Point:
    x: int
    y: float = 0.5
    tags: list[str] = field(default_factory=list)


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Tree(BaseModel):
    name: str
    children: list[Tree] = []


ascii_text = st.text(st.characters(codec="utf-8"))
addresses = st.builds(Address, street=ascii_text, number=st.integers(-(2**53), 2**53), extra=st.none() | ascii_text)
points = st.builds(Point, st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.lists(ascii_text))
movies = st.fixed_dictionaries({"title": ascii_text}, optional={"year": st.integers()})
trees = st.recursive(
    st.builds(Tree, name=ascii_text),
    lambda inner: st.builds(Tree, name=ascii_text, children=st.lists(inner, max_size=2)),
)
times = st.datetimes(timezones=st.sampled_from([None, datetime.UTC]))
floats = st.floats(allow_nan=False, allow_infinity=False)

POOL: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, ascii_text),
    (int, st.integers()),
    (float, floats),
    (bool, st.booleans()),
    (None, st.none()),
    (Any, st.none() | st.booleans() | ascii_text | st.lists(st.integers())),
    (list[int], st.lists(st.integers())),
    (set[str], st.sets(ascii_text)),
    (tuple[int, str], st.tuples(st.integers(), ascii_text)),
    (dict[str, float], st.dictionaries(ascii_text, floats)),
    (int | str, st.integers() | ascii_text),
    (int | None, st.integers() | st.none()),
    (Literal["a", "b"], st.sampled_from(["a", "b"])),
    (Literal[1, "x"], st.sampled_from([1, "x"])),
    (Colour, st.sampled_from(Colour)),
    (Address, addresses),
    (Point, points),
    (Movie, movies),
    (Tree, trees),
    (list[Address] | Point, st.lists(addresses, max_size=2) | points),
    (Annotated[int, Field(ge=3, description="At least three.")], st.integers(min_value=3)),
    (Annotated[str, Field(min_length=2, pattern="^a")], ascii_text.map(lambda text: f"a{text}b")),
    (datetime.datetime, times),
    (datetime.date, st.dates()),
    (datetime.time, st.times()),
    (datetime.timedelta, st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=999))),
    (uuid.UUID, st.uuids()),
    (decimal.Decimal, st.decimals(allow_nan=False, allow_infinity=False, places=2)),
    (pathlib.Path, st.just(pathlib.PurePosixPath("a/b")).map(pathlib.Path)),
]
NAMES = [
    "a",
    "b",
    "_hidden",
    "model_config",
    "schema",
    "json",
    "copy",
    "self_",
    "tool",
    "arguments",
    "name",
    "fc",
    "cls",
]


@st.composite
def calls(draw: st.DrawFn) -> tuple[Function, dict[str, Any]]:
    """A tool of a random signature, and arguments for it: all of the required ones, some of the others."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))
    parameters, annotations, values = [], {}, {}
    for name in names:
        annotation, strategy = draw(st.sampled_from(POOL))
        optional = draw(st.booleans())
        default = draw(strategy) if optional else inspect.Parameter.empty
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )
        annotations[name] = annotation
        if not optional or draw(st.booleans()):
            values[name] = draw(strategy)

    def anything(**given: Any) -> dict[str, Any]:
        return given

    anything.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return Function(anything), values


def as_json(function: Function, values: dict[str, Any]) -> str:
    parameters = inspect.signature(function.entrypoint).parameters
    dumped = {
        name: TypeAdapter(parameters[name].annotation).dump_python(value, mode="json") for name, value in values.items()
    }
    return json.dumps(dumped)


def conforms(instance: Any, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(instance)


@given(calls())
def test_a_call_sees_the_values_that_were_meant(call: tuple[Function, dict[str, Any]]) -> None:
    function, values = call
    text = as_json(function, values)
    conforms(json.loads(text), function.parameters)
    assert function.invoke(function.validate(text)) == values


@given(calls())
def test_the_schema_is_a_valid_json_schema_that_lists_exactly_the_parameters(call: tuple[Function, Any]) -> None:
    function, _ = call
    jsonschema.Draft202012Validator.check_schema(function.parameters)
    parameters = inspect.signature(function.entrypoint).parameters
    assert list(function.parameters["properties"]) == list(parameters)
    needed = [name for name, parameter in parameters.items() if parameter.default is parameter.empty]
    assert function.parameters.get("required", []) == needed
    assert function.parameters["additionalProperties"] is False


@given(calls(), st.data())
def test_under_the_strict_schema_null_stands_for_left_out(
    call: tuple[Function, dict[str, Any]], data: st.DataObject
) -> None:
    """Whatever is left out can be sent as null where the strict form requires all; the function sees the same."""
    function, values = call
    exact = strict_schema(function.parameters)
    if exact is None:
        return
    sent = json.loads(as_json(function, values))
    optional = [name for name in exact["properties"] if name not in values and name not in function.schema.nullable]
    sent |= dict.fromkeys(data.draw(st.sets(st.sampled_from(optional))) if optional else [])
    assert function.invoke(function.validate(json.dumps(sent))) == values


@given(st.one_of(ascii_text, st.sampled_from(["True", "none", " padded ", "null", "1", "[1]", "{}", "0x1", "'q'", ""])))
def test_text_is_never_mangled(text: str) -> None:
    @tool
    def say(text: str, also: str = "x", nested: list[str] | None = None) -> list[Any]:
        return [text, also, nested]

    assert say.invoke(say.validate(json.dumps({"text": text, "also": text, "nested": [text]}))) == [text, text, [text]]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | floats | ascii_text,
        lambda x: st.lists(x, max_size=3) | st.dictionaries(ascii_text, x, max_size=3),
        max_leaves=8,
    )
)
def test_without_an_annotation_any_value_passes_as_it_is(value: Any) -> None:
    def keep(it, **more):  # type: ignore[no-untyped-def]
        return it, more

    function = Function(keep)
    assert function.invoke(function.validate(json.dumps({"it": value, "other": value}))) == (value, {"other": value})


# -- what is shown ----------------------------------------------------------------------------------------------------

STYLES = {
    "google": """Do it.

    More of it.
    Args:
        town (str): Where, with
            a second line.
        days: How long.

    Returns:
        Nothing much.
    """,
    "numpy": """Do it.

    More of it.

    Parameters
    ----------
    town : str
        Where, with
        a second line.
    days : int
        How long.
    """,
    "rest": """Do it.

    More of it.

    :param town: Where, with
        a second line.
    :param days: How long.
    :returns: Nothing much.
    """,
    "epytext": """Do it.

    More of it.

    @param town: Where, with
        a second line.
    @param days: How long.
    """,
}


@pytest.mark.parametrize("style", STYLES)
def test_docstrings_of_every_style_describe_tool_and_parameters(style: str) -> None:
    def forecast(town: str, days: int = 3) -> None: ...

    forecast.__doc__ = STYLES[style]
    function = Function(forecast)
    assert function.description == "Do it.\n\nMore of it."
    shown = function.parameters["properties"]
    assert shown["town"] == {"type": "string", "description": "Where, with\na second line."}
    assert shown["days"] == {"type": "integer", "description": "How long.", "default": 3}


@given(
    st.text(alphabet=":@ \nx-")
    | st.lists(st.sampled_from(["::", "    ", ":param", "Args:", "@param", "\n"])).map("".join)
)
@example("::    :param")
def test_no_docstring_is_in_the_way_of_a_tool(text: str) -> None:
    def work(x: int) -> None: ...

    work.__doc__ = text
    assert Function(work).definition()["function"]["parameters"]["required"] == ["x"]


def test_what_the_author_says_stands_before_the_docstring() -> None:
    @tool(description="Mine.")
    def forecast(town: Annotated[str, Field(description="Of the type.")]) -> None:
        """Not mine.

        Args:
            town: Of the docstring.
        """

    assert forecast.description == "Mine."
    assert forecast.parameters["properties"]["town"]["description"] == "Of the type."


def test_what_the_run_fills_in_is_not_shown_and_not_accepted() -> None:
    def work(  # type: ignore[no-untyped-def]
        item: str,
        agent: Nowhere,  # type: ignore[name-defined]  # noqa: F821
        session_state: dict[str, Any],
        run_context,
        idempotency_key: str,
        **more: int,
    ):
        return more

    function = Function(work)
    assert list(function.parameters["properties"]) == ["item"]
    assert function.signature.injected == INJECTED
    assert function.parameters["additionalProperties"] == {"type": "integer"}
    with pytest.raises(ToolArgumentsError, match="may not contain agent"):
        function.validate('{"item": "x", "agent": 1}')


def test_keywords_that_a_partial_has_bound_are_neither_shown_nor_accepted() -> None:
    def search(query: str, key: str, limit: int = 3) -> tuple[str, str, int]:
        """Find it."""
        return query, key, limit

    function = Function(functools.partial(search, key="secret"), name="search")
    assert list(function.parameters["properties"]) == ["query", "limit"]
    assert function.description == "Find it."
    assert "secret" not in json.dumps(function.definition())
    assert function.invoke(function.validate('{"query": "q"}')) == ("q", "secret", 3)
    with pytest.raises(ToolArgumentsError, match="key: is not an argument"):
        function.validate('{"query": "q", "key": "other"}')


def test_a_ready_made_schema_is_shown_as_it_is_and_its_requirements_hold() -> None:
    ready = {"type": "object", "properties": {"q": {"type": "string"}, "n": {"type": "integer"}}, "required": ["q"]}
    function = Function(lambda **arguments: arguments, name="search", parameters=ready)
    assert function.parameters == ready
    assert function.validate('{"q": "x", "n": null, "more": 1}') == {"q": "x", "more": 1}
    with pytest.raises(ToolArgumentsError, match="q: is required"):
        function.validate("{}")
    undescribed = function.copy(parameters={"type": "object", "required": ["q"]})
    with pytest.raises(ToolArgumentsError, match="q: is required"):
        undescribed.validate("{}")


def test_an_object_with_a_call_method_is_a_tool() -> None:
    class Search:
        async def __call__(self, query: str) -> str:
            """Find it."""
            return query

    function = Function(Search(), name="search")
    assert function.definition()["function"]["description"] == "Find it."
    assert function.is_async
    assert function.invoke(function.validate('{"query": "q"}')) == "q"


def test_threads_that_need_the_schema_at_once_all_get_a_whole_one() -> None:
    expected = Function(many).parameters
    for _ in range(20):
        barrier = threading.Barrier(4)

        def work(function: Function, barrier: threading.Barrier = barrier) -> Any:
            barrier.wait()
            return function.parameters, function.validate('{"a": {"street": "s"}, "b": [], "c": "red"}')["c"]

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(work, [Function(many)] * 4)) == [(expected, Colour.RED)] * 4


def many(a: Address, b: list[Tree], c: Colour, d: Point | None = None, e: float = 0.5) -> None: ...


# -- what cannot be a tool ---------------------------------------------------------------------------------------------


def positional(*values: int) -> None: ...
def unnamed(value: int, /) -> None: ...
def nowhere(fine: int, value: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821
def unknown(fine: int, value: threading.Lock) -> None: ...
def callback(fine: int, value: Callable[[int], int]) -> None: ...


class Unbound:
    def method(self, value: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (positional, r"'positional' takes \*values by position.*a list"),
        (unnamed, "'unnamed' takes value by position"),
        (nowhere, "'nowhere': the type 'Nowhere' of parameter 'value' cannot be resolved"),
        (unknown, "'unknown': a model cannot fill parameter 'value'"),
        (callback, "'callback': a model cannot fill parameter 'value'"),
        (Unbound.method, "'method' is a method without its object"),
    ],
)
def test_a_signature_that_no_model_can_fill_is_refused_by_name(function: Any, told: str) -> None:
    with pytest.raises(DefinitionError, match=told):
        _ = Function(function).parameters
