"""What can go wrong between a model and its client, on demand: errors, delays, and replies that break off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http.client import responses as phrases
from typing import Any, Literal, TypeAlias

from pydantic_core import to_json

from graphagent.models.script import Answer, Call


@dataclass(frozen=True, slots=True)
class Fault:
    """An HTTP error in place of an answer."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a reply is sent where that is not at once and whole: late, piece by piece, or not to its end.

    A streamed reply has one piece for each event, and its headers go out with the first; any other reply has two
    halves. Times are in seconds. `after` is how many pieces go out before the reply ends as `ending` says.
    """

    before: float = 0.0
    between: float = 0.0
    held_after: int = 0
    held_until: threading.Event | None = None
    after: int = 0
    ending: Literal["complete", "cut", "short", "reset", "garbled", "error"] = "complete"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A script item and how it is sent."""

    item: Item
    pace: Pace = field(default_factory=Pace)


# What a script may hold. A dict is a raw reply body, a list of dicts the raw events of a stream; a function takes the
# request body and returns any of these.
Item: TypeAlias = (
    str
    | Call
    | Answer
    | Fault
    | Delivery
    | Sequence[Call]
    | dict[str, Any]
    | Sequence[dict[str, Any]]
    | Callable[[dict[str, Any]], "Item"]
)


def fault(
    status: int,
    *,
    retry_after: float | str | None = None,
    message: str | None = None,
    code: str | None = None,
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> Fault:
    """Answer with an HTTP error.

    Args:
        status: The status code: 429, 500, 503, ….
        retry_after: The `Retry-After` header: seconds, or an HTTP date.
        message: The text of the error; each status has one of its own.
        code: The error's code, such as `insufficient_quota`.
        body: A body that is no error object, as a proxy in between would send it.
        headers: More headers.
    """
    sent = {"content-type": "application/json" if body is None else "text/html", **(headers or {})}
    if retry_after is not None:
        sent["retry-after"] = retry_after if isinstance(retry_after, str) else f"{retry_after:g}"
    if body is not None:
        return Fault(status, body.encode(), sent)
    kind, known_code, known_message = _KNOWN.get(status) or _unknown(status)
    return Fault(status, error_body(message or known_message, kind=kind, code=code or known_code), sent)


def slow(item: Item, *, before: float = 0.0, between: float = 0.0) -> Item:
    """Wait `before` seconds before the first byte and `between` seconds between the pieces of the reply."""
    return _deliver(item, before=before, between=between)


def hold(item: Item, *, until: threading.Event, after: int = 0) -> Item:
    """Send `after` pieces of the reply, then wait until the event is set: a slow model without a clock."""
    return _deliver(item, held_until=until, held_after=after)


def cut(item: Item, *, after: int = 1, cleanly: bool = False) -> Item:
    """Send `after` pieces of the reply and no more.

    The connection is then closed, which a client notices; `cleanly` ends the response as if that were all, so that only
    the missing end of the reply tells.
    """
    return _deliver(item, after=after, ending="short" if cleanly else "cut")


def reset(item: Item = "", *, after: int = 0) -> Item:
    """Send `after` pieces of the reply, then reset the connection; what was not read by then may be lost."""
    return _deliver(item, after=after, ending="reset")


def garble(item: Item = "", *, after: int = 1) -> Item:
    """Send a complete response with status 200 whose JSON breaks off; in a stream, after `after` good events."""
    return _deliver(item, after=after, ending="garbled")


def interrupt(item: Item = "", *, after: int = 1) -> Item:
    """Send an error object in the stream after `after` good events; a reply that is not streamed is a 500."""
    return _deliver(item, after=after, ending="error")


def error_body(
    message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> bytes:
    """Encode an error object as the service sends it."""
    return to_json({"error": {"message": message, "type": kind, "param": param, "code": code}})


_KNOWN = {
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
}


def _unknown(status: int) -> tuple[str, str | None, str]:
    return (
        "invalid_request_error" if status < 500 else "server_error",
        None,
        f"{phrases.get(status, 'An error without a name')}.",
    )


def _deliver(item: Item, **how: Any) -> Item:
    """Combine: `slow(cut(say("…")))` is one delivery with both, and a function's answer is delivered like any other."""
    if callable(item):
        return lambda request: _deliver(item(request), **how)
    delivery = item if isinstance(item, Delivery) else Delivery(item)
    return replace(delivery, pace=replace(delivery.pace, **how))
