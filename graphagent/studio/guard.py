"""Who may come in, and from where: the checks that every request passes before anything is read or decided."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
COOKIE: Final = "graphagent-studio"
SAFE: Final = frozenset(("GET", "HEAD"))
KEY: Final = "x-graphagent-key"  # the header of a request that decides
HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "frame-ancestors 'none'",  # nobody's page may lay itself over a button that approves
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """Passes on what comes from the studio's own pages and from whoever has the token; answers all else itself.

    Args:
        app: What is guarded.
        token: Who does not have it sees nothing. None: whoever can reach the address may come in.
        hosts: The names that the studio may be called by, without ports; None: any. A page elsewhere whose name is made to
            point here (DNS rebinding) is none of them.
    """

    def __init__(self, app: ASGIApp, token: str | None, hosts: Collection[str] | None) -> None:
        self.app = app
        self.token = token
        self.hosts = None if hosts is None else frozenset(host.lower().strip("[]") for host in hosts)
        secret = secrets.token_bytes(32) if token is None else token.encode()
        self.key = sealed(secret, "key")
        self.pass_ = sealed(secret, "pass")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scope.setdefault("state", {}).update(guard=self, key=self.key)
        answer = self.refused(request) or self.unknown(request)
        await (answer or self.app)(scope, receive, secured(send))

    def refused(self, request: Request) -> Response | None:
        """The answer to a request that comes from a page of somebody else; None where it does not."""
        host = request.headers.get("host", "")
        if self.hosts is not None and (urlsplit(f"//{host}").hostname or "") not in self.hosts:
            return PlainTextResponse(f"The studio is not called {host!r}.\n", 421)
        if is_foreign(request, host):
            return forbidden("A page of another site asked.")
        if request.method in SAFE or request.url.path.endswith("/login"):
            return None
        if not hmac.compare_digest(request.headers.get(KEY, "").encode(), self.key.encode()):
            return forbidden("The studio was started anew since this page was loaded. Load it again.")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("Say it as JSON.\n", 415)
        return None

    def unknown(self, request: Request) -> Response | None:
        """The answer to a request of somebody who has yet to show the token, or shows it; None where it was shown."""
        if self.token is None or request.url.path.endswith("/login"):
            return None
        if self.fits(request.query_params.get("token")):
            return self.welcome(request, str(request.url.remove_query_params("token")))
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.fits(shown):
            return None
        if hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.pass_.encode()):
            return None
        if request.method in SAFE and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{request.scope.get('root_path', '')}/login", 303)
        return PlainTextResponse("The studio needs its token.\n", 401, {"www-authenticate": "Bearer"})

    def fits(self, token: str | None) -> bool:
        """Whether this is the token."""
        return token is not None and self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    def welcome(self, request: Request, address: str) -> Response:
        """Lead somebody who has shown the token to where they wanted to go, without it in the address."""
        answer = RedirectResponse(address, 303)
        path = f"{request.scope.get('root_path', '')}/"
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, self.pass_, path=path, httponly=True, samesite="lax", secure=secure)
        return answer


def is_foreign(request: Request, host: str) -> bool:
    """Whether a page of another site asks, as far as the browser says. To follow a link to the studio is not to ask."""
    own = request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    if request.method in SAFE:
        return not own and request.headers.get("sec-fetch-mode") != "navigate"
    origin = request.headers.get("origin")
    return not own or (origin is not None and urlsplit(origin).netloc != host)


def forbidden(why: str) -> Response:
    """A refusal."""
    return PlainTextResponse(f"{why} Nothing was done.\n", 403)


def sealed(secret: bytes, purpose: str) -> str:
    """Something that only who has the secret can know, for one purpose."""
    return hmac.new(secret, f"graphagent studio {purpose}".encode(), hashlib.sha256).hexdigest()


def secured(send: Send) -> Send:
    """Give every answer the headers that keep other sites out of it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
