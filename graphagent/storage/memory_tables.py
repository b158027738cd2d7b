"""The tables of what is remembered: versions of memories, summaries of sessions, and what another database is still to be told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from graphagent.storage.tables import Table, _Long

_current = text("is_current")


class MemoryRow(Table, table=True):
    """One version of a memory. A new version makes the last one not current; deleting empties them all."""

    __tablename__ = "memory"
    __table_args__ = (
        UniqueConstraint("space", "user_id", "id", "version"),
        UniqueConstraint("run", "seq", "place"),
        Index("memory_current", "space", "user_id", "number", sqlite_where=_current, postgresql_where=_current),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    space: str
    user_id: str
    id: str
    version: int
    operation: str
    memory: str | None = Field(sa_type=Text)
    topics: str | None = Field(sa_type=Text)
    input: str | None = Field(sa_type=Text)
    is_current: bool = Field(sa_type=Boolean)
    run: str | None
    seq: int | None
    place: int | None
    at: int = Field(sa_type=_Long)


class SummaryRow(Table, table=True):
    """What a session was about after one of its runs. The last one holds."""

    __tablename__ = "summary"
    __table_args__ = (UniqueConstraint("run", "seq"), Index(None, "space", "user_id", "session_id"))
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    space: str
    user_id: str
    session_id: str
    summary: str = Field(sa_type=Text)
    topics: str | None = Field(sa_type=Text)
    run: str
    seq: int
    at: int = Field(sa_type=_Long)


class OutboxRow(Table, table=True):
    """A step whose changes to memory are for another database, which has not confirmed them yet."""

    __tablename__ = "outbox"
    run: int = Field(sa_column=Column(_Long, ForeignKey("run.number", ondelete="CASCADE"), primary_key=True))
    seq: int = Field(primary_key=True)
