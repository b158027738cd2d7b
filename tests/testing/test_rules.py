"""The rules accept what the service accepts, and judge whatever comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

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
