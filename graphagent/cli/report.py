"""What became of a run that a worker took on, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphagent.cli import explained
from graphagent.cli.terminal import console, line, style_of
from graphagent.cli.waiting import waiting
from graphagent.engine.machine import FAILED
from graphagent.engine.run import Run
from graphagent.exceptions import StorageError
from graphagent.run.inbox import Inbox
from graphagent.view.signature import signature
from graphagent.view.timeline import ASKED

if TYPE_CHECKING:
    from graphagent.storage.base import Storage


def report(storage: Storage, run_id: str, failure: Exception | None) -> dict[str, Any]:
    """How a run stands on record, what it waits for, and why it could not go on, as JSON values."""
    error = explained(failure) if failure else None
    try:
        head, steps = storage.load(run_id)
        run = Run.replay(head.id, head.plan, steps)
        waits = [{"call_id": one.call.id, "kind": one.kind, "call": signature(one.call)} for one in waiting(Inbox(storage), run_id=run_id)]  # fmt: skip
    except StorageError as unreadable:
        return {"run_id": run_id, "state": None, "steps": None, "error": error or str(unreadable), "waits": []}
    if run.state == FAILED:
        error = (run.error or {}).get("message") or error
    return {"run_id": run_id, "state": run.state, "steps": run.seq, "error": error, "waits": waits}


def print_report(values: dict[str, Any]) -> None:
    """Print it, whole: the id, the state it rests in, and what is to be known."""
    from rich.text import Text

    told = Text(values["run_id"] or "The database")
    if values["state"]:
        told.append("  ").append(values["state"], style=style_of(values["state"]))
    waits = [f"waits for {ASKED[one['kind']]}: {one['call']}" for one in values["waits"]]
    for text in [*waits, *([values["error"]] if values["error"] else [])]:
        told.append("  ").append_text(line((text, "red" if values["error"] else "")))
    console().print(told, soft_wrap=True)
