"""Requests and responses through the `openai` client's public `post`, which keeps its auth, retries and typed errors.

The body goes out as the bytes it is and comes back as bytes: the client's own models of requests and replies cost more
than everything else in a run.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import httpx2

if TYPE_CHECKING:
    from graphagent.models.openai.connection import Connection

PATH: Final = "/chat/completions"
GRACE: Final = 0.1  # seconds that a server gets to end a stream after it said it was done


def post(connection: Connection, body: bytes, *, stream: bool) -> httpx2.Response:
    """Send and return the response: complete, or with its body still to come where it streams."""
    client, options = connection.client_for_requests(), connection.request_options
    return client.post(PATH, content=body, cast_to=httpx2.Response, options=options, stream=stream)


async def apost(connection: Connection, body: bytes, *, stream: bool) -> httpx2.Response:
    """`post`, without blocking the event loop."""
    client, options = await connection.client_for_tasks(), connection.request_options
    return await client.post(PATH, content=body, cast_to=httpx2.Response, options=options, stream=stream)


def drain(response: httpx2.Response, pieces: Iterator[bytes]) -> None:
    """Read the little that follows a finished reply, or its connection could not be used again.

    A server that keeps the stream open is hung up on: the reply is complete, so what goes wrong here does not matter.
    """
    alarm = threading.Timer(GRACE, _hang_up, (response,))
    alarm.daemon = True
    alarm.start()
    with suppress(httpx2.HTTPError, OSError):
        for _ in pieces:
            pass
    alarm.cancel()


async def adrain(pieces: AsyncIterator[bytes]) -> None:
    """`drain`, without blocking the event loop."""
    with suppress(httpx2.HTTPError, TimeoutError):
        async with asyncio.timeout(GRACE):
            async for _ in pieces:
                pass


def _hang_up(response: httpx2.Response) -> None:
    if (stream := response.extensions.get("network_stream")) is not None:
        with suppress(OSError):  # closed in the meantime
            stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
