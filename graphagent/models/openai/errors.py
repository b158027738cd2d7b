"""What goes wrong between us and the service, as errors that say what happened, where, and what to do next."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import httpx2
import openai

from graphagent.exceptions import ModelConnectionError, ModelError, ModelReplyError, ModelRequestError

if TYPE_CHECKING:
    from graphagent.models.openai.chat import OpenAIChat

TRANSIENT: Final = {408, 409, 425, 429}
SHOWN: Final = 500  # characters of what a server says
ADVICE: Final = {
    400: "The same request would be refused again.",
    401: "Check the key: OPENAI_API_KEY or api_key=.",
    403: "The key may not be allowed to use this model, or not from here.",
    404: "Check the model id, and base_url=, which usually ends in /v1.",
    413: "Send less, for instance a shorter history.",
    429: "Try again later, or set max_retries= higher.",
}


@contextmanager
def explained(model: OpenAIChat) -> Iterator[None]:
    """Turn what goes wrong inside into a `ModelError` that names the model and does not hold the key.

    The client's own errors are not chained, as they hold the request with its headers.
    """
    try:
        yield
    except openai.APIStatusError as error:
        raised: ModelError = _status(error)
    except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError) as error:
        raised = _connection(error)
    except (openai.OpenAIError, httpx2.InvalidURL) as error:
        raised = ModelRequestError(f"The request could not be made: {error}")
    except ModelError as error:
        raised = error
    else:
        return
    raised.args = (_without_keys(f"{model.provider} {model.id}: {raised}", model),)
    raise raised from None


def stated(error: Any) -> ModelError:
    """Return the error for an error object that a server put in place of (the rest of) a reply it had begun well."""
    details = error if isinstance(error, dict) else {"message": str(error)}
    code = details.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    text = f"The provider broke the reply off with an error{_named(details)}: {_cut(details.get('message') or error)}"
    if status is None:
        lasting = details.get("type") == "invalid_request_error" or code == "insufficient_quota"
        return ModelReplyError(text, transient=not lasting)
    return _kind(status)(text, status=status, transient=_passes(status, details))


def _status(error: openai.APIStatusError) -> ModelError:
    status, details = error.status_code, error.body if isinstance(error.body, dict) else {}
    said = details.get("message") or error.body or error.response.reason_phrase
    happened = "failed" if status >= 500 else "refused the request"
    text = f"The provider {happened} (HTTP {status}){_named(details)}: {_cut(said)} {ADVICE.get(status, '')}".rstrip()
    return _kind(status)(
        text, status=status, transient=_passes(status, details), retry_after=_retry_after(error.response.headers)
    )


def _connection(error: Exception) -> ModelError:
    cause = error.__cause__ or error
    request = getattr(error, "request", None)
    where = f" at {request.url.copy_with(userinfo=b'', query=None)}" if request is not None else ""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        text = f"The provider{where} did not answer in time. Try again, or set timeout= higher (seconds)."
    else:
        unreached = isinstance(cause, httpx2.ConnectError | httpx2.UnsupportedProtocol)
        advice = "Check base_url= and the network." if unreached else "Try again."
        text = f"The connection to the provider{where} failed: {_cut(str(cause) or type(cause).__name__)} {advice}"
    return ModelConnectionError(text, transient=True)


def _kind(status: int) -> type[ModelError]:
    return ModelRequestError if status < 500 else ModelError


def _passes(status: int, details: dict[str, Any]) -> bool:
    """Whether it may pass by itself. An account without credit is told by the status of a rate limit, but does not."""
    return status >= 500 or (status in TRANSIENT and details.get("code") != "insufficient_quota")


def _named(details: dict[str, Any]) -> str:
    names = [str(details[key]) for key in ("type", "code", "param") if details.get(key)]
    return f" [{', '.join(names)}]" if names else ""


def _cut(said: object) -> str:
    text = " ".join(str(said).split())
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Return how many seconds the server asks to wait: in milliseconds, in seconds, or until a date."""
    for header, per_second in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(headers[header]) / per_second)
        except (KeyError, ValueError):
            continue
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time())
    except (KeyError, ValueError):
        return None


def _without_keys(text: str, model: OpenAIChat) -> str:
    clients = (model.client, model.async_client)
    keys = {model.api_key, os.environ.get("OPENAI_API_KEY"), *(client.api_key for client in clients if client)}
    for key in keys:
        if key and len(key) >= 8:  # shorter ones are placeholders for servers that need none
            text = text.replace(key, "…")
    return text
