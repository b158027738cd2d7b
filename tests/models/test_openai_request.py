"""Every request is one the service accepts, and holds what was given and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from graphagent.exceptions import DefinitionError
from graphagent.models.base import Request
from graphagent.models.openai import OpenAIChat
from graphagent.models.openai.body import RESERVED, SENT, encode
from graphagent.models.openai.connection import Connection

HELLO = Request(to_json({"role": "user", "content": "Hello."}))
TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "Point", "strict": True, "schema": {"type": "object"}},
}

# A good value of every option that is sent as it is.
GOOD: dict[str, Any] = {
    "temperature": 0.5,
    "top_p": 0.9,
    "max_completion_tokens": 100,
    "max_tokens": 100,
    "reasoning_effort": "low",
    "verbosity": "low",
    "frequency_penalty": -1.5,
    "presence_penalty": 1.5,
    "logit_bias": {"50256": -100},
    "logprobs": True,
    "top_logprobs": 3,
    "seed": 7,
    "stop": ["END", "STOP"],
    "modalities": ["text", "audio"],
    "audio": {"voice": "alloy", "format": "wav"},
    "prediction": {"type": "content", "content": "Hello."},
    "web_search_options": {"search_context_size": "low"},
    "service_tier": "flex",
    "store": False,
    "metadata": {"order": "7"},
    "user": "u1",
    "safety_identifier": "u1",
    "prompt_cache_key": "k1",
    "prompt_cache_retention": "24h",
}
OURS = {
    "id", "provider", "supports_native_structured_outputs", "strict_output", "parallel_tool_calls", "stream_options",
    "request_params", "extra_body",
}  # fmt: skip


def body(model: OpenAIChat, request: Request = HELLO, *, streamed: bool = False) -> dict[str, Any]:
    decoded: dict[str, Any] = from_json(encode(model, request, streamed=streamed))
    return decoded


def test_every_option_is_sent_or_known_to_be_ours() -> None:
    """An option that nobody reads would be a lie: each has a home in the body, in the connection, or in the model."""
    assert set(OpenAIChat._fields) == {*SENT, *OURS, *Connection._fields}
    assert set(GOOD) == set(SENT)


@given(given_options=st.sets(st.sampled_from(sorted(GOOD))), streamed=st.booleans(), tools=st.booleans())
def test_what_is_given_is_sent_under_its_name_and_the_service_takes_it(
    check_request: Any, given_options: set[str], streamed: bool, tools: bool
) -> None:
    options = {name: GOOD[name] for name in given_options}
    request = Request(HELLO.messages, to_json(TOOL) if tools else b"", "auto", SCHEMA)
    sent = body(OpenAIChat("gpt-5.5", **options, parallel_tool_calls=False), request, streamed=streamed)
    assert check_request(sent) == []
    expected = {"messages": [from_json(HELLO.messages)], "model": "gpt-5.5", "response_format": SCHEMA, **options}
    expected |= {"tools": [TOOL], "tool_choice": "auto", "parallel_tool_calls": False} if tools else {}
    expected |= {"stream": True, "stream_options": {"include_usage": True}} if streamed else {}
    assert sent == expected


def test_messages_and_tools_go_out_as_the_bytes_they_are() -> None:
    messages = b'{"role":"user", "content":"\\u00e9"},{"role":"user","content":"\xc3\xa9"}'
    tools = b'{"type":"function","function":{"name":"a"}},  {"type":"custom","custom":{"name":"b"}}'
    sent = encode(OpenAIChat(), Request(messages, tools), streamed=False)
    assert messages in sent
    assert tools in sent


def test_options_that_are_none_are_not_sent() -> None:
    assert body(OpenAIChat("m", temperature=None, stop=None)) == body(OpenAIChat("m"))


def test_usage_can_be_left_out_for_servers_that_refuse_to_be_asked_for_it() -> None:
    assert "stream_options" not in body(OpenAIChat("m", stream_options=None), streamed=True)


def test_schemas_are_enforced_unless_told_otherwise() -> None:
    request = Request(HELLO.messages, response_format=SCHEMA)
    assert body(OpenAIChat("m"), request)["response_format"]["json_schema"]["strict"] is True
    assert body(OpenAIChat("m", strict_output=False), request)["response_format"]["json_schema"]["strict"] is False
    assert SCHEMA["json_schema"]["strict"] is True, "the caller's format is left alone"
    plain = Request(HELLO.messages, response_format={"type": "json_object"})
    assert body(OpenAIChat("m", strict_output=False), plain)["response_format"] == {"type": "json_object"}


def test_further_fields_can_be_sent_and_stand_before_options() -> None:
    model = OpenAIChat("m", seed=1, extra_body={"seed": 2, "top_k": 5}, request_params={"top_k": 6})
    sent = body(model)
    assert (sent["seed"], sent["top_k"], sent["model"]) == (2, 6, "m")


@pytest.mark.parametrize("name", sorted(RESERVED))
@pytest.mark.parametrize("option", ["extra_body", "request_params"])
def test_no_field_can_be_in_the_body_twice(option: str, name: str) -> None:
    with pytest.raises(DefinitionError, match=name):
        body(OpenAIChat("m", **{option: {name: None}}))  # type: ignore[arg-type]  # the option's name varies


def test_an_option_that_is_not_json_is_refused_with_its_type() -> None:
    with pytest.raises(DefinitionError, match="object"):
        body(OpenAIChat("m", metadata={"a": object()}))  # type: ignore[dict-item]  # that is the point
