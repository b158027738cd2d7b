"""The studio as an ASGI application: its pages, what they listen to, and the one address that decides."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from graphagent.exceptions import DefinitionError, GraphAgentError
from graphagent.studio import pages
from graphagent.studio.decide import decided, failure
from graphagent.studio.guard import LOOPBACK, Guard
from graphagent.studio.live import live

if TYPE_CHECKING:
    from starlette.requests import Request

    from graphagent.storage.base import Storage

LARGEST: Final = 4_000_000  # bytes that may be said at once


def app(
    storage: Storage,
    *,
    token: str | None = None,
    hosts: Collection[str] | None = tuple(LOOPBACK),
    user: Callable[[Request], str | None] | None = None,
) -> Starlette:
    """A web application that shows the runs of a storage and lets people decide what they wait for.

    It can be mounted under any prefix of another ASGI application. It never loads an agent: whoever has it goes on with
    what was decided here, as `graphagent recover MODULE:AGENT --watch` does.

    Args:
        storage: Where the runs are. With `table_name=None` it sees those of all names.
        token: What everybody has to show first: in a header (`Authorization: Bearer …`), in the address (`?token=…`), or
            on the page that asks for it.
        hosts: The names that it may be called by. None: any.
        user: Who is asking, where the application around it knows: that name goes on record with what is decided. None
            from it refuses the request. Without it, people say their names themselves.

    Raises:
        DefinitionError: Neither `token` nor `user` says who may come in, and `hosts` has more than loopback addresses.
    """
    if token is None and user is None and (hosts is None or not LOOPBACK.issuperset(hosts)):
        raise DefinitionError("A studio that others can reach needs a token=, or a user= that knows who is asking.")
    routes = [
        Route("/", pages.runs, name="runs"),
        Route("/sessions", pages.sessions),
        Route("/inbox", pages.inbox),
        Route("/compare", pages.compare),
        Route("/runs/{run_id:path}", pages.run),
        Route("/live/{run_id:path}", live),
        Route("/decide", decided, methods=["POST"]),
        Route("/login", pages.login, methods=["GET", "POST"]),
    ]
    handlers: dict[Any, Any] = {GraphAgentError: failure}
    guard = Middleware(Guard, token=token, hosts=hosts)
    made = Starlette(routes=routes, middleware=[guard], exception_handlers=handlers, max_body_size=LARGEST)
    made.state.storage, made.state.user, made.state.token = storage, user, token
    return made
