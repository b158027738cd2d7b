"""One client for all that can share it, none across event loops or forks, and connections that are used again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx2
import openai
import pytest
from pydantic_core import to_json

from graphagent.models.base import Reply, Request
from graphagent.models.openai import OpenAIChat, clients
from graphagent.models.openai.clients import CLIENTS
from graphagent.testing import LocalProvider, hold, say
from graphagent.testing.loopback import LoopbackServer, Response
from graphagent.testing.loopback import Request as Received

HELLO = Request(to_json({"role": "user", "content": "Hello."}))
WORDS = [b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % word for word in (b"Hel", b"lo.")]
FINISH = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"


class Server:
    """Answers every request with this response, and counts the connections over which they came."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.connections: set[threading.Thread] = set()
        self.port = 0

    def handle(self, _: Received) -> Response:
        self.connections.add(threading.current_thread())
        return self.response

    def model(self, **options: Any) -> OpenAIChat:
        return OpenAIChat("local", base_url=f"http://127.0.0.1:{self.port}/v1", api_key="none", **options)


@contextmanager
def serving(*body: bytes, held_after: int = 0, until: threading.Event | None = None) -> Iterator[Server]:
    from graphagent.testing.faults import Pace

    pace = Pace(held_after=held_after, held_until=until) if until else Pace()
    server = Server(Response(200, {"content-type": "text/event-stream"}, list(body), pace))
    loopback = LoopbackServer(server.handle)
    server.port = loopback.port
    try:
        yield server
    finally:
        loopback.close()


def said(items: list[Any]) -> str:
    assert isinstance(items[-1], Reply)
    return items[-1].content or ""


async def astreamed(model: OpenAIChat) -> str:
    return said([item async for item in model.astream(HELLO)])


def test_a_connection_is_used_again_after_a_stream(loop: asyncio.Runner) -> None:
    with serving(*WORDS, FINISH, DONE) as server:
        model = server.model()
        assert [said(list(model.stream(HELLO))) for _ in range(3)] == ["Hello."] * 3
        assert len(server.connections) == 1
        assert [loop.run(astreamed(model)) for _ in range(3)] == ["Hello."] * 3
        assert len(server.connections) == 2, "the asynchronous client has one of its own"


def test_a_server_that_keeps_a_finished_stream_open_does_not_keep_us(loop: asyncio.Runner) -> None:
    release = threading.Event()
    with serving(*WORDS, FINISH, DONE, b": still here\n\n", held_after=4, until=release) as server:
        model = server.model(timeout=60)
        started = time.monotonic()
        assert said(list(model.stream(HELLO))) == "Hello."
        assert loop.run(astreamed(model)) == "Hello."
        assert time.monotonic() - started < 10, "the clock is the subject: a read would last a minute"
        release.set()


def test_closing_a_stream_early_hangs_up(loop: asyncio.Runner) -> None:
    """The server's thread ends when its connection is closed, and not before."""
    release = threading.Event()
    with serving(*WORDS, FINISH, held_after=1, until=release) as server:
        stream = server.model().stream(HELLO)
        next(stream)
        stream.close()

        async def first() -> None:
            astream = server.model().astream(HELLO)
            await anext(astream)
            await astream.aclose()

        loop.run(first())
        release.set()
        for thread in server.connections:
            thread.join(timeout=10)
        assert [thread for thread in server.connections if thread.is_alive()] == []


def test_models_share_a_client_when_key_and_address_are_the_same() -> None:
    options: dict[str, Any] = {"api_key": "a", "base_url": "http://127.0.0.1:9/v1"}
    one = OpenAIChat("one", **options, timeout=1, max_retries=7, temperature=0.1)
    client = one.client_for_requests()
    assert OpenAIChat("two", **options, default_headers={"x": "y"}).client_for_requests() is client
    for name in ("api_key", "base_url", "organization", "project"):
        assert one.copy(**{name: "http://other"}).client_for_requests() is not client


def test_a_client_or_transport_of_ones_own_is_used() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["x-extra"] == "1"
        assert request.url.params["v"] == "2"
        return httpx2.Response(200, json={"choices": [{"message": {"content": request.url.host}}]})

    own = httpx2.Client(transport=httpx2.MockTransport(answer))
    options: dict[str, Any] = {"api_key": "a", "default_headers": {"x-extra": "1"}, "extra_query": {"v": "2"}}
    model = OpenAIChat("m", http_client=own, base_url="http://one.test/v1", **options)
    assert model.ask(HELLO).content == "one.test"
    client = openai.OpenAI(api_key="b", base_url="http://two.test/v1", http_client=own)
    assert OpenAIChat("m", client=client, **options).ask(HELLO).content == "two.test"


def test_the_same_model_serves_one_event_loop_after_another() -> None:
    """Each loop has a client, which is closed when the loop shuts down; nothing is left behind."""
    with LocalProvider(lambda _: "Hello.") as provider:
        model = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key)
        used = []

        async def twice() -> None:
            for _ in range(2):
                assert (await model.aask(HELLO)).content == "Hello."
                used.append(await model.client_for_tasks())

        asyncio.run(twice())
        asyncio.run(twice())
        assert used[0] is used[1] is not used[2] is used[3]
        assert all(client.is_closed() for client in used)
        assert not [key for key in CLIENTS.made if isinstance(key[1], asyncio.AbstractEventLoop) and key[1].is_closed()]


def test_a_loop_that_was_not_shut_down_is_forgotten_when_the_next_one_comes() -> None:
    loop = asyncio.new_event_loop()
    model = OpenAIChat("m", api_key="a", base_url="http://127.0.0.1:9/v1")
    loop.run_until_complete(model.client_for_tasks())
    loop.close()
    asyncio.run(model.client_for_tasks())
    assert loop not in CLIENTS.loops
    assert not [key for key in CLIENTS.made if key[1] is loop]


def test_many_threads_with_one_model_get_their_own_answers() -> None:
    with LocalProvider(lambda body: body["messages"][0]["content"]) as provider:
        model = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key)

        def ask(number: int) -> bool:
            words = f"The number is {number}."
            request = Request(to_json({"role": "user", "content": words}))
            return model.ask(request).content == words == said(list(model.stream(request)))

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(ask, range(200)))
        made = [key for key in CLIENTS.made if provider.base_url in key]
        assert len(made) == 1


def test_only_so_many_clients_are_kept_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CLIENTS, "made", {})
    monkeypatch.setattr(clients, "KEPT", 8)
    models = [OpenAIChat("m", api_key=f"key {number}") for number in range(10)]
    made = []
    for number, model in enumerate(models, 1):
        made.append(model.client_for_requests())
        assert list(CLIENTS.made.values()) == made[-8:], f"after {number}"


def test_time_to_first_token_is_measured_before_the_rest_has_come() -> None:
    release = threading.Event()
    with LocalProvider([hold(say("some words to say"), until=release, after=3)]) as provider:
        stream = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key).stream(HELLO)
        started = time.perf_counter()
        next(stream)
        first = time.perf_counter() - started
        release.set()
        *_, reply = stream
        assert isinstance(reply, Reply)
        assert reply.time_to_first_token is not None
        assert 0 < reply.time_to_first_token <= first


FORK = """
import os
from graphagent.models.base import Request
from graphagent.models.openai import OpenAIChat
from graphagent.testing import LocalProvider

def echoes(name):
    said = model.ask(Request(b'{"role":"user","content":"%b"}' % name)).content
    return said == name.decode()

with LocalProvider(lambda body: body["messages"][0]["content"]) as provider:
    model = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key, timeout=10, max_retries=0)
    assert echoes(b"parent")
    child = os.fork()
    if child == 0:
        os._exit(0 if all(echoes(b"child") for _ in range(50)) else 1)
    assert all(echoes(b"parent") for _ in range(50))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system does not fork")
def test_a_forked_process_has_connections_of_its_own() -> None:
    subprocess.run([sys.executable, "-c", FORK], check=True, timeout=60)


def test_a_model_costs_no_import_before_it_is_asked() -> None:
    code = "import sys; from graphagent.models.openai import OpenAIChat; OpenAIChat(id='m'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"openai", "httpx2", "asyncio", "pydantic", "rich", "networkx"} & set(loaded)
