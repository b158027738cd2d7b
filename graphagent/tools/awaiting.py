"""Asynchronous results in synchronous code."""

from __future__ import annotations

import contextvars
import inspect
from collections.abc import Awaitable, Callable
from types import AsyncGeneratorType, GeneratorType
from typing import Any

from graphagent.tools.result import joined

_PLAIN = frozenset({str, int, float, bool, type(None), dict, list})  # what most tools return


def finished(value: Any) -> Any:
    """The value a synchronous caller gets: awaitables are run to completion, generators joined to text."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, GeneratorType):
        return joined(value)
    if isinstance(value, AsyncGeneratorType) or inspect.isawaitable(value):
        return run_to_completion(lambda: afinished(value))
    return value


async def afinished(value: Any) -> Any:
    """`finished`, for an asynchronous caller."""
    if inspect.isawaitable(value):
        value = await value
    if isinstance(value, AsyncGeneratorType):
        return joined([piece async for piece in value])
    return joined(value) if isinstance(value, GeneratorType) else value


def run_to_completion(start: Callable[[], Awaitable[Any]]) -> Any:
    """Run the coroutine that `start` makes on an event loop of its own, and return its result.

    The loop lives in the calling thread, or in a helper thread where this one is running a loop already (a notebook,
    a synchronous call inside asynchronous code); context variables are those of the caller either way. As every call
    has a loop of its own, what belongs to a loop, such as an asynchronous client, must be opened within the call.
    """
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(start)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, "graphagent-async-tool") as helper:
        return helper.submit(contextvars.copy_context().run, _run, start).result()


def _run(start: Callable[[], Awaitable[Any]]) -> Any:
    import asyncio

    async def main() -> Any:
        return await start()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(main())
