"""What a request costs the process that makes it: `OpenAIChat` against `client.chat.completions.create`.

    python benchmarks/model_client.py

Both speak to the same server in a process of its own. Processor time of this process, best of several rounds; the
figure to look at is the ratio.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import openai
from pydantic_core import to_json

from graphagent.models.base import Request
from graphagent.models.openai import OpenAIChat
from graphagent.testing import LocalProvider, say

CHUNKS = 2_000
WORDS = " ".join(f"word{number}" for number in range(CHUNKS))


def serve() -> None:
    """Answer every request until the parent closes our input."""
    with LocalProvider(lambda body: say(WORDS if body.get("stream") else "Hello."), strict=False) as provider:
        print(provider.base_url, provider.api_key, flush=True)
        sys.stdin.read()


def cost(work: Callable[[], object], times: int, rounds: int = 5) -> float:
    """Microseconds of processor time of one call."""
    work()
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - started) / times)
    return best * 1e6


def conversation(length: int) -> list[Any]:
    roles = ("user", "assistant")
    return [{"role": roles[turn % 2], "content": "Some words of a message. " * 8} for turn in range(length)]


def row(name: str, ours: float, theirs: float) -> None:
    print(f"{name:36}{ours:12,.0f} µs{theirs:12,.0f} µs{ours / theirs:10.3f}")


def main() -> None:
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdin=-1, stdout=-1, text=True)
    assert server.stdout is not None
    base_url, api_key = server.stdout.readline().split()
    model = OpenAIChat("local", base_url=base_url, api_key=api_key)
    client = openai.OpenAI(base_url=base_url, api_key=api_key)
    print(f"{'':36}{'OpenAIChat':>15}{'create':>15}{'ratio':>10}")
    for length, times in ((3, 100), (400, 10)):
        messages = conversation(length)
        request = Request(b",".join(map(to_json, messages)))
        ours = cost(partial(model.ask, request), times)
        theirs = cost(partial(client.chat.completions.create, model="local", messages=messages), times)
        row(f"a request of {length} messages", ours, theirs)
    messages = conversation(3)
    request = Request(b",".join(map(to_json, messages)))

    def streamed() -> int:
        return sum(1 for _ in client.chat.completions.create(model="local", messages=messages, stream=True))

    ours = cost(lambda: sum(1 for _ in model.stream(request)), 2) / CHUNKS
    theirs = cost(streamed, 2) / CHUNKS
    row(f"a chunk of a stream of {CHUNKS:,}", ours, theirs)
    asyncio.run(asynchronous(model, request, messages, base_url, api_key))
    server.communicate()


async def asynchronous(model: OpenAIChat, request: Request, messages: list[Any], base_url: str, api_key: str) -> None:
    async def best(work: Callable[[], Any], times: int) -> float:
        await work()
        figures = []
        for _ in range(5):
            started = time.process_time()
            for _ in range(times):
                await work()
            figures.append((time.process_time() - started) / times)
        return min(figures) * 1e6

    async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key) as client:

        async def create() -> None:
            await client.chat.completions.create(model="local", messages=messages)

        async def stream() -> None:
            async for _ in await client.chat.completions.create(model="local", messages=messages, stream=True):
                pass

        async def ours() -> None:
            async for _ in model.astream(request):
                pass

        row("the same request, asynchronous", await best(lambda: model.aask(request), 100), await best(create, 100))
        row("the same chunk, asynchronous", await best(ours, 2) / CHUNKS, await best(stream, 2) / CHUNKS)


if __name__ == "__main__":
    serve() if "--serve" in sys.argv else main()
