"""A run as it goes on, told over server-sent events: whoever executes it knows nothing of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from graphagent.engine.run import Run
from graphagent.studio.who import known, storage_of
from graphagent.view.data import head_data, step_data, waiting_data
from graphagent.view.hide import fitted, hidden
from graphagent.view.timeline import moments

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from graphagent.storage.base import Head, Storage

EVERY: Final = 0.25  # seconds between two looks
SILENCE: Final = 15.0  # seconds after which something is said, so that whatever stands between does not hang up
LARGEST: Final = 100_000  # bytes of the texts of one step


async def live(request: Request) -> Response:
    """The steps of a run that follow the last one the page has, and then each as it comes, until the run is over."""
    known(request)
    last = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    after = int(last) if last.isdecimal() else 0
    follower = await run_in_threadpool(Follower, storage_of(request), request.path_params["run_id"], after)
    return StreamingResponse(follower.tell(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


class Follower:
    """Somebody who has seen a run up to step `after`, and wants to know the rest."""

    def __init__(self, storage: Storage, run_id: str, after: int) -> None:
        self.storage = storage
        self.head, steps = storage.load(run_id)
        self.began = steps[0].at
        self.run = Run.replay(self.head.id, self.head.plan, steps[:after])

    async def tell(self) -> AsyncIterator[bytes]:
        """Events, encoded."""
        silent = 0.0
        while True:
            told = await run_in_threadpool(self.look)
            if told:
                yield b"".join(told)
            if self.run.is_over:
                yield event("end", {})
                return
            silent = 0.0 if told else silent + EVERY
            if silent >= SILENCE:
                silent = 0.0
                yield b": still here\n\n"
            await asyncio.sleep(EVERY)

    def look(self) -> list[bytes]:
        """What has happened since the last look."""
        steps = self.storage.steps(self.run.id, self.run.seq)
        told = [
            event("step", fitted(step_data(moment), LARGEST), moment.step.seq)
            for moment in moments(self.run, steps, self.began)
        ]
        return [*told, event("run", self.standing())] if told else []

    def standing(self) -> dict[str, Any]:
        """How the run stands."""
        head: Head = self.head
        head.state, head.seq, head.updated_at = self.run.state, self.run.seq, self.run.instant
        return {"run": head_data(head), "error": hidden(self.run.error), "waiting": waiting_data(self.run)}


def event(name: str, value: Any, id: int | None = None) -> bytes:
    """One server-sent event."""
    number = b"" if id is None else b"id: %d\n" % id
    return b"%bevent: %b\ndata: %b\n\n" % (number, name.encode(), to_json(value))
