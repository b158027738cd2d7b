"""The tables: what is stored, of which type, under which key. Statements of the hot path are generated from them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
_Long = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers its rows by what is called INTEGER
_has_user = Column("user_id").is_not(None)
_pending = text("status = 'pending'")
metadata = MetaData(naming_convention=_NAMES)


class Table(SQLModel, registry=registry(metadata=metadata)):
    """Base of our tables. They have a metadata of their own, so that those of the user's application stay theirs."""


class SchemaRow(Table, table=True):
    """The one row that says whose database this is, and in which version its tables are."""

    __tablename__ = "graphagent"
    schema_version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class DefinitionRow(Table, table=True):
    """What runs need of their agent, once for all runs that share it: the states they may visit, gates, schemas."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("hash", "plan"),)
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    hash: str
    plan: str
    description: str = Field(sa_type=Text)


class SessionRow(Table, table=True):
    """What the runs of a session share. Its messages are those of its runs."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("space", "id"),
        Index(None, "space", "user_id", sqlite_where=_has_user, postgresql_where=_has_user),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    space: str
    id: str
    user_id: str | None
    name: str | None
    state: str | None = Field(sa_type=Text)
    version: int
    created_at: int = Field(sa_type=_Long)
    updated_at: int | None = Field(sa_type=_Long)


class RunRow(Table, table=True):
    """The head of a run: what is listed, and what is fenced. No payload."""

    __tablename__ = "run"
    __table_args__ = (
        Index(None, "space", "session_id", "number"),
        Index(None, "space", "user_id", sqlite_where=_has_user, postgresql_where=_has_user),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    id: str = Field(unique=True)
    space: str
    session_id: str
    user_id: str | None
    agent_id: str
    agent_name: str | None
    definition: int = Field(foreign_key="definition.number", sa_type=_Long)
    parent_id: str | None
    parent_seq: int | None
    state: str
    seq: int
    owner: str | None
    epoch: int
    lease_until: int = Field(sa_type=_Long)
    created_at: int = Field(sa_type=_Long)
    updated_at: int = Field(sa_type=_Long)


class StepRow(Table, table=True):
    """One transition of a run. Never changed once written; the payload comes last, so that what precedes it reads fast."""

    __tablename__ = "step"
    run: int = Field(sa_column=Column(_Long, ForeignKey("run.number", ondelete="CASCADE"), primary_key=True))
    seq: int = Field(primary_key=True)
    trigger: str
    state: str
    at: int = Field(sa_type=_Long)
    data: str | None = Field(sa_type=Text)
    messages: str | None = Field(sa_type=Text)


class RequestRow(Table, table=True):
    """What a run asks of a person about one of its calls: made, and decided, in the transaction of its step."""

    __tablename__ = "request"
    __table_args__ = (
        Index("request_pending_unique", "run", "call", unique=True, sqlite_where=_pending, postgresql_where=_pending),
        UniqueConstraint("run", "seq", "call"),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=_Long)
    run: int = Field(sa_column=Column(_Long, ForeignKey("run.number", ondelete="CASCADE"), nullable=False))
    seq: int
    call: str
    kind: str
    tool: str
    arguments: str = Field(sa_type=Text)
    digest: str
    fields: str | None = Field(sa_type=Text)
    status: str
    asked_at: int = Field(sa_type=_Long)
    expires_at: int | None = Field(sa_type=_Long)
    decided_at: int | None = Field(sa_type=_Long)
    decided_by: str | None
    note: str | None = Field(sa_type=Text)
