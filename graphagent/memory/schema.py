"""What is remembered, as callers see it: a fact about a user, and what a session was about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from graphagent.storage.notebook import Summary, Version


@dataclass(slots=True)
class UserMemory:
    """One thing to remember about a user.

    To add one, say `memory` and perhaps `topics` and `input` (what the user said); the rest is told of one that is
    stored. `run_id` and `seq` name the run and its step that wrote it; they are None where it was written by hand.
    """

    memory: str
    topics: list[str] | None = None
    input: str | None = None
    last_updated: datetime | None = None
    memory_id: str | None = None
    version: int | None = None
    run_id: str | None = None
    seq: int | None = None

    @classmethod
    def of(cls, version: Version) -> Self:
        """The memory in a row. One that was deleted says nothing."""
        return cls(
            version.memory or "", version.topics, version.input, moment(version.at), version.id, version.version,
            version.run_id, version.seq,
        )  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        return cls(**{**data, "last_updated": read_moment(data.get("last_updated"))})

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, as JSON values; the time in ISO 8601."""
        return said(asdict(self))


@dataclass(slots=True)
class SessionSummary:
    """What a session was about, up to the run and step that wrote this."""

    summary: str
    topics: list[str] | None = None
    last_updated: datetime | None = None
    session_id: str | None = None
    run_id: str | None = None
    seq: int | None = None

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """The summary in a row."""
        return cls(summary.summary, summary.topics, moment(summary.at), summary.session_id, summary.run_id, summary.seq)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        return cls(**{**data, "last_updated": read_moment(data.get("last_updated"))})

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, as JSON values; the time in ISO 8601."""
        return said(asdict(self))


def moment(at: int) -> datetime:
    """A time of a row: microseconds since the epoch."""
    return datetime.fromtimestamp(at / 1e6, UTC)


def read_moment(text: str | None) -> datetime | None:
    """A time from ISO 8601."""
    return None if text is None else datetime.fromisoformat(text)


def said(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields that are set, as JSON values."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }
