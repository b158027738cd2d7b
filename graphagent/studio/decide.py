"""The one address where something is decided: through the same inbox as everybody, and nothing else can be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json, to_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from graphagent.engine.run import Run
from graphagent.exceptions import (
    AlreadyResolved,
    DeadlineNotPassed,
    RequestNotFound,
    RunBusy,
    RunIsOver,
    RunNotFound,
    SessionNotFound,
    StorageError,
    ToolArgumentsError,
)
from graphagent.run.inbox import Inbox
from graphagent.studio.who import known, storage_of
from graphagent.utils.redact import HIDDEN, redacted_text
from graphagent.view.data import waiting_data
from graphagent.view.hide import hidden

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from graphagent.storage.base import Storage

STATUS: Final = (
    ((RunNotFound, RequestNotFound, SessionNotFound), 404),
    ((AlreadyResolved, RunIsOver, RunBusy, DeadlineNotPassed), 409),
    ((ToolArgumentsError,), 422),
    ((StorageError,), 503),
)


class Said(BaseModel):
    """What a person says of a call that waits. What is not said of it is None."""

    model_config = ConfigDict(extra="forbid", strict=True)

    run: str
    call: str
    action: Literal["approve", "reject", "answer", "deliver", "settle"]
    digest: str | None = None
    arguments: str | None = None
    values: dict[str, Any] | None = None
    result: str | None = None
    failed: bool = False
    verdict: Literal["retry", "result", "failure"] | None = None
    note: str | None = None
    by: str | None = None


async def decided(request: Request) -> Response:
    """Decide about one call, and answer with how its run stands then."""
    name = known(request)
    try:
        said = Said.model_validate_json(await request.body())
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        return JSONResponse({"error": "Unreadable", "message": told}, 422)
    run = await run_in_threadpool(decide, storage_of(request), said, name or (said.by or "").strip() or None)
    call = run.calls[said.call]
    return JSONResponse({"state": run.state, "by": call.decided_by, "waiting": waiting_data(run)})


def decide(storage: Storage, said: Said, by: str | None) -> Run:
    """Put a decision on record. Raises what the inbox raises."""
    inbox, about, note = Inbox(storage), (said.run, said.call), said.note or None
    match said.action:
        case "approve":
            arguments = said.arguments and restored(storage, said)
            return inbox.approve(*about, arguments=arguments, by=by, note=note, digest=said.digest)
        case "reject":
            return inbox.reject(*about, note=note, by=by)
        case "answer":
            return inbox.answer(*about, said.values or {}, by=by)
        case "deliver":
            return inbox.deliver(*about, said.result or "", failed=said.failed, by=by)
        case "settle":
            return inbox.settle(*about, said.verdict or "", said.result or None, by=by, note=note)


def failure(request: Request, error: Exception) -> Response:
    """The answer where something was refused: what happened, in which words everybody is told."""
    code = next((code for kinds, code in STATUS if isinstance(error, kinds)), 500)
    told = redacted_text(str(error))
    if "text/html" in request.headers.get("accept", ""):
        return PlainTextResponse(f"{told}\n", code)
    return JSONResponse({"error": type(error).__name__, "message": told}, code)


# -- arguments that were edited where secrets in them were not shown --------------------------------------------------


def restored(storage: Storage, said: Said) -> str:
    """The arguments that a person wants, with the secrets that were not shown to them as they were.

    Raises `ToolArgumentsError` where a secret was to be changed in part.
    """
    if HIDDEN not in (said.arguments or ""):
        return said.arguments or ""
    head, steps = storage.load(said.run)
    call = Run.replay(head.id, head.plan, steps).calls.get(said.call)
    wanted, before = parsed(said.arguments or ""), parsed(call.arguments if call else "")
    whole = filled_in(wanted, before, hidden(before))
    if HIDDEN in (text := to_json(whole).decode()):
        raise ToolArgumentsError(f"What is {HIDDEN} can be left as it is or written anew, but not moved or changed.")
    return text


def parsed(arguments: str) -> Any:
    """The value of JSON text. Raises `ToolArgumentsError`."""
    try:
        return from_json(arguments)
    except ValueError as error:
        raise ToolArgumentsError(f"The arguments are not JSON: {error}.") from error


def filled_in(wanted: Any, before: Any, shown: Any) -> Any:
    """A value, in which whatever is as it was shown is as it was before."""
    if wanted == shown:
        return before
    if isinstance(wanted, dict) and isinstance(before, dict):
        return {
            key: filled_in(value, before[key], shown[key]) if key in before else value for key, value in wanted.items()
        }
    if isinstance(wanted, list) and isinstance(before, list) and len(wanted) == len(before):
        return [filled_in(*each) for each in zip(wanted, before, shown, strict=True)]
    return wanted
