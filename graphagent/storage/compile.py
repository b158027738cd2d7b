"""Writes the statements of the hot path, as text, from the tables: `python -m graphagent.storage.compile`.

Opening a database and recording a run then needs no table classes, whose libraries take longer to load than most runs
take. A test compares the text with the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Dialect,
    LargeBinary,
    MetaData,
    Select,
    String,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.schema import Column, Table

from graphagent.storage.compile_memories import WORDS, about_memories
from graphagent.storage.tables import DefinitionRow, RequestRow, RunRow, SchemaRow, SessionRow, StepRow, metadata

HEADER = (
    '"""SQL of the hot path. Generated from the tables by `python -m graphagent.storage.compile`; not to be edited."""'
)
ONE: Final[ColumnElement[int]] = literal_column("1")
PENDING: Final[ColumnElement[str]] = literal_column("'pending'")
UTF8: Final[ColumnElement[str]] = literal_column("'UTF8'")

# What a save writes to the head, and what the record must still have for it to be written.
MOVED = ("state", "seq", "owner", "lease_until", "updated_at")
FENCE = ("number", "id", "epoch", "seq")
CLAIMED = ("owner", "lease_until")  # what taking a run in hand writes, besides the next epoch
HELD = ("number", "id", "epoch")  # what the record must still have for a lease to be renewed
DECIDED = ("status", "decided_at", "decided_by", "note")  # what a decision writes to a request
NEW_SESSION = ("space", "id", "user_id", "version", "created_at")
CHANGED = ("state", "version", "updated_at")  # what a step that changes the state writes to its session
BYTES = ("data", "messages", "description", "fields")  # JSON goes in and comes out as bytes, and stands as text


class Kind(NamedTuple):
    """One kind of database: where its statements are written, and what it says in its own way."""

    target: Path
    dialect: Dialect
    insert: Callable[[Table], Any]
    written: Callable[[Any, Column[Any]], ColumnElement[Any]]  # bytes as text
    read: Callable[[Column[Any]], ColumnElement[Any]]  # text as bytes


HERE = Path(__file__)
SQLITE = Kind(
    target=HERE.with_name("sqlite_statements.py"),
    dialect=sqlite.dialect(),
    insert=sqlite.insert,
    written=lambda parameter, column: cast(parameter, column.type),
    read=lambda column: cast(column, LargeBinary),
)
POSTGRES = Kind(
    target=HERE.with_name("postgres_statements.py"),
    dialect=psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # of SQLAlchemy
    insert=postgresql.insert,
    written=lambda parameter, _: func.convert_from(parameter, UTF8),
    read=lambda column: func.convert_to(column, UTF8),
)


class Statements:
    """The statements of one kind of database."""

    def __init__(self, kind: Kind, tables: MetaData = metadata) -> None:
        self.kind = kind
        self.tables = tables.sorted_tables
        self.run, self.step, self.definition, self.request, self.session, self.schema = (
            tables.tables[str(row.__tablename__)]
            for row in (RunRow, StepRow, DefinitionRow, RequestRow, SessionRow, SchemaRow)
        )

    def all(self) -> dict[str, ClauseElement]:
        """The statements by name. Parameters are taken, and columns given, in the order written here."""
        run, definition = self.run, self.definition
        insert = self.kind.insert
        return {
            "INSERT_SCHEMA": insert(self.schema),
            "SELECT_SCHEMA": select(self.schema.c.schema_version),
            "UPDATE_SCHEMA": update(self.schema).values(schema_version=bindparam("new_schema_version")),
            "INSERT_DEFINITION": insert(definition)
            .values(self.given(definition, without="number"))
            .on_conflict_do_nothing()
            .inline(),
            "SELECT_DEFINITION": select(*self.taken(definition.c.description)).where(
                definition.c.hash == bindparam("hash")
            ),
            "INSERT_RUN": insert(run).values(self.new_run()).on_conflict_do_nothing().returning(run.c.number),
            "UPDATE_RUN": update(run)
            .values({name: bindparam(f"new_{name}") for name in MOVED})
            .where(*held(run, FENCE)),
            "CLAIM_RUN": update(run)
            .values({"epoch": run.c.epoch + ONE, **{name: bindparam(f"new_{name}") for name in CLAIMED}})
            .where(*held(run, FENCE)),
            "RENEW_RUN": update(run).values(lease_until=bindparam("new_lease_until")).where(*held(run, HELD)),
            "SELECT_RUN": self.runs().where(run.c.id == bindparam("id")),
            "SELECT_RUNS": self.runs(),
            "INSERT_STEP": insert(self.step).values(self.given(self.step)),
            "SELECT_STEPS": self.steps(),
            "SELECT_STEPS_OF": select(self.step.c.run, *self.taken(*self.payload)),
            **self.about_requests(),
            **about_memories(self),
            **self.about_sessions(),
        }

    def about_requests(self) -> dict[str, ClauseElement]:
        """The statements about what is asked of people."""
        request = self.request
        is_pending = (request.c.run == bindparam("of_run"), request.c.status == PENDING)
        is_meant = (
            request.c.call == bindparam("of_call"),
            request.c.digest == func.coalesce(bindparam("of_digest", type_=String), request.c.digest),
        )
        return {
            "INSERT_REQUEST": self.kind.insert(request).values(self.given(request, without="number")).inline(),
            "DECIDE_REQUEST": update(request)
            .values({name: bindparam(f"new_{name}") for name in DECIDED})
            .where(*is_pending, *is_meant),
            "CLOSE_REQUESTS": update(request)
            .values(status=bindparam("new_status"), decided_at=bindparam("new_decided_at"))
            .where(*is_pending),
            "SELECT_REQUESTS": self.requests(),
        }

    def about_sessions(self) -> dict[str, ClauseElement]:
        """The statements about sessions: made with their first run, changed under a lock of their row."""
        session, run = self.session, self.run
        is_it = (session.c.space == bindparam("of_space"), session.c.id == bindparam("of_id"))
        its_runs = (run.c.space == bindparam("of_space"), run.c.session_id == bindparam("of_id"))
        runs = select(run.c.number).where(*its_runs)
        return {
            "INSERT_SESSION": self.kind.insert(session)
            .values({name: bindparam(name) for name in NEW_SESSION})
            .on_conflict_do_nothing()
            .returning(session.c.number),
            "LOCK_SESSION": self.sessions().where(*is_it).with_for_update(),
            "UPDATE_SESSION": update(session)
            .values({name: bindparam(f"new_{name}") for name in CHANGED})
            .where(session.c.number == bindparam("of_number")),
            "RENAME_SESSION": update(session).values(name=bindparam("new_name")).where(*is_it),
            "SELECT_SESSIONS": self.sessions(),
            "DELETE_REQUESTS": delete(self.request).where(self.request.c.run.in_(runs)),
            "DELETE_STEPS": delete(self.step).where(self.step.c.run.in_(runs)),
            "DELETE_RUNS": delete(run).where(*its_runs),
            "DELETE_SESSION": delete(session).where(*is_it),
        }

    def sessions(self) -> Select[Any]:
        """Sessions, whole."""
        return select(*self.session.c)

    def requests(self) -> Select[Any]:
        """Requests, with the ids of their runs."""
        request = self.request
        columns = [self.run.c.id.label("run") if column is request.c.run else column for column in request.c]
        return select(*self.taken(*columns)).join_from(request, self.run)

    def new_run(self) -> dict[str, Any]:
        """Values for a new run; its definition is given by hash and plan."""
        same = (self.definition.c.hash == bindparam("hash"), self.definition.c.plan == bindparam("plan"))
        number = select(self.definition.c.number).where(*same).scalar_subquery()
        names = [column.name for column in self.run.c if column.name != "number"]
        return {name: number if name == "definition" else bindparam(name) for name in names}

    def runs(self) -> Select[Any]:
        """Heads of runs, with hash and plan of their definition."""
        of_definition = (self.definition.c.hash.label("definition"), self.definition.c.plan)
        columns: list[Any] = [
            part for column in self.run.c for part in (of_definition if column.name == "definition" else (column,))
        ]
        return select(*columns).outerjoin_from(self.run, self.definition)

    def steps(self) -> Select[Any]:
        """The steps of a run after one, in order."""
        columns = self.taken(*self.payload)
        after = (self.step.c.run == bindparam("run"), self.step.c.seq > bindparam("after"))
        return select(*columns).where(*after).order_by(self.step.c.seq)

    @property
    def payload(self) -> list[Any]:
        """The columns of a step, without its run."""
        return [column for column in self.step.c if column.name != "run"]

    def given(self, table: Table, *, without: str = "") -> dict[str, Any]:
        """Values for the columns of a table, JSON as bytes."""
        return {
            name: self.kind.written(bindparam(name, type_=LargeBinary), column) if name in BYTES else bindparam(name)
            for name, column in table.c.items()
            if name != without
        }

    def taken(self, *columns: Any) -> list[Any]:
        """Columns to be read, JSON as bytes."""
        return [self.kind.read(column).label(column.name) if column.name in BYTES else column for column in columns]

    def text(self) -> str:
        """The module of statements."""
        made: list[ClauseElement] = [CreateTable(table) for table in self.tables]
        made += [
            CreateIndex(index)
            for table in self.tables
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
        words = WORDS[self.kind.dialect.name]
        lines = [HEADER, "", "from __future__ import annotations", "", "from typing import Final", ""]
        lines += [
            "CREATE: Final = (",
            *(f'    """{created}""",' for created in (*map(self.sql, made), *words)),
            ")",
            "",
        ]
        for name, query in (("RUN_COLUMNS", self.runs()), ("REQUEST_COLUMNS", self.requests())):
            lines += [f"{name}: Final = (", *(f'    "{column.name}",' for column in query.selected_columns), ")", ""]
        del lines[-1]
        for name, statement in self.all().items():
            lines += ["", f'{name}: Final = """', f'{self.sql(statement)}"""']
        return "\n".join(lines) + "\n"

    def sql(self, statement: ClauseElement) -> str:
        """SQL as text, without the blanks that the compiler leaves at the ends of lines."""
        said = str(statement.compile(dialect=self.kind.dialect))
        return "\n".join(line.rstrip().replace("\t", "    ") for line in said.strip().splitlines())


def held(run: Table, fence: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """What a head must still have on record."""
    return [run.c[name] == bindparam(name) for name in fence]


if __name__ == "__main__":
    for each in (SQLITE, POSTGRES):
        each.target.write_text(Statements(each).text(), "utf-8")
