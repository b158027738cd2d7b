"""The pages of the studio: runs, sessions, the inbox, and any run as it goes on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse

from graphagent.studio import lists
from graphagent.studio.who import about, root, storage_of
from graphagent.view import compared, page
from graphagent.view.document import document, text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

ASSETS: Final = files("graphagent.studio") / "assets"
DECIDING: Final = (ASSETS / "menu.js", ASSETS / "forms.js", ASSETS / "decide.js")
STYLES: Final = (ASSETS / "studio.css",)


def run(request: Request) -> Response:
    """One run, live."""
    head, steps = storage_of(request).load(request.path_params["run_id"])
    scripts = (*DECIDING, ASSETS / "live.js")
    return HTMLResponse(page.written(head, steps, studio=about(request), scripts=scripts, styles=STYLES))


def compare(request: Request) -> Response:
    """Two runs side by side; a page that asks for them where they are not both said."""
    storage = storage_of(request)
    said = (request.query_params.get(name, "").strip() for name in ("first", "second"))
    first, second = (storage.load(run_id) if run_id else None for run_id in said)
    known = [head.id for head in storage.runs(limit=lists.PAGE)]
    scripts = (ASSETS / "menu.js",)
    html = compared.written(first, second, studio=about(request), known=known, scripts=scripts, styles=STYLES)
    return HTMLResponse(html)


def listing(title: str, values: Callable[[Any, Any], dict[str, Any]]) -> Callable[[Request], Response]:
    """The page of a list, or what is in it as JSON, for a page that looks again."""

    def answer(request: Request) -> Response:
        known = about(request)
        found = {"view": title.lower(), "calls": known["waiting"], **values(storage_of(request), request.query_params)}
        if request.headers.get("accept") == "application/json":
            return JSONResponse(found)
        html = document(
            title=f"{title} · graphagent studio",
            kind="list",
            body=text(ASSETS / "list.html"),
            data={**found, "studio": known},
            scripts=(*page.SCRIPTS[:2], *DECIDING, ASSETS / "lists.js"),
            styles=(page.STYLES[0], *STYLES),
            is_served=True,
        )
        return HTMLResponse(html)

    return answer


runs = listing("Runs", lists.runs)
sessions = listing("Sessions", lists.sessions)
inbox = listing("Inbox", lists.inbox)


async def login(request: Request) -> Response:
    """Ask for the token, and lead whoever has it to the runs."""
    wrong = False
    if request.method == "POST":
        said = parse_qs((await request.body()).decode(errors="replace")).get("token", [""])[0]
        guard = request.state.guard
        if guard.fits(said):
            welcome: Response = guard.welcome(request, root(request))
            return welcome
        wrong = True
    html = document(
        title="graphagent studio",
        kind="login",
        body=text(ASSETS / "login.html"),
        data={"wrong": wrong},
        scripts=(ASSETS / "login.js",),
        styles=(page.STYLES[0], *STYLES),
        is_served=True,
    )
    return HTMLResponse(html, 401 if wrong else 200)
