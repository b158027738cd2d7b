"""Server-sent events: the payloads of a byte stream that arrives in pieces of any size."""

from __future__ import annotations

from collections.abc import Iterator


class Payloads:
    """Takes the stream piece by piece and gives each event's data as soon as the event is complete."""

    __slots__ = ("_data", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the payloads that `piece` completes. Comments and other fields of events are passed over."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].strip())  # JSON does not care for blanks around it, nor for a CR
            elif self._data and not line.strip():
                payload = b"\n".join(self._data)
                self._data.clear()
                yield payload
