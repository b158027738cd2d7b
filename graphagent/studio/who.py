"""Who is asking, and what every page of the studio is told about that."""

from __future__ import annotations

from getpass import getuser
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.requests import Request

    from graphagent.storage.base import Storage


def storage_of(request: Request) -> Storage:
    """Where the runs are."""
    found: Storage = request.app.state.storage
    return found


def known(request: Request) -> str | None:
    """The name of whoever is asking, as the application around the studio knows it; None where there is none.

    Raises `HTTPException` (403) where that application does not know them.
    """
    if request.app.state.user is None:
        return None
    name: str | None = request.app.state.user(request)
    if name is None:
        raise HTTPException(403, "Nobody is known to be asking.")
    return name


def about(request: Request) -> dict[str, Any]:
    """What the scripts of a page need: where the studio is, the key to decide with, and who does."""
    name = known(request)
    return {
        "root": root(request),
        "key": request.state.key,
        "name": name or proposed(request),
        "fixed": name is not None,
        "waiting": waiting(request),
    }


def waiting(request: Request) -> int:
    """How many calls wait for people, as far as it is worth counting."""
    return len(storage_of(request).requests(limit=100))


def root(request: Request) -> str:
    """The path that the studio is under, with a slash at its end."""
    return f"{request.scope.get('root_path', '').rstrip('/')}/"


def proposed(request: Request) -> str:
    """A name to say who decides, until they say it themselves: whoever runs the studio, where nobody else can reach it."""
    if request.app.state.token is not None:
        return ""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""
