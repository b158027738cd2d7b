"""A session: a conversation of one user, and the state that its runs share. What they change in it, and who may."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphagent.engine.patch import apply, conflict
from graphagent.exceptions import SessionNotFound, SessionOwnershipError, StateConflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphagent.engine.patch import Patch
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head

TOLD: Final = ("current_session_id", "current_user_id")  # told to tools in the state, and no part of it


class Everybody(Enum):
    """In place of a user: whoever it is. None is no such thing, but the user that nobody named."""

    EVERYBODY = "everybody"


EVERYBODY: Final = Everybody.EVERYBODY


@dataclass(slots=True, kw_only=True)
class Session:
    """A session as it stands. Times are microseconds since the epoch; `version` counts the changes of its state."""

    id: str
    space: str = ""
    user_id: str | None = None
    name: str | None = None
    state: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    created_at: int = 0
    updated_at: int = 0
    """When its state was last changed."""
    number: int = 0
    """Its row in the database: a later session has a higher one."""
    damage: str | None = None
    """Why it cannot be read back. Only its id is sure then, and its state is not told."""


class Deleted(NamedTuple):
    """How much was deleted."""

    sessions: int = 0
    runs: int = 0
    steps: int = 0
    requests: int = 0
    memories: int = 0
    """Versions of memories, and summaries of sessions."""


def patches(steps: Iterable[Step]) -> list[tuple[int, Patch]]:
    """What steps change in the state of their session, each with the number of its step."""
    return [(step.seq, step.data["state"]) for step in steps if step.data is not None and step.data.get("state")]


def with_patches(state: dict[str, Any], steps: Iterable[Step]) -> dict[str, Any]:
    """A state with what steps change in it."""
    for _, patch in patches(steps):
        state = apply(state, patch)
    return state


def advanced(run_id: str, state: dict[str, Any], changes: Sequence[tuple[int, Patch]]) -> dict[str, Any]:
    """The state after these changes of a run. Raises `StateConflict` where one would undo what others changed."""
    now = state
    for seq, patch in changes:
        met = [found for operation in patch if (found := conflict(now, operation)) is not None]
        if met:
            places = ", ".join(".".join(each["path"]) or "all of it" for each in met)
            raise StateConflict(
                f"Run {run_id}: another run of the session changed its state meanwhile: {places}. Nothing was written.",
                run_id=run_id, seq=seq, conflicts=met, state=state,
            )  # fmt: skip
        now = apply(now, patch)
    return now


def check_owner(head: Head, owner: str | None) -> None:
    """Raise `SessionOwnershipError` where the session of a run belongs to somebody else."""
    check_user(head.session_id, head.user_id, owner)


def check_user(session_id: str, user_id: str | None, owner: str | None) -> None:
    """Raise `SessionOwnershipError` where a session is not of this user, but of somebody else."""
    if user_id != owner:  # whose it is instead is nobody's business
        raise SessionOwnershipError(
            f"Session {session_id!r} is not a session of user {user_id!r}: it belongs to the user of its first run. Use "
            "another session_id.",
            session_id=session_id,
        )


def no_session(session_id: str, where: str) -> SessionNotFound:
    """The error for a session that is not there."""
    return SessionNotFound(f"There is no session {session_id!r} in {where}.", session_id=session_id)
