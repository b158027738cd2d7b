"""A scripted model answers in order, the same each time, and in all four manners like any other model."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from graphagent.exceptions import DefinitionError, ModelConnectionError, ModelRequestError
from graphagent.models import Reply, Request, ScriptedModel, ToolCall, call, refuse, say
from graphagent.models.scripted import Item

HELLO = Request(to_json({"role": "user", "content": "Hello."}))
texts = st.text(st.characters(codec="utf-8"), max_size=40)
calls = st.builds(lambda name, a: call(name, a=a), st.sampled_from(["add", "sub"]), texts)
items: st.SearchStrategy[Item] = st.one_of(
    texts,
    calls,
    st.lists(calls, min_size=1, max_size=3),
    st.builds(say, texts, calls, reasoning=texts),
    st.builds(refuse, texts),
)


@given(script=st.lists(items, max_size=4))
def test_a_script_gives_the_same_replies_in_every_manner(check_request: Any, manners: Any, script: list[Item]) -> None:
    told = []
    for ask in manners.values():
        model = ScriptedModel(script)
        told.append([ask(model, HELLO) for _ in script])
        with pytest.raises(ModelRequestError, match="has ended"):
            ask(model, HELLO)
        assert len(model.requests) == len(script) + 1
    assert told[1:] == told[:1] * 3
    ids = [call.id for reply in told[0] for call in reply.calls]
    assert len(set(ids)) == len(ids)
    messages = [from_json(reply.message) for reply in told[0]]
    assert check_request({"model": "m", "messages": [*HELLO.decoded(), *messages]}) == []


def test_items_mean_what_they_say() -> None:
    given_reply = Reply(b'{"role":"assistant","content":"as it is"}', content="as it is")
    model = ScriptedModel(
        ["text", call("add", a=1, b="é"), [call("a"), call("b", "{broken")], given_reply, refuse("No.")]
    )
    replies = [model.ask(HELLO) for _ in range(5)]
    assert [reply.content for reply in replies] == ["text", None, None, "as it is", None]
    assert [reply.finish for reply in replies] == ["stop", "tool_calls", "tool_calls", "stop", "stop"]
    assert replies[1].calls == [ToolCall("call_2_1", "add", '{"a":1,"b":"é"}')]
    assert replies[2].calls == [ToolCall("call_3_1", "a", "{}"), ToolCall("call_3_2", "b", "{broken")]
    assert replies[3] is given_reply
    assert replies[4].refusal == "No."


def test_ids_finish_and_usage_can_be_scripted() -> None:
    answer = say("Half an ans", call("add").with_id("mine"), finish="length", usage={"prompt_tokens": 3})
    reply = ScriptedModel([answer]).ask(HELLO)
    assert (reply.calls[0].id, reply.finish, reply.usage) == ("mine", "length", {"input_tokens": 3})


def test_a_function_sees_the_messages_and_may_answer_every_request() -> None:
    echo: Callable[[list[dict[str, Any]]], Item] = lambda messages: say(messages[-1]["content"])  # noqa: E731 - a script
    assert ScriptedModel([echo]).ask(HELLO).content == "Hello."
    model = ScriptedModel(lambda messages: echo)
    assert [model.ask(HELLO).content for _ in range(3)] == ["Hello."] * 3


def test_an_exception_is_raised_and_the_script_goes_on(manners: Any) -> None:
    for ask in manners.values():
        model = ScriptedModel([ModelConnectionError("gone", transient=True), "back"])
        with pytest.raises(ModelConnectionError, match="gone"):
            ask(model, HELLO)
        assert ask(model, HELLO).content == "back"


def test_requests_can_be_looked_at() -> None:
    model = ScriptedModel(["Hello."])
    model.ask(HELLO)
    assert model.requests[-1].decoded() == [{"role": "user", "content": "Hello."}]


def test_threads_share_a_script_and_the_nth_request_gets_the_nth_answer() -> None:
    many = 1_000
    model = ScriptedModel([str(number) for number in range(many)])
    requests = [Request(HELLO.messages) for _ in range(many)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as they can
    try:
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(model.ask, requests))
    finally:
        sys.setswitchinterval(usual)
    places = {id(request): number for number, request in enumerate(model.requests)}
    assert [reply.content for reply in replies] == [str(places[id(request)]) for request in requests]


@pytest.mark.parametrize("script", ["one", call("add"), say("one"), [7], [[]], [[call("add"), "one"]], [{"a": 1}]])
def test_what_is_no_script_is_refused_before_anything_runs(script: Any) -> None:
    with pytest.raises(DefinitionError):
        ScriptedModel(script)


def test_a_function_that_gives_no_item_is_told_so() -> None:
    with pytest.raises(DefinitionError, match="7"):
        ScriptedModel(lambda messages: 7).ask(HELLO)  # type: ignore[arg-type, return-value]  # that is the point
