"""What the lists of the studio hold, as JSON values: runs, sessions, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from graphagent.engine.machine import ACTING, CANCELLED, COMPLETED, FAILED, READY, STATES, WAITING
from graphagent.run.inbox import Inbox
from graphagent.storage.session import EVERYBODY
from graphagent.view.data import call_data, head_data
from graphagent.view.hide import fitted, hidden

if TYPE_CHECKING:
    from graphagent.storage.base import Storage

PAGE: Final = 50
STATE: Final = 10_000  # bytes of the texts of a session's state that are shown
# What can be asked for besides one state.
GROUPS: Final = {"running": (READY, *ACTING), "waiting": WAITING, "over": (COMPLETED, FAILED, CANCELLED)}


def runs(storage: Storage, asked: Mapping[str, str]) -> dict[str, Any]:
    """Runs that fit, those recorded last first. Raises `RunNotFound` where the page is to begin after an unknown run."""
    state = asked.get("state") or None
    wanted = GROUPS.get(state or "", state)
    heads = storage.runs(
        session_id=asked.get("session") or None,
        user_id=asked.get("user") or None,
        agent_id=asked.get("agent") or None,
        state=wanted,
        before=asked.get("before") or None,
        limit=PAGE + 1,
    )
    filters = {name: asked.get(name, "") for name in ("state", "agent", "session", "user")}
    return {
        "filters": filters,
        "states": [*GROUPS, *STATES],
        "rows": [{**head_data(head), "damage": head.damage} for head in heads[:PAGE]],
        "next": heads[PAGE - 1].id if len(heads) > PAGE else None,
        "first": not asked.get("before"),
    }


def inbox(storage: Storage, asked: Mapping[str, str]) -> dict[str, Any]:
    """What waits for a person in any run, that asked for last first."""
    waiting, before = Inbox(storage), asked.get("before", "")
    found = waiting.pending(
        kind=asked.get("kind") or None,  # type: ignore[arg-type]  # of an unknown kind there is nothing
        before=int(before) if before.isdecimal() else None,
        limit=PAGE + 1,
    )
    rows = [{"run": head_data(head), **call_data(run, call)} for _, head, run, call in waiting.waiting(found[:PAGE])]
    return {
        "filters": {"kind": asked.get("kind", "")},
        "rows": rows,
        "damaged": waiting.damaged,
        "next": str(found[PAGE - 1].number) if len(found) > PAGE else None,
        "first": not before,
    }


def sessions(storage: Storage, asked: Mapping[str, str]) -> dict[str, Any]:
    """Sessions, those begun last first. Raises `SessionNotFound` where the page is to begin after an unknown one."""
    user, before = asked.get("user"), asked.get("before") or None
    found = storage.sessions(user_id=user or EVERYBODY, before=before, limit=PAGE + 1)
    rows = [
        {
            "id": session.id,
            "name": session.name,
            "user_id": session.user_id,
            "state": fitted(hidden(session.state), STATE),
            "created_at": session.created_at,
            "updated_at": session.updated_at,
            "damage": session.damage,
        }
        for session in found[:PAGE]
    ]
    next = found[PAGE - 1].id if len(found) > PAGE else None
    return {"filters": {"user": user or ""}, "rows": rows, "next": next, "first": not before}
