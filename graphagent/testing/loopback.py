"""A small HTTP/1.1 server on loopback: one thread a connection, and each response in as few packets as it can be.

The standard library's server spends 0.35 ms on a request, most of it on parsing headers; this one 0.1 ms. What it
spends would be charged to the client that is measured through it.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import responses as phrases
from io import BufferedReader

from graphagent.testing.faults import Pace

_ONE_GO = Pace()
_BROKEN = ("cut", "reset")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response. A body that is a list is sent with chunked encoding, one chunk for each of its parts."""

    status: int
    headers: dict[str, str]
    body: bytes | list[bytes]
    pace: Pace = field(default_factory=Pace)


class LoopbackServer:
    """Serves `handle` on a free port of 127.0.0.1 until closed. `handle` is called in the connections' threads."""

    def __init__(self, handle: Callable[[Request], Response]) -> None:
        self._handle = handle
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"loopback-{self.port}", daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        """Close the port and all connections, also those in the middle of a reply, and wait for their threads."""
        self._closing.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the acceptor, on every system
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now.values():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in open_now:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self._closing.is_set():
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._connections[thread] = connection
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            # A client that goes away in the middle is its own affair; the next request finds another connection.
            with suppress(ConnectionError), connection, connection.makefile("rb") as stream:
                while (request := _read(stream)) and self._answer(connection, request):
                    pass
        finally:
            with self._lock:
                del self._connections[threading.current_thread()]

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Send the response and say whether the connection stays open."""
        response = self._handle(request)
        self._send(connection, response)
        if response.pace.ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return response.pace.ending not in _BROKEN and request.headers.get("connection", "").lower() != "close"

    def _send(self, connection: socket.socket, response: Response) -> None:
        pace, parts = response.pace, _parts(response)
        if pace == _ONE_GO:
            connection.sendall(b"".join(parts))  # headers apart from the body would wait 45 ms for a delayed ACK
            return
        self._closing.wait(pace.before)
        held = min(pace.held_after, len(parts) - 1)
        for index, part in enumerate(parts[: pace.after] if pace.ending in _BROKEN else parts):
            if index == held and pace.held_until:
                while not pace.held_until.wait(0.02) and not self._closing.is_set():
                    pass
            if index:
                self._closing.wait(pace.between)
            connection.sendall(part)


def _read(stream: BufferedReader) -> Request | None:
    """Read a request; None at the end of the connection."""
    line = stream.readline()
    if not line.strip():
        return None
    method, path, _ = line.decode("latin-1").split()
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


def _parts(response: Response) -> list[bytes]:
    """Frame a response: the head goes with the first part of the body."""
    lines = [f"HTTP/1.1 {response.status} {phrases.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    body = response.body
    if isinstance(body, bytes):
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode("latin-1")
        half = len(body) // 2
        return [head + body[:half], body[half:]]
    head = "\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode("latin-1")
    parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in body]
    parts[0] = head + parts[0]
    parts[-1] += b"0\r\n\r\n"
    return parts
