"""Each fault reaches the real client as what it is, and leaves the provider ready for the next request."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.testing import (
    Item,
    LocalProvider,
    call,
    cut,
    fault,
    garble,
    hold,
    interrupt,
    reset,
    say,
    slow,
)

Body = dict[str, Any]
Post = Callable[[Any], bytes]
HELLO: list[Any] = [{"role": "user", "content": "Hello?"}]
WORDS = " ".join(["word"] * 8)
BROKEN = (openai.APIConnectionError, httpx2.RemoteProtocolError)


def plain(client: openai.OpenAI, provider: LocalProvider, **options: Any) -> str | None:
    chat = client.with_options(base_url=provider.base_url, **options).chat.completions
    return chat.create(model="m", messages=HELLO).choices[0].message.content


def streamed(client: openai.OpenAI, provider: LocalProvider) -> Iterator[str]:
    """Yield a dot for the opening event, each piece of text, and the finish reason."""
    chat = client.with_options(base_url=provider.base_url).chat.completions
    for chunk in chat.create(model="m", messages=HELLO, stream=True):
        choice = chunk.choices[0]
        yield choice.finish_reason or choice.delta.content or "."


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (409, openai.ConflictError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
        (529, openai.InternalServerError),
    ],
)
@pytest.mark.parametrize("ask", [plain, lambda *about: list(streamed(*about))], ids=["plain", "streamed"])
def test_an_error_status_has_its_error(status: int, error: type[Exception], ask: Any, client: openai.OpenAI) -> None:
    with LocalProvider([fault(status, message="Not now.", code="reason"), "then"]) as provider:
        with pytest.raises(error, match="Not now") as failed:
            ask(client, provider)
        assert plain(client, provider) == "then"
    assert isinstance(failed.value, openai.APIStatusError)
    assert failed.value.code == "reason"
    assert failed.value.body == {"message": "Not now.", "type": failed.value.type, "param": None, "code": "reason"}


def test_a_rate_limit_says_when_to_come_back(client: openai.OpenAI) -> None:
    with LocalProvider(
        [fault(429, retry_after=0.01), fault(429, retry_after="Sat, 01 Jan 2028 00:00:00 GMT")]
    ) as provider:
        for value in ("0.01", "Sat, 01 Jan 2028 00:00:00 GMT"):
            with pytest.raises(openai.RateLimitError) as limited:
                plain(client, provider)
            assert limited.value.response.headers["retry-after"] == value
            assert limited.value.code == "rate_limit_exceeded"


def test_a_client_that_retries_takes_the_next_item(client: openai.OpenAI) -> None:
    with LocalProvider(
        [fault(429, retry_after=0.001), fault(500, headers={"retry-after-ms": "1"}), "then"]
    ) as provider:
        assert plain(client, provider, max_retries=2) == "then"
    assert [request.headers["x-stainless-retry-count"] for request in provider.requests] == ["0", "1", "2"]


def test_an_error_can_come_from_a_proxy_in_between(client: openai.OpenAI) -> None:
    script = [fault(502, body="<h1>Bad gateway</h1>")]
    with LocalProvider(script) as provider, pytest.raises(openai.InternalServerError) as failed:
        plain(client, provider)
    assert failed.value.response.text == "<h1>Bad gateway</h1>"
    assert failed.value.response.headers["content-type"] == "text/html"


@given(after=st.integers(0, 9))
def test_a_cut_stream_gives_what_was_sent_and_then_an_error(after: int, client: openai.OpenAI) -> None:
    got: list[str] = []
    with LocalProvider([cut(WORDS, after=after), "then"]) as provider:
        with pytest.raises(BROKEN):
            got.extend(streamed(client, provider))
        assert plain(client, provider) == "then"
    assert len(got) == after


@given(after=st.integers(0, 9))
def test_a_stream_can_end_too_soon_without_any_error(after: int, client: openai.OpenAI) -> None:
    """As it does when a proxy gives up: only the missing finish reason tells."""
    with LocalProvider([cut(WORDS, after=after, cleanly=True)]) as provider:
        got = list(streamed(client, provider))
    assert got == [".", "word", *[" word"] * 7][:after]


def test_a_cut_reply_is_half_a_body(client: openai.OpenAI) -> None:
    with LocalProvider([cut(WORDS), cut(WORDS, cleanly=True), "then"]) as provider:
        with pytest.raises(openai.APIConnectionError):
            plain(client, provider)
        with pytest.raises(json.JSONDecodeError):
            plain(client, provider)
        assert plain(client, provider) == "then"


def test_a_reset_connection_is_reset(post: Post) -> None:
    def read_to_the_end(raw: socket.socket) -> None:
        while raw.recv(65536):
            pass

    with LocalProvider([reset(), reset(WORDS, after=3), cut(WORDS)]) as provider:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", provider.port)) as raw:
                raw.sendall(post({"model": "m", "messages": HELLO, "stream": True}))
                with pytest.raises(ConnectionResetError):
                    read_to_the_end(raw)
        with socket.create_connection(("127.0.0.1", provider.port)) as raw:
            raw.sendall(post({"model": "m", "messages": HELLO}))
            read_to_the_end(raw)


def test_a_reset_is_a_connection_error_to_the_client(client: openai.OpenAI) -> None:
    with LocalProvider([reset(), "then"]) as provider:
        with pytest.raises(openai.APIConnectionError):
            plain(client, provider)
        assert plain(client, provider) == "then"


def test_garbled_json_comes_with_status_200(client: openai.OpenAI) -> None:
    with LocalProvider([garble(), garble(WORDS, after=3), "then"]) as provider:
        with pytest.raises(json.JSONDecodeError):
            plain(client, provider)
        got: list[str] = []
        with pytest.raises(json.JSONDecodeError):
            got.extend(streamed(client, provider))
        assert plain(client, provider) == "then"
    assert got == [".", "word", " word"]


def test_an_error_inside_a_stream_follows_good_events(client: openai.OpenAI) -> None:
    got: list[str] = []
    with LocalProvider([interrupt(WORDS, after=2), interrupt(after=0), interrupt(), "then"]) as provider:
        with pytest.raises(openai.APIError, match="had an error") as failed:
            got.extend(streamed(client, provider))
        assert not isinstance(failed.value, openai.APIStatusError)
        with pytest.raises(openai.APIError, match="had an error"):
            list(streamed(client, provider))
        with pytest.raises(openai.InternalServerError, match="had an error"):
            plain(client, provider)
        assert plain(client, provider) == "then"
    assert got == [".", "word"]


@given(after=st.integers(1, 9))
def test_a_held_stream_gives_its_first_pieces_before_the_rest_is_allowed(after: int, client: openai.OpenAI) -> None:
    go = threading.Event()
    with LocalProvider([hold(WORDS, until=go, after=after)]) as provider:
        pieces = streamed(client, provider)
        first = [next(pieces) for _ in range(after)]
        assert not go.is_set()
        go.set()
        assert [*first, *pieces] == [".", "word", *[" word"] * 7, "stop"]


@pytest.mark.parametrize("after", [1, 5, 9])
def test_a_held_stream_gives_no_more_than_its_first_pieces(after: int, client: openai.OpenAI) -> None:
    got: list[str] = []
    never = hold(WORDS, until=threading.Event(), after=after)
    with LocalProvider([never]) as provider, pytest.raises((openai.APITimeoutError, httpx2.ReadTimeout)):
        got.extend(streamed(client.with_options(timeout=0.1), provider))
    assert len(got) == after


def test_a_held_reply_runs_into_the_timeout_of_the_client(client: openai.OpenAI) -> None:
    with LocalProvider([hold("never", until=threading.Event()), "then"]) as provider:
        with pytest.raises(openai.APITimeoutError):
            plain(client, provider, timeout=0.05)
        assert plain(client, provider) == "then"


def test_closing_lets_go_of_what_is_held_or_slow(post: Post) -> None:
    """Also of a connection whose client still waits."""
    came = threading.Semaphore(0)

    def never(_: Body) -> str:
        came.release()
        return "never"

    before = set(threading.enumerate())
    with ExitStack() as clients:
        with LocalProvider([hold(never, until=threading.Event()), slow(never, before=3600)]) as provider:
            for _ in range(2):
                raw = clients.enter_context(socket.create_connection(("127.0.0.1", provider.port)))
                raw.sendall(post({"model": "m", "messages": HELLO}))
                assert came.acquire(timeout=10)
        assert set(threading.enumerate()) == before


def test_a_slow_reply_takes_its_time(client: openai.OpenAI) -> None:
    with LocalProvider([slow("hi", before=0.05), slow("a b c", between=0.01)]) as provider:
        start = time.monotonic()
        assert plain(client, provider) == "hi"
        assert time.monotonic() - start >= 0.05
        start = time.monotonic()
        assert list(streamed(client, provider)) == [".", "a", " b", " c", "stop"]
        assert time.monotonic() - start >= 0.05


def test_faults_combine_and_apply_to_what_a_function_answers(client: openai.OpenAI) -> None:
    script: list[Item] = [
        slow(cut(lambda body: say(f"{body['model']} word")), between=0.001),
        slow(fault(500), before=0.01),
    ]
    with LocalProvider(script) as provider:
        pieces = streamed(client, provider)
        assert next(pieces) == "."
        with pytest.raises(BROKEN):
            next(pieces)
        with pytest.raises(openai.InternalServerError):
            plain(client, provider)


def test_a_tool_call_can_break_off_in_its_arguments(client: openai.OpenAI) -> None:
    fragments: list[str] = []

    def collect(provider: LocalProvider) -> None:
        chat = client.with_options(base_url=provider.base_url).chat.completions
        for chunk in chat.create(model="m", messages=HELLO, stream=True):
            made = chunk.choices[0].delta.tool_calls or []
            fragments.extend((one.function and one.function.arguments) or "" for one in made)

    with LocalProvider([cut(call("write", text=WORDS), after=3)]) as provider, pytest.raises(BROKEN):
        collect(provider)
    assert fragments == ["", '{"text":"wor']


def test_the_asynchronous_client_meets_the_same_faults() -> None:
    async def ask(provider: LocalProvider) -> None:
        async with openai.AsyncOpenAI(base_url=provider.base_url, api_key="sk-local", max_retries=0) as client:
            with pytest.raises(openai.RateLimitError):
                await client.chat.completions.create(model="m", messages=HELLO)
            with pytest.raises(BROKEN):
                async for _ in await client.chat.completions.create(model="m", messages=HELLO, stream=True):
                    pass
            with pytest.raises(openai.APIConnectionError):
                await client.chat.completions.create(model="m", messages=HELLO)

    with LocalProvider([fault(429), cut(WORDS, after=3), reset()]) as provider:
        asyncio.run(ask(provider))
