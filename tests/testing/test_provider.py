"""A scripted answer reaches the real client as it was written, whichever way the client asks."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic_core import from_json

from graphagent.exceptions import DefinitionError
from graphagent.testing import Answer, Call, Item, LocalProvider, call, refuse, say
from graphagent.testing.wire import completion, pieces, stream

Body = dict[str, Any]
Conforms = Callable[[str, Any], list[str]]
Post = Callable[[Any], bytes]

HELLO: list[Any] = [{"role": "user", "content": "Hello?"}]
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
]

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


def test_many_connections_are_served_at_once(client: openai.OpenAI) -> None:
    """None of eight requests is answered before all have come in."""
    together = threading.Barrier(8, timeout=10)

    def meet(body: Body) -> str:
        together.wait()
        return str(body["messages"][0]["content"])

    def ask(number: int) -> str:
        messages: list[Any] = [{"role": "user", "content": str(number)}]
        return str(chat.create(model="m", messages=messages).choices[0].message.content)

    with LocalProvider(meet) as provider, ThreadPoolExecutor(8) as threads:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert list(threads.map(ask, range(8))) == [str(number) for number in range(8)]
    assert len(provider.requests) == 8


def test_requests_of_many_clients_take_the_items_in_the_order_they_are_recorded(client: openai.OpenAI) -> None:
    def ask(number: int) -> tuple[str, str]:
        messages: list[Any] = [{"role": "user", "content": str(number)}]
        return str(number), str(chat.create(model="m", messages=messages).choices[0].message.content)

    with LocalProvider([f"answer {n}" for n in range(40)]) as provider, ThreadPoolExecutor(8) as threads:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        answered = dict(threads.map(ask, range(40)))
    came = [request.body["messages"][0]["content"] for request in provider.requests]
    assert [answered[number] for number in came] == [f"answer {n}" for n in range(40)]


def test_requests_are_recorded_without_the_key(client: openai.OpenAI) -> None:
    with LocalProvider(["hi"], api_key="sk-very-secret") as provider:
        chat = client.with_options(base_url=provider.base_url, api_key="sk-very-secret").chat.completions
        chat.create(model="m", messages=HELLO, temperature=0.5)
        (request,) = provider.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.body == {"model": "m", "messages": HELLO, "temperature": 0.5}
    assert request.headers["content-type"] == "application/json"
    assert request.violations == []
    assert "very-secret" not in repr(vars(provider) | {"api_key": ""})


def test_a_request_with_another_key_is_not_let_in(client: openai.OpenAI) -> None:
    with LocalProvider(["hi"]) as provider:
        other = client.with_options(base_url=provider.base_url, api_key="sk-other")
        with pytest.raises(openai.AuthenticationError) as refused:
            other.chat.completions.create(model="m", messages=HELLO)
        assert refused.value.code == "invalid_api_key"
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert chat.create(model="m", messages=HELLO).choices[0].message.content == "hi"
    assert len(provider.requests) == 2


def test_a_request_against_the_rules_is_refused_and_takes_no_item(client: openai.OpenAI, conforms: Conforms) -> None:
    with LocalProvider(["hi"]) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        orphan: list[Any] = [*HELLO, {"role": "tool", "tool_call_id": "call_1", "content": "3"}]
        with pytest.raises(openai.BadRequestError) as refused:
            chat.create(model="m", messages=orphan)
        assert chat.create(model="m", messages=HELLO).choices[0].message.content == "hi"
    assert refused.value.param == "messages[1].role"
    assert conforms("ErrorResponse", refused.value.response.json()) == []
    assert provider.refused == [provider.requests[0]]
    assert provider.refused[0].violations[0].startswith("messages[1].role: ")


def test_a_lenient_provider_takes_what_other_servers_take(client: openai.OpenAI) -> None:
    with LocalProvider(["hi"], strict=False) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        chat.create(model="m", messages=HELLO, extra_body={"top_k": 5})
    assert provider.refused == []


def test_a_check_of_ones_own_refuses_too(client: openai.OpenAI, check_request: Callable[[Body], list[str]]) -> None:
    with LocalProvider(["hi"], check=check_request) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        with pytest.raises(openai.BadRequestError, match=r"\$\.temperature: 3 "):
            chat.create(model="m", messages=HELLO, temperature=3)
        chat.create(model="m", messages=HELLO, temperature=1)
    assert len(provider.refused) == 1


def test_the_end_of_the_script_is_said_and_recorded(client: openai.OpenAI) -> None:
    with LocalProvider(["one"]) as provider:
        chat = client.with_options(base_url=provider.base_url, max_retries=2).chat.completions
        chat.create(model="m", messages=HELLO)
        with pytest.raises(openai.BadRequestError, match="request 2 came and no answer is left"):
            chat.create(model="m", messages=HELLO)
    assert provider.unanswered == [provider.requests[1]]
    assert len(provider.requests) == 2


def test_a_failing_function_of_the_script_fails_the_test(client: openai.OpenAI) -> None:
    def expect_a_system_message(body: Body) -> str:
        assert body["messages"][0]["role"] == "system", "no system message"
        return "fine"

    with (
        pytest.raises(AssertionError, match="no system message"),
        LocalProvider([expect_a_system_message]) as provider,
        pytest.raises(openai.BadRequestError, match="The script failed"),
    ):
        client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)


def test_an_error_of_the_test_itself_stands_before_that_of_the_script(client: openai.OpenAI) -> None:
    def fail(_: Body) -> str:
        raise ZeroDivisionError

    with pytest.raises(openai.BadRequestError), LocalProvider(fail) as provider:
        client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)


@pytest.mark.parametrize("item", [5, [], [call("a"), "b"], None, [{"choices": []}]])
def test_what_is_no_answer_is_named(item: Any, client: openai.OpenAI) -> None:
    """A list of raw events is one only for a stream."""
    with (
        pytest.raises(TypeError, match=r"A script holds|raw events"),
        LocalProvider([item]) as provider,
        pytest.raises(openai.BadRequestError, match="The script failed"),
    ):
        client.with_options(base_url=provider.base_url).chat.completions.create(model="m", messages=HELLO)


@pytest.mark.parametrize("script", ["hello", {"choices": []}])
def test_a_script_is_a_list(script: Any) -> None:
    with pytest.raises(DefinitionError, match="list of answers"):
        LocalProvider(script)


def test_there_is_no_address_before_the_provider_is_open() -> None:
    with pytest.raises(DefinitionError, match="not open"):
        _ = LocalProvider(["hi"]).base_url


def test_models_are_listed(client: openai.OpenAI) -> None:
    with LocalProvider(models=["small", "large"]) as provider:
        listed = client.with_options(base_url=provider.base_url).models.list()
        assert [model.id for model in listed] == ["small", "large"]


def test_other_addresses_are_unknown(client: openai.OpenAI) -> None:
    with LocalProvider() as provider, pytest.raises(openai.NotFoundError, match="POST /v1/embeddings"):
        client.with_options(base_url=provider.base_url).embeddings.create(model="m", input="x")


def test_errors_and_replies_carry_the_id_of_their_request(client: openai.OpenAI) -> None:
    with LocalProvider(["hi"]) as provider:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert chat.with_raw_response.create(model="m", messages=HELLO).headers["x-request-id"] == "req_1"
        with pytest.raises(openai.BadRequestError) as failed:
            chat.create(model="m", messages=HELLO)
    assert failed.value.request_id == "req_2"


@pytest.mark.parametrize("streamed", [False, True])
def test_a_response_is_one_packet_on_a_connection_that_stays(streamed: bool, post: Post) -> None:
    """Headers sent apart from the body would cost whoever measures through this server 45 ms."""
    request = post({"model": "m", "messages": HELLO, "stream": streamed})
    with LocalProvider(["one", "two"]) as provider, socket.create_connection(("127.0.0.1", provider.port)) as raw:
        for word in (b"one", b"two"):
            raw.sendall(request)
            response = raw.recv(65536)
            assert response.startswith(b"HTTP/1.1 200 OK\r\n")
            assert word in response
            assert response.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n" if streamed else b"}")


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"hello"'])
def test_a_body_that_is_no_json_object_is_refused(body: bytes, post: Post) -> None:
    with LocalProvider(["hi"], strict=False) as provider, socket.create_connection(("127.0.0.1", provider.port)) as raw:
        raw.sendall(post(body))
        assert raw.recv(65536).startswith(b"HTTP/1.1 400 ")
    assert len(provider.refused) == 1


def test_a_client_that_goes_away_leaves_the_provider_alone(client: openai.OpenAI, post: Post) -> None:
    with LocalProvider(["hi"]) as provider:
        with socket.create_connection(("127.0.0.1", provider.port)) as raw:
            raw.sendall(post({})[:-1])  # a body is announced and never sent
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert chat.create(model="m", messages=HELLO).choices[0].message.content == "hi"


def test_closing_ends_every_connection_and_thread(post: Post) -> None:
    before = set(threading.enumerate())
    with LocalProvider(["hi"]) as provider:
        raw = socket.create_connection(("127.0.0.1", provider.port))
        raw.sendall(post({"model": "m", "messages": HELLO}))
        assert raw.recv(65536)
    with raw:
        assert raw.recv(1) == b""
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", provider.port)).close()


def test_a_conversation_of_each_client_can_have_its_own_script(client: openai.OpenAI) -> None:
    def reply(body: Body) -> Item:
        first = body["messages"][0]["content"]
        return say(f"done with {first}") if body["messages"][-1]["role"] == "tool" else call("add", what=first)

    def converse(topic: str) -> str:
        messages: list[Any] = [{"role": "user", "content": topic}]
        message = chat.create(model="m", messages=messages, tools=TOOLS).choices[0].message
        assert message.tool_calls is not None
        made = message.tool_calls[0]
        messages += [message.model_dump(exclude_unset=True, exclude={"annotations"})]
        messages += [{"role": "tool", "tool_call_id": made.id, "content": "ok"}]
        return str(chat.create(model="m", messages=messages, tools=TOOLS).choices[0].message.content)

    with LocalProvider(reply) as provider, ThreadPoolExecutor(4) as threads:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        assert list(threads.map(converse, "abcd")) == [f"done with {topic}" for topic in "abcd"]
    assert provider.refused == []


def test_calls_know_their_parts() -> None:
    assert call("add", a=1) == Call("add", '{"a":1}')
