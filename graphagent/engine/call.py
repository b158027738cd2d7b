"""A tool call that a model asked for, as the run knows it."""

from __future__ import annotations

from typing import Any, Final

PLANNED: Final = "planned"
STARTED: Final = "started"
ANSWERED: Final = "answered"

TRANSACTIONAL: Final = "transactional"  # the policy under which a call and the record of its result are one transaction
REPEATABLE: Final = (
    "read",
    "idempotent",
    TRANSACTIONAL,
)  # policies under which a call of unknown outcome is made again

DEFAULT_TIMEOUT: Final = 300.0  # seconds


class Call:
    """One call of one reply. What it needs is recorded when it is made, so that no agent is needed to read it.

    `gate` says who must act before it can be invoked or answered (`confirm`, `input`, `external`, `doubt`), or None.
    `policy` says what follows when it was started and its outcome is unknown. `problem` is why it cannot be invoked at
    all (unknown tool, unfit arguments, limit reached): such a call is answered with that text and touches nothing.
    """

    gate: str | None = None
    required: str | None = None  # the gate it was made with, or else came to
    policy: str = "once"
    stops: bool = False  # what it returns is the end of the run
    shows: bool = False  # what it returns is part of what the run answers
    timeout: float | None = DEFAULT_TIMEOUT  # seconds
    expires: float | None = None  # seconds for which a person may decide
    problem: str | None = None
    fields: list[dict[str, Any]] | None = None
    asks: bool = False  # what a person fills in is itself the result
    status: str = PLANNED
    attempt: int = 0
    started_at: int = 0  # microseconds since the epoch, as are all times of a run
    returned_at: int = 0
    answer: bytes = b""
    error: bool = False
    late: bool = False  # its result came when its outcome was in doubt
    approved: bool | None = None
    note: str | None = None
    decided_by: str | None = None
    conflicts: list[dict[str, Any]] | None = None  # changes of the session's state that were not kept
    rider: list[dict[str, Any]] | None = None  # messages that follow the answers of its reply

    def __init__(self, id: str, name: str, arguments: str, at: int, marks: dict[str, Any] | None = None) -> None:
        self.id = id
        self.name = name
        self.arguments = arguments
        self.made_at = at
        if marks:
            vars(self).update(marks)
            self.required = self.gate

    @property
    def deadline(self) -> int | None:
        """Microseconds since the epoch after which the current attempt must not be started any more."""
        return None if self.timeout is None else self.started_at + int(self.timeout * 1_000_000)

    @property
    def expires_at(self) -> int | None:
        """Microseconds since the epoch from which on the call counts as rejected, if nobody has decided."""
        return None if self.expires is None else self.made_at + round(self.expires * 1_000_000)

    def __repr__(self) -> str:
        return f"Call({self.id!r}, {self.name!r}, {self.status}{f', gate={self.gate}' if self.gate else ''})"
