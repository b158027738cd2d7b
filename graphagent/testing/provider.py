"""A model provider on this machine that answers from a script: real HTTP, no key, no cost, no network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, repeat
from types import TracebackType
from typing import Any, Self

from pydantic_core import from_json, to_json

from graphagent.exceptions import DefinitionError
from graphagent.testing.faults import Item, error_body
from graphagent.testing.loopback import LoopbackServer, Request, Response
from graphagent.testing.reply import respond
from graphagent.testing.rules import violations

_JSON = {"content-type": "application/json"}
_NOTHING: Item = ()  # an empty list of calls is no answer, so it can stand for the end of the script


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in. `body` is the decoded JSON; `violations` says why it was refused, where it was."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None
    violations: list[str] = field(default_factory=list)


class LocalProvider:
    """Speaks Chat Completions on loopback, plain and streamed, and refuses what the real service would refuse.

        with LocalProvider([call("add", a=1, b=2), say("3")]) as provider:
            model = OpenAIChat(id="local", base_url=provider.base_url, api_key=provider.api_key)

    Each request takes the next item of the script, in the order in which requests arrive. `requests` holds all that
    came in, without the key; `refused` those that broke a rule, and `unanswered` those that came after the script's end.
    A failure inside a function of the script is answered as an error and raised again where the `with` block ends.

    Args:
        script: The items: texts, `say`, `call`, lists of calls, `refuse`, faults, raw dicts, or functions from the
            request body to one of these. A function in place of the list answers every request.
        strict: Refuse requests that break the service's rules (`graphagent.testing.rules`).
        check: A further check of each request body, giving the reasons to refuse it.
        api_key: The only key that is let in.
        models: What `GET /v1/models` lists. Requests may name any model.
    """

    def __init__(
        self,
        script: Iterable[Item] | Callable[[dict[str, Any]], Item] = (),
        *,
        strict: bool = True,
        check: Callable[[dict[str, Any]], Iterable[str]] | None = None,
        api_key: str = "sk-local",
        models: Iterable[str] = ("local",),
    ) -> None:
        if isinstance(script, str | dict):
            raise DefinitionError("A script is a list of answers, also where it holds one: LocalProvider([…]).")
        self.api_key = api_key
        self.requests: list[Received] = []
        self.unanswered: list[Received] = []
        self._script: Iterator[Item] = repeat(script) if callable(script) else iter(script)
        self._strict = strict
        self._check = check
        self._models = tuple(models)
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._failure: BaseException | None = None
        self._server: LoopbackServer | None = None

    def __enter__(self) -> Self:
        self._server = LoopbackServer(self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
        if self._failure and error is None:
            raise self._failure

    @property
    def port(self) -> int:
        """The port on 127.0.0.1, known once the provider is open."""
        if self._server is None:
            raise DefinitionError("The provider is not open yet: use it as `with LocalProvider([…]) as provider:`.")
        return self._server.port

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def refused(self) -> list[Received]:
        """The requests that the real service would have refused."""
        return [request for request in self.requests if request.violations]

    def _handle(self, request: Request) -> Response:
        response = self._route(request)
        return replace(response, headers={**response.headers, "x-request-id": f"req_{next(self._numbers)}"})

    def _route(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            self.requests.append(_received(request, None, []))
            return _error(401, "Incorrect API key provided: use `provider.api_key`.", code="invalid_api_key")
        if (request.method, request.path) == ("POST", "/v1/chat/completions"):
            return self._complete(request)
        self.requests.append(_received(request, None, []))
        if (request.method, request.path) == ("GET", "/v1/models"):
            models = [{"id": name, "object": "model", "created": 0, "owned_by": "local"} for name in self._models]
            return Response(200, _JSON, to_json({"object": "list", "data": models}))
        return _error(404, f"Unknown request URL: {request.method} {request.path}.", code="unknown_url")

    def _complete(self, request: Request) -> Response:
        try:
            body = from_json(request.body)
        except ValueError:
            body = None
        received = _received(request, body, self._judge(body))
        with self._lock:
            self.requests.append(received)
            item = _NOTHING if received.violations else next(self._script, _NOTHING)
        if received.violations:
            path, _, _ = received.violations[0].partition(": ")
            return _error(400, " ".join(received.violations), param=path)
        if item is _NOTHING:
            self.unanswered.append(received)
            return _error(400, self._exhausted(), code="script_exhausted")
        try:
            return respond(item, body, len(request.body))
        except BaseException as failure:  # noqa: BLE001 - raised again in the thread of the test, by __exit__
            self._failure = failure
            return _error(400, f"The script failed with {failure!r}.", code="script_failed")

    def _judge(self, body: Any) -> list[str]:
        if not isinstance(body, dict):
            return ["$: The body of the request is not a JSON object."]
        found = violations(body) if self._strict else []
        return [*found, *(self._check(body) if self._check else ())]

    def _exhausted(self) -> str:
        return (
            f"The script of this provider has ended: request {len(self.requests)} came and no answer is left. "
            "Add one to LocalProvider([…]), or find out why the agent asked once more than planned."
        )


def _received(request: Request, body: Any, found: list[str]) -> Received:
    headers = {name: "[redacted]" if name == "authorization" else value for name, value in request.headers.items()}
    return Received(request.method, request.path, headers, body, found)


def _error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Response:
    return Response(status, _JSON, error_body(message, code=code, param=param))
