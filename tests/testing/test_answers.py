"""A scripted answer reaches the real client as it was written, whichever way the client asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic_core import from_json

from graphagent.testing import Answer, Call, Item, LocalProvider, call, refuse, say
from graphagent.testing.wire import completion, pieces, stream

Body = dict[str, Any]
Conforms = Callable[[str, Any], list[str]]

HELLO: list[Any] = [{"role": "user", "content": "Hello?"}]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
names = st.from_regex(r"[a-z_]{1,10}", fullmatch=True)
arguments = st.dictionaries(names, st.integers() | texts | st.none() | st.lists(texts, max_size=2), max_size=3)
calls = st.builds(lambda name, kwargs: call(name, **kwargs), names, arguments) | st.builds(call, names, texts)
answers = st.builds(
    lambda content, calls, reasoning, finish: say(content, *calls, reasoning=reasoning, finish=finish),
    st.none() | texts,
    st.lists(calls, max_size=3),
    st.none() | texts,
    st.sampled_from([None, "stop", "length", "content_filter"]),
) | texts.map(refuse)


def assembled(chunks: list[ChatCompletionChunk]) -> Body:
    """What a careful client makes of a stream."""
    got: Body = {"content": "", "refusal": "", "reasoning_content": "", "calls": {}, "finish": None, "usage": None}
    for chunk in chunks:
        got["usage"] = chunk.usage or got["usage"]
        for choice in chunk.choices:
            delta = choice.delta.model_dump()
            for key in ("content", "refusal", "reasoning_content"):
                got[key] += delta.get(key) or ""
            for fragment in delta.get("tool_calls") or []:
                one = got["calls"].setdefault(fragment["index"], {"id": "", "name": "", "arguments": ""})
                one["id"] += fragment["id"] or ""
                for key in ("name", "arguments"):
                    one[key] += fragment["function"][key] or ""
            got["finish"] = choice.finish_reason or got["finish"]
    return got


def whole(reply: ChatCompletion) -> Body:
    message = reply.choices[0].message.model_dump()
    functions = [{"id": made["id"], **made["function"]} for made in message["tool_calls"] or []]
    got = {key: message.get(key) or "" for key in ("content", "refusal", "reasoning_content")}
    return {**got, "calls": dict(enumerate(functions)), "finish": reply.choices[0].finish_reason, "usage": reply.usage}


def without_ids(got: Body) -> Body:
    return {**got, "calls": [(one["name"], one["arguments"]) for one in got["calls"].values()], "usage": None}


def expected(answer: Answer) -> Body:
    return {
        "content": answer.content or "",
        "refusal": answer.refusal or "",
        "reasoning_content": answer.reasoning or "",
        "calls": [(made.name, made.arguments) for made in answer.calls],
        "finish": answer.finish or ("tool_calls" if answer.calls else "stop"),
        "usage": None,
    }


@given(answer=answers)
def test_plain_and_streamed_replies_say_what_the_script_says(answer: Answer, client: openai.OpenAI) -> None:
    with LocalProvider([answer, answer]) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        plain = whole(chat.create(model="m", messages=HELLO))
        chunks = list(chat.create(model="m", messages=HELLO, stream=True, stream_options={"include_usage": True}))
    streamed = assembled(chunks)
    assert without_ids(plain) == without_ids(streamed) == expected(answer)
    for got in (plain, streamed):
        ids = [one["id"] for one in got["calls"].values()]
        assert all(ids)
        assert len(set(ids)) == len(ids)
        assert got["usage"].total_tokens == got["usage"].prompt_tokens + got["usage"].completion_tokens


@given(answer=answers, choices=st.integers(1, 3), usage=st.booleans())
def test_every_reply_has_the_form_of_the_real_service(
    answer: Answer, choices: int, usage: bool, conforms: Conforms
) -> None:
    request = {"model": "m", "messages": HELLO, "n": choices, "stream_options": {"include_usage": usage}}
    reply = from_json(completion(answer, request, 10))
    assert conforms("CreateChatCompletionResponse", reply) == []
    assert [choice["index"] for choice in reply["choices"]] == list(range(choices))
    *events, done = stream(answer, request, 10)
    assert done == b"data: [DONE]\n\n"
    for event in events:
        assert event.startswith(b"data: ")
        assert event.endswith(b"\n\n")
        assert conforms("CreateChatCompletionStreamResponse", from_json(event[6:])) == []
    assert ("usage" in from_json(events[0][6:])) == usage
    assert bool(from_json(events[-1][6:]).get("usage")) == usage


@given(text=texts)
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_a_long_text_comes_in_as_many_pieces_as_it_has_words() -> None:
    assert len(pieces(" ".join(["word"] * 2000))) == 2000


def test_parallel_calls_are_streamed_in_turns() -> None:
    answer = Answer(calls=(call("a", text="one two three four"), call("b", text="five six seven eight")))
    chunks = [from_json(event[6:]) for event in stream(answer, {"model": "m"}, 1)[:-1]]
    deltas = [fragment for chunk in chunks for fragment in chunk["choices"][0]["delta"].get("tool_calls", [])]
    assert [delta["index"] for delta in deltas][:6] == [0, 1, 0, 1, 0, 1]
    assert [delta["function"].get("name") for delta in deltas][:3] == ["a", "b", None]
    assert ["id" in delta for delta in deltas][:3] == [True, True, False]


SCRIPTED: list[tuple[Item, Body]] = [
    ("text", {"content": "text"}),
    (call("add", name="x", a=1), {"calls": [("add", '{"name":"x","a":1}')], "finish": "tool_calls"}),
    ([call("a"), call("b")], {"calls": [("a", "{}"), ("b", "{}")], "finish": "tool_calls"}),
    (call("add", '{"a": 1'), {"calls": [("add", '{"a": 1')], "finish": "tool_calls"}),
    (say("Look:", call("a")), {"content": "Look:", "calls": [("a", "{}")], "finish": "tool_calls"}),
    (say("cut sh", finish="length"), {"content": "cut sh", "finish": "length"}),
    (lambda body: say(body["model"]), {"content": "m"}),
    (lambda _: lambda _: "twice", {"content": "twice"}),
]


@pytest.mark.parametrize(("item", "said"), SCRIPTED)
def test_each_kind_of_item_is_answered(item: Item, said: Body, client: openai.OpenAI) -> None:
    with LocalProvider([item]) as provider:
        reply = client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)
    assert without_ids(whole(reply)) == expected(Answer()) | said


def test_an_id_can_be_given_and_repeated(client: openai.OpenAI) -> None:
    twins = [call("a").with_id("call_7"), call("b").with_id("call_7")]
    with LocalProvider([twins]) as provider:
        reply = client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)
    assert [one["id"] for one in whole(reply)["calls"].values()] == ["call_7", "call_7"]


def test_raw_replies_are_sent_as_they_stand(client: openai.OpenAI) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "odd": True}
    with LocalProvider([{"choices": [], "odd": True}, [chunk, chunk], chunk]) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert chat.create(model="m", messages=HELLO).model_dump()["odd"] is True
        assert [got.model_dump()["odd"] for got in chat.create(model="m", messages=HELLO, stream=True)] == [True, True]
        assert [got.id for got in chat.create(model="m", messages=HELLO, stream=True)] == ["1"]


def test_usage_can_be_stated(client: openai.OpenAI) -> None:
    with LocalProvider([say("x", usage={"prompt_tokens": 7, "completion_tokens": 2})]) as provider:
        reply = client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)
    assert reply.usage is not None
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (7, 2, 9)


def test_the_asynchronous_client_gets_the_same() -> None:
    async def ask(provider: LocalProvider) -> list[str]:
        async with openai.AsyncOpenAI(base_url=provider.base_url, api_key=provider.api_key) as client:
            plain = await client.chat.completions.create(model="m", messages=HELLO)
            streamed = await client.chat.completions.create(model="m", messages=HELLO, stream=True)
            return [whole(plain)["content"], assembled([chunk async for chunk in streamed])["content"]]

    with LocalProvider(["ä 😀", "ä 😀"]) as provider:
        assert asyncio.run(ask(provider)) == ["ä 😀", "ä 😀"]


def test_calls_know_their_parts() -> None:
    assert call("add", a=1) == Call("add", '{"a":1}')
