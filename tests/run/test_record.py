"""Whatever callers see can be written as JSON and read back."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from graphagent.models.message import Message
from graphagent.run import RunEvent, RunResponse, RunResponseEvent, RunStatus, ToolExecution
from graphagent.run.metrics import ToolCallMetrics
from graphagent.tools.user_input import UserInputField

texts = st.text(max_size=20)
times = st.integers(0, 2**40)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(texts, values, max_size=3)
fields = st.builds(
    UserInputField, texts, st.sampled_from([str, int, float, bool, list, dict]), st.none() | texts, values
)
tools = st.builds(
    ToolExecution,
    tool_call_id=texts,
    tool_name=texts,
    tool_args=objects,
    status=st.sampled_from(["planned", "started", "completed", "failed", "rejected", "cancelled"]),
    result=st.none() | texts,
    tool_call_error=st.booleans(),
    metrics=st.none() | st.builds(ToolCallMetrics, st.none() | st.floats(0, 1e6)),
    created_at=times,
    requires_confirmation=st.booleans(),
    confirmed=st.none() | st.booleans(),
    requires_user_input=st.booleans(),
    user_input_schema=st.none() | st.lists(fields, max_size=2),
    in_doubt=st.booleans(),
    verdict=st.sampled_from([None, "retry", "result", "failure"]),
)
events = st.builds(
    RunResponseEvent,
    st.sampled_from(RunEvent),
    created_at=times,
    seq=st.none() | times,
    run_id=st.none() | texts,
    content=values,
    tool=st.none() | tools,
    tools=st.just(()) | st.lists(tools, max_size=2),
    citations=st.none() | st.lists(objects, max_size=2),
)
messages = st.builds(lambda role, content: Message(role=role, content=content), texts, texts)
responses = st.builds(
    RunResponse,
    run_id=st.none() | texts,
    session_id=st.none() | texts,
    parent_step=st.none() | times,
    status=st.sampled_from(RunStatus),
    seq=times,
    created_at=times,
    content=values,
    error=st.none() | texts,
    messages=st.lists(messages, max_size=2),
    metrics=st.dictionaries(texts, st.lists(st.floats(0, 1e6) | times, max_size=3), max_size=2),
    tools=st.lists(tools, max_size=2),
    events=st.lists(events, max_size=2),
    extra_data=st.none() | objects,
)
records = cast("st.SearchStrategy[ToolExecution | RunResponseEvent | RunResponse]", tools | events | responses)


@given(records)
def test_what_is_written_is_read_back_equal(record: ToolExecution | RunResponseEvent | RunResponse) -> None:
    read = type(record).from_dict(record.to_dict())
    assert read == record
    assert (read.is_paused, str(read)) == (record.is_paused, str(record))


@given(records)
def test_what_is_written_is_json(record: ToolExecution | RunResponseEvent | RunResponse) -> None:
    assert type(record).from_dict(json.loads(json.dumps(record.to_dict()))) == record


@given(responses, st.sampled_from([None, 2]))
def test_json_text_is_read_back_equal(response: RunResponse, indent: int | None) -> None:
    assert RunResponse.from_json(response.to_json(indent=indent)) == response


@given(records)
def test_reading_leaves_the_data_as_it_is_and_shares_nothing_with_it(
    record: ToolExecution | RunResponseEvent | RunResponse,
) -> None:
    data = record.to_dict()
    before = deepcopy(data)
    read = type(record).from_dict(data)
    for tool in [read] if isinstance(read, ToolExecution) else read.tools:
        tool.tool_args["changed"] = True
        tool.confirmed = not tool.confirmed
    if isinstance(read, RunResponse | RunResponseEvent) and isinstance(read.content, dict):
        read.content["changed"] = True
    assert data == before


def test_messages_come_back_as_they_go_over_the_wire() -> None:
    message = Message.from_wire(b'{"role":"user","content":"Hi","name":"Ada"}')
    read = RunResponse.from_dict(RunResponse(messages=[message]).to_dict())
    assert read.messages[0].to_wire() == message.to_wire()


class Film(BaseModel):
    name: str
    stars: list[str]


def test_an_object_of_the_response_model_is_written_as_json_and_read_back_with_the_model() -> None:
    film = Film(name="Kes", stars=["David Bradley"])
    written = RunResponse(content=film, content_type="Film").to_dict()
    assert written["content"] == {"name": "Kes", "stars": ["David Bradley"]}
    assert RunResponse.from_dict(written, response_model=Film).content == film
    assert RunResponse.from_dict(written).content == written["content"]


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(TypeError, match="surprise"):
        RunResponse.from_dict({"surprise": 1})


@pytest.mark.parametrize(("content", "text"), [(None, ""), ("a", "a"), ({"a": 1}, '{"a":1}'), ([1], "[1]")])
def test_content_as_text(content: Any, text: str) -> None:
    assert RunResponse(content=content).get_content_as_string() == text


def test_content_of_a_model_as_text() -> None:
    assert json.loads(RunResponse(content=Film(name="Kes", stars=[])).get_content_as_string(indent=2)) == {
        "name": "Kes",
        "stars": [],
    }
