"""From a script item and the request it answers to the HTTP response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from pydantic_core import to_json

from graphagent.models.script import Answer, Call
from graphagent.testing.faults import Delivery, Fault, Item, Pace, error_body
from graphagent.testing.loopback import Response
from graphagent.testing.wire import DONE, completion, event, stream

_JSON = {"content-type": "application/json"}
_EVENTS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
_INTERRUPTED = "The server had an error while processing your request."

Settled: TypeAlias = Answer | Fault | dict[str, Any] | list[dict[str, Any]]


def respond(item: Item, request: dict[str, Any], prompt: int) -> Response:
    """Answer the request body `request`, which came in `prompt` bytes, with a script item.

    Raises:
        TypeError: The item is none, or does not fit this kind of request.
    """
    settled, pace = _settle(item, request)
    if isinstance(settled, Fault):
        return Response(settled.status, settled.headers, settled.body, pace)
    if request.get("stream"):
        return Response(200, _EVENTS, _events(settled, request, prompt, pace), pace)
    if pace.ending == "error":
        return Response(500, _JSON, error_body(_INTERRUPTED, kind="server_error"), pace)
    if isinstance(settled, list):
        raise TypeError("A list of raw events can only answer a streamed request; this one asked for a whole reply.")
    body = completion(settled, request, prompt) if isinstance(settled, Answer) else to_json(settled)
    return Response(200, _JSON, body[: len(body) // 2] if pace.ending in ("garbled", "short") else body, pace)


def _events(
    settled: Answer | dict[str, Any] | list[dict[str, Any]], request: dict[str, Any], prompt: int, pace: Pace
) -> list[bytes]:
    if isinstance(settled, Answer):
        events = stream(settled, request, prompt)
    else:
        events = [*map(event, settled if isinstance(settled, list) else [settled]), DONE]
    good = min(pace.after, len(events) - 1)
    if pace.ending == "short":
        return events[:good] or [b": nothing\n\n"]
    if pace.ending == "garbled":
        return [*events[:good], events[good][: len(events[good]) // 2] + b"\n\n", DONE]
    if pace.ending == "error":
        return [*events[:good], b"data: %b\n\n" % error_body(_INTERRUPTED, kind="server_error")]
    return events


def _settle(item: Item, request: dict[str, Any]) -> tuple[Settled, Pace]:
    if callable(item):
        return _settle(item(request), request)
    if isinstance(item, Delivery):
        return _settle(item.item, request)[0], item.pace
    if isinstance(item, str):
        return Answer(item), Pace()
    if isinstance(item, Answer | Fault | dict):
        return item, Pace()
    parts: Sequence[object] = item if isinstance(item, list | tuple) else [item]
    calls = tuple(part for part in parts if isinstance(part, Call))
    raw = [part for part in parts if isinstance(part, dict)]
    if not parts or len(parts) not in (len(calls), len(raw)):
        raise TypeError(
            f"A script holds texts, calls, lists of calls, faults, raw dicts and functions that return one of these; "
            f"this is {item!r}. Use say(), call() and fault() from graphagent.testing."
        )
    return (Answer(calls=calls) if calls else raw), Pace()
