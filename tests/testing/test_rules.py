"""The rules accept what the service accepts, and catch each way to break a good request."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import pydantic_function_tool
from pydantic import BaseModel, ConfigDict

from graphagent.testing.rules import violations
from graphagent.testing.rules.messages import ROLES
from graphagent.testing.rules.options import PARAMETERS

Body = dict[str, Any]

texts = st.text(max_size=20)
names = st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True)
call_ids = st.from_regex(r"call_[a-z0-9]{1,30}", fullmatch=True)
leaves: list[Body] = [{"type": "string"}, {"type": ["integer", "null"]}, {"enum": ["a", 1]}, {"$ref": "#/$defs/other"}]


def closed(properties: Body) -> Body:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


schemas = st.recursive(
    st.sampled_from(leaves),
    lambda inner: st.one_of(
        st.dictionaries(names, inner, max_size=3).map(closed),
        inner.map(lambda items: {"type": "array", "items": items}),
        inner.map(lambda one: {"anyOf": [one, {"type": "null"}]}),
    ),
    max_leaves=4,
)
strict_roots = st.dictionaries(names, schemas, max_size=3).map(
    lambda properties: {**closed(properties), "$defs": {"other": {"type": "number"}}}
)
loose_roots = st.dictionaries(names, schemas, max_size=2).map(
    lambda properties: {"type": "object", "properties": properties}
)
strictness: st.SearchStrategy[Body] = st.one_of(
    st.fixed_dictionaries({"parameters": strict_roots, "strict": st.just(True)}),
    st.fixed_dictionaries({"parameters": loose_roots}),
    st.just({}),
)


@st.composite
def tool_turns(draw: st.DrawFn) -> list[Body]:
    """An assistant message with calls, and their answers in any order."""
    ids = draw(st.lists(call_ids, min_size=1, max_size=3, unique=True))
    calls = [
        {"id": id, "type": "function", "function": {"name": draw(names), "arguments": draw(texts)}}
        for id in ids  # arguments may be malformed: the model wrote them
    ]
    message = {"role": "assistant", "content": draw(st.none() | texts), "tool_calls": calls}
    return [
        message,
        *({"role": "tool", "tool_call_id": id, "content": draw(texts)} for id in draw(st.permutations(ids))),
    ]


parts = st.one_of(
    texts.map(lambda text: {"type": "text", "text": text}),
    st.just({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}),
    st.just({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
)
user_turns = st.builds(
    lambda content: [{"role": "user", "content": content}], texts | st.lists(parts, min_size=1, max_size=2)
)
named_turns = st.builds(lambda name: [{"role": "user", "content": "I", "name": name}], names)
assistant_turns = texts.map(lambda text: [{"role": "assistant", "content": text}])
refused_turns = texts.map(lambda text: [{"role": "assistant", "content": None, "refusal": f"No. {text}"}])
system_turns = st.builds(
    lambda role, text: [{"role": role, "content": text}], st.sampled_from(["system", "developer"]), texts
)
turns = st.one_of(user_turns, named_turns, assistant_turns, refused_turns, system_turns, tool_turns())
conversations = st.lists(turns, min_size=1, max_size=6).map(
    lambda lists: [message for turn in lists for message in turn]
)
options = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "max_completion_tokens": st.integers(1, 100),
        "n": st.integers(1, 3),
        "stop": st.lists(texts, min_size=1, max_size=4),
        "response_format": st.one_of(
            st.just({"type": "text"}),
            st.builds(
                lambda name, schema: {
                    "type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}
                },
                names,
                strict_roots,
            ),
        ),
    },
)  # fmt: skip
streaming = st.sampled_from(
    [{}, {"stream": False}, {"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}]
)


@st.composite
def offers(draw: st.DrawFn) -> Body:
    """Some tools, and what may be said about them."""
    listed = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    tools = [
        {"type": "function", "function": {"name": name, "description": draw(texts), **draw(strictness)}}
        for name in listed
    ]
    named = {"type": "function", "function": {"name": draw(st.sampled_from(listed))}}
    several = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [named]}}
    choice = draw(st.sampled_from([None, "auto", "none", "required", named, several]))
    parallel = draw(st.sampled_from([{}, {"parallel_tool_calls": False}]))
    return {"tools": tools, **({"tool_choice": choice} if choice else {}), **parallel}


bodies: st.SearchStrategy[Body] = st.builds(
    lambda messages, *more: {
        "model": "local",
        "messages": messages,
        **{k: v for each in more for k, v in each.items()},
    },
    conversations,
    st.just({}) | offers(),
    options,
    streaming,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(body=bodies)
def test_a_good_request_breaks_no_rule(body: Body, check_request: Callable[[Body], list[str]]) -> None:
    """And the service's own schema agrees that it is good: otherwise the rules would be tested on bad examples."""
    assert check_request(body) == []
    assert violations(body) == []


GOOD: Body = {
    "model": "local",
    "messages": [
        {"role": "system", "content": "You add."},
        {"role": "user", "content": [{"type": "text", "text": "1 + 2, and 3 * 4?"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a":1,"b":2}'}},
                {"id": "call_2", "type": "function", "function": {"name": "mul", "arguments": '{"a":3,"b":4}'}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "3"},
        {"role": "tool", "tool_call_id": "call_2", "content": "12"},
        {"role": "user", "content": "Thanks. And now?"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "add",
                "strict": True,
                "parameters": closed(
                    {
                        "a": {"type": "integer"},
                        "b": {"type": "array", "items": {"type": "string"}},
                        "c": closed({"d": {"type": "string"}}),
                    }
                ),
            },
        },
        {"type": "function", "function": {"name": "mul", "parameters": {"type": "object", "properties": {}}}},
    ],
    "tool_choice": {"type": "function", "function": {"name": "add"}},
    "parallel_tool_calls": True,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "sum", "strict": True, "schema": closed({"n": {"type": "integer"}})},
    },
    "stream": True,
    "stream_options": {"include_usage": True},
}

Path = tuple[str | int, ...]
DELETED = "(deleted)"
calls: Path = ("messages", 2, "tool_calls")
add: Path = ("tools", 0, "function")
parameters: Path = (*add, "parameters")
mul: Path = ("tools", 1, "function", "parameters")
schema: Path = ("response_format", "json_schema", "schema")
unknown = {"type": "function", "function": {"name": "sub"}}
wanted: Path = ("response_format", "json_schema")


def broken(path: Path, value: Any) -> Body:
    """GOOD with the value at `path` replaced, deleted, or changed by a function."""
    body = copy.deepcopy(GOOD)
    *way, last = path
    place: Any = body
    for step in way:
        place = place[step]
    if value is DELETED:
        del place[last]
    else:
        place[last] = value(place[last]) if callable(value) else value
    return body


# where a request is broken, how, and where the rules say so
MUTATIONS: list[tuple[Path, Any, str]] = [
    (("model",), DELETED, "model"),
    (("model",), "", "model"),
    (("max_token",), 5, "max_token"),
    (("messages",), DELETED, "messages"),
    (("messages",), [], "messages"),
    (("messages", 0), "hello", "messages[0].role"),
    (("messages", 0, "role"), "wizard", "messages[0].role"),
    (("messages", 0, "content"), None, "messages[0].content"),
    (("messages", 0, "content"), [], "messages[0].content"),
    (("messages", 0, "content"), [{"type": "image_url", "image_url": {"url": "x"}}], "messages[0].content[0].type"),
    (("messages", 1, "content"), [{"type": "hologram"}], "messages[1].content[0].type"),
    (("messages", 1, "content"), [{"type": "text"}], "messages[1].content[0].text"),
    (("messages", 1, "content"), 7, "messages[1].content"),
    (("messages", 1, "name"), "Ann Lee", "messages[1].name"),
    (("messages", 1, "name"), 5, "messages[1].name"),
    (("messages", 1, "metrics"), {}, "messages[1].metrics"),
    (("messages", 2, "reasoning_content"), "hm", "messages[2].reasoning_content"),
    ((*calls,), None, "messages[2].tool_calls"),
    ((*calls,), [], "messages[2].tool_calls"),
    ((*calls,), DELETED, "messages[2].content"),
    ((*calls, 0, "id"), DELETED, "messages[2].tool_calls[0].id"),
    ((*calls, 0, "id"), "c" * 41, "messages[2].tool_calls[0].id"),
    ((*calls, 1, "id"), "call_1", "messages[2].tool_calls[1].id"),
    ((*calls, 0, "type"), DELETED, "messages[2].tool_calls[0].type"),
    ((*calls, 0, "function"), DELETED, "messages[2].tool_calls[0].function"),
    ((*calls, 0, "function", "name"), "add numbers", "messages[2].tool_calls[0].function.name"),
    ((*calls, 0, "function", "name"), "a" * 65, "messages[2].tool_calls[0].function.name"),
    ((*calls, 0, "function", "arguments"), {"a": 1}, "messages[2].tool_calls[0].function.arguments"),
    (("messages",), lambda old: old[:3], "messages[3].role"),
    (("messages",), lambda old: [*old[:4], *old[5:]], "messages[4].role"),
    (("messages",), lambda old: [*old[:3], old[5], *old[3:5]], "messages[3].role"),
    (("messages",), lambda old: [*old[:5], old[4], old[5]], "messages[5].tool_call_id"),
    (("messages",), lambda old: [*old, old[4]], "messages[6].role"),
    (("messages", 3, "tool_call_id"), "call_9", "messages[3].role"),
    (("messages", 3, "tool_call_id"), DELETED, "messages[3].tool_call_id"),
    (("messages", 3, "content"), {"sum": 3}, "messages[3].content"),
    (("messages", 3, "content"), None, "messages[3].content"),
    (("tools",), [], "tools"),
    (("tools",), lambda old: [old[0]] * 129, "tools"),
    (("tools",), DELETED, "tool_choice"),
    (("tools", 0), "add", "tools[0].type"),
    (("tools", 0, "type"), "web_search", "tools[0].type"),
    ((*add,), DELETED, "tools[0].function"),
    ((*add, "name"), "add.numbers", "tools[0].function.name"),
    ((*add, "name"), DELETED, "tools[0].function.name"),
    ((*add, "name"), "mul", "tools[1]"),
    ((*add, "description"), "d" * 1025, "tools[0].function.description"),
    ((*parameters,), {}, "tools[0].function.parameters"),
    ((*parameters, "type"), "array", "tools[0].function.parameters"),
    ((*parameters, "properties"), DELETED, "tools[0].function.parameters"),
    ((*parameters, "anyOf"), [{"type": "object"}], "tools[0].function.parameters"),
    ((*parameters, "additionalProperties"), DELETED, "tools[0].function.parameters"),
    ((*parameters, "additionalProperties"), True, "tools[0].function.parameters"),
    ((*parameters, "required"), DELETED, "tools[0].function.parameters"),
    ((*parameters, "required"), ["a", "b"], "tools[0].function.parameters"),
    ((*parameters, "required"), ["a", "b", "c", "e"], "tools[0].function.parameters"),
    ((*parameters, "properties", "a"), {}, "tools[0].function.parameters.properties.a"),
    ((*parameters, "properties", "a", "default"), 1, "tools[0].function.parameters.properties.a"),
    ((*parameters, "properties", "a"), {"oneOf": [{"type": "string"}]}, "tools[0].function.parameters.properties.a"),
    ((*parameters, "properties", "a"), {"$ref": "#", "description": "x"}, "tools[0].function.parameters.properties.a"),
    ((*parameters, "properties", "b", "items"), DELETED, "tools[0].function.parameters.properties.b"),
    ((*parameters, "properties", "b", "items"), {}, "tools[0].function.parameters.properties.b.items"),
    ((*parameters, "properties", "a"), "integer", "tools[0].function.parameters.properties.a"),
    ((*parameters, "properties", "c", "required"), [], "tools[0].function.parameters.properties.c"),
    ((*mul, "properties"), DELETED, "tools[1].function.parameters"),
    ((*mul, "properties", "x"), {"anyOf": [{"type": "array"}]}, "tools[1].function.parameters.properties.x.anyOf[0]"),
    ((*mul, "properties", "x"), {"type": "array"}, "tools[1].function.parameters.properties.x"),
    (("tool_choice",), "any", "tool_choice"),
    (("tool_choice", "function", "name"), "sub", "tool_choice"),
    (("tool_choice",), {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [unknown]}}, "tool_choice"),
    (("tool_choice",), {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}, "tool_choice"),
    (("parallel_tool_calls",), "yes", "parallel_tool_calls"),
    (("response_format", "type"), "yaml", "response_format.type"),
    ((*wanted, "name"), "the sum", "response_format.json_schema.name"),
    ((*wanted, "name"), DELETED, "response_format.json_schema.name"),
    ((*schema, "type"), "string", "response_format.json_schema.schema"),
    ((*schema, "additionalProperties"), DELETED, "response_format.json_schema.schema"),
    ((*schema, "properties", "n"), {"allOf": []}, "response_format.json_schema.schema.properties.n"),
    (wanted, DELETED, "response_format.json_schema"),
    (("response_format",), {"type": "json_object"}, "messages"),
    (("stream",), False, "stream_options"),
    (("stream",), DELETED, "stream_options"),
    (("stream",), "true", "stream"),
    (("stream_options",), True, "stream_options"),
    (("stream_options", "include_usage"), "yes", "stream_options.include_usage"),
    (("n",), 0, "n"),
    (("n",), True, "n"),
    (("stop",), ["a"] * 5, "stop"),
    (("top_logprobs",), 3, "top_logprobs"),
    (("modalities",), ["text", "audio"], "audio"),
]  # fmt: skip


def test_the_request_to_be_broken_is_good(check_request: Callable[[Body], list[str]]) -> None:
    assert violations(GOOD) == []
    assert check_request(GOOD) == []


@pytest.mark.parametrize(("path", "value", "where"), MUTATIONS, ids=[where for *_, where in MUTATIONS])
def test_a_broken_rule_is_named_with_its_place(path: Path, value: Any, where: str) -> None:
    assert where in [violation.partition(": ")[0] for violation in violations(broken(path, value))]


def test_both_limits_of_tokens_exclude_each_other() -> None:
    assert violations({**GOOD, "max_tokens": 5, "max_completion_tokens": 5})[0].startswith("max_tokens: ")


def test_parallel_calls_need_tools() -> None:
    body = {"model": "local", "messages": GOOD["messages"], "parallel_tool_calls": False}
    assert violations(body) == ["parallel_tool_calls: It is only allowed when 'tools' are specified."]


def test_json_mode_is_accepted_once_the_word_is_said() -> None:
    body = {
        "model": "local",
        "response_format": {"type": "json_object"},
        "messages": [{"role": "user", "content": "In JSON!"}],
    }
    assert violations(body) == []


@given(body=bodies, data=st.data())
def test_messages_in_another_order_pass_only_where_each_call_is_still_answered_in_its_place(
    body: Body, data: st.DataObject
) -> None:
    """Against another telling of the rule: glue each assistant message to its answers; nothing else may be there."""
    messages = data.draw(st.permutations(body["messages"]).map(list))
    messages = messages[: data.draw(st.integers(1, len(messages)))]
    rest = list(messages)
    good = True
    while rest and good:
        ids = [call["id"] for call in rest.pop(0).get("tool_calls", [])]
        answers = [message.get("tool_call_id") for message in rest[: len(ids)]]
        good = sorted(ids) == sorted(map(str, answers)) and (len(rest) == len(ids) or rest[len(ids)]["role"] != "tool")
        rest = rest[len(ids) :]
    starts_well = messages[0]["role"] != "tool"
    assert (violations({"model": "local", "messages": messages}) == []) == (good and starts_well)


@given(body=json_values | bodies, data=st.data())
def test_no_request_is_too_strange_to_be_judged(body: Any, data: st.DataObject) -> None:
    """Also a good one with any value put in any place."""
    place: Any = body
    while isinstance(place, dict | list) and place:
        step = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not data.draw(st.booleans()):
            place[step] = data.draw(json_values)
            break
        place = place[step]
    assert all(": " in violation for violation in violations(body))


def test_the_rules_know_every_parameter_and_message_field_of_the_service(service_schema: Body) -> None:
    definitions = service_schema["$defs"]

    def properties(schema: Body) -> set[str]:
        inherited = [
            properties(definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part)
            for part in schema.get("allOf", [])
        ]
        return set(schema.get("properties", {})).union(*inherited)

    assert properties(definitions["CreateChatCompletionRequest"]) == PARAMETERS
    for role, (fields, _) in ROLES.items():
        assert properties(definitions[f"ChatCompletionRequest{role.capitalize()}Message"]) == fields


def test_a_strict_tool_made_by_the_official_client_is_accepted() -> None:
    class Part(BaseModel):
        name: str

    class Order(BaseModel):
        model_config = ConfigDict(extra="forbid")
        parts: list[Part]
        main: Part | None
        amount: float

    tool = json.loads(json.dumps(pydantic_function_tool(Order)))
    assert violations({"model": "local", "messages": [{"role": "user", "content": "x"}], "tools": [tool]}) == []
