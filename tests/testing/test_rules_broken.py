"""Each way to break a good request is caught, and named with its place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from graphagent.testing.rules import violations

Body = dict[str, Any]


def closed(properties: Body) -> Body:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


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
