"""The provider takes in what the real service takes in, remembers it, and serves many at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from graphagent.exceptions import DefinitionError
from graphagent.testing import Item, LocalProvider, call, say

Body = dict[str, Any]
Conforms = Callable[[str, Any], list[str]]
Post = Callable[[Any], bytes]

HELLO: list[Any] = [{"role": "user", "content": "Hello?"}]
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
]


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
