"""Writes the statements of the hot path, as text, from the tables: `python -m graphagent.storage.compile`.

Opening a database and recording a run then needs no table classes, whose libraries take longer to load than most runs
take. A test compares the text with the tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, LargeBinary, Select, bindparam, cast, insert, literal_column, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.schema import Column, Table

from graphagent.storage.tables import VERSION, DefinitionRow, RunRow, SchemaRow, StepRow, metadata

TARGET = Path(__file__).with_name("sqlite_statements.py")
HEADER = (
    '"""SQL of the hot path. Generated from the tables by `python -m graphagent.storage.compile`; not to be edited."""'
)

run, step, definition, schema = (
    metadata.tables[str(row.__tablename__)] for row in (RunRow, StepRow, DefinitionRow, SchemaRow)
)

# What a save writes to the head, and what the record must still have for it to be written.
MOVED = ("state", "seq", "owner", "lease_until", "updated_at")
FENCE = ("number", "id", "epoch", "seq")
CLAIMED = ("owner", "lease_until")  # what taking a run in hand writes, besides the next epoch
HELD = ("number", "id", "epoch")  # what the record must still have for a lease to be renewed
BYTES = ("data", "messages", "description")  # JSON goes in and comes out as bytes, and stands as text


def statements() -> dict[str, ClauseElement]:
    """The statements by name. Parameters are taken, and columns given, in the order written here."""
    return {
        "INSERT_SCHEMA": insert(schema),
        "SELECT_SCHEMA": select(schema.c.schema_version),
        "INSERT_DEFINITION": sqlite.insert(definition)
        .values(given(definition, without="number"))
        .on_conflict_do_nothing(),
        "SELECT_DEFINITION": select(*taken(definition.c.description)).where(definition.c.hash == bindparam("hash")),
        "INSERT_RUN": insert(run).values(new_run()),
        "UPDATE_RUN": update(run)
        .values({name: bindparam(f"new_{name}") for name in MOVED})
        .where(*(run.c[name] == bindparam(name) for name in FENCE)),
        "CLAIM_RUN": update(run)
        .values({"epoch": run.c.epoch + literal_column("1"), **{name: bindparam(f"new_{name}") for name in CLAIMED}})
        .where(*(run.c[name] == bindparam(name) for name in FENCE)),
        "RENEW_RUN": update(run)
        .values(lease_until=bindparam("new_lease_until"))
        .where(*(run.c[name] == bindparam(name) for name in HELD)),
        "SELECT_RUN": runs().where(run.c.id == bindparam("id")),
        "SELECT_RUNS": runs(),
        "INSERT_STEP": insert(step).values(given(step)),
        "SELECT_STEPS": steps(),
    }


def new_run() -> dict[str, Any]:
    """Values for a new run; its definition is given by hash and plan."""
    same = (definition.c.hash == bindparam("hash"), definition.c.plan == bindparam("plan"))
    number = select(definition.c.number).where(*same).scalar_subquery()
    names = [column.name for column in run.c if column.name != "number"]
    return {name: number if name == "definition" else bindparam(name) for name in names}


def runs() -> Select[Any]:
    """Heads of runs, with hash and plan of their definition."""
    of_definition = (definition.c.hash.label("definition"), definition.c.plan)
    columns: list[Any] = [
        part for column in run.c for part in (of_definition if column.name == "definition" else (column,))
    ]
    return select(*columns).outerjoin_from(run, definition)


def steps() -> Select[Any]:
    """The steps of a run after one, in order."""
    columns = taken(*(column for column in step.c if column.name != "run"))
    after = (step.c.run == bindparam("run"), step.c.seq > bindparam("after"))
    return select(*columns).where(*after).order_by(step.c.seq)


def given(table: Table, *, without: str = "") -> dict[str, Any]:
    """Values for the columns of a table, JSON as bytes."""
    return {
        name: cast(bindparam(name, type_=LargeBinary), column.type) if name in BYTES else bindparam(name)
        for name, column in table.c.items()
        if name != without
    }


def taken(*columns: Column[Any]) -> list[Any]:
    """Columns to be read, JSON as bytes."""
    return [cast(column, LargeBinary).label(column.name) if column.name in BYTES else column for column in columns]


def text(dialect: Dialect) -> str:
    """The module of statements for one dialect."""
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    indexes = [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in metadata.sorted_tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    lines = [HEADER, "", "from __future__ import annotations", "", "from typing import Final", ""]
    lines += [f"SCHEMA_VERSION: Final = {VERSION}", "", "CREATE: Final = ("]
    lines += [f'    """{cleaned(created)}""",' for created in (*tables, *indexes)]
    lines += [")", ""]
    lines += ["RUN_COLUMNS: Final = (", *(f'    "{column.name}",' for column in runs().selected_columns), ")"]
    for name, statement in statements().items():
        lines += ["", f'{name}: Final = """', cleaned(str(statement.compile(dialect=dialect))), '"""']
    return "\n".join(lines) + "\n"


def cleaned(sql: str) -> str:
    """SQL without the blanks that the compiler leaves at the ends of lines."""
    return "\n".join(line.rstrip().replace("\t", "    ") for line in sql.strip().splitlines())


if __name__ == "__main__":
    TARGET.write_text(text(sqlite.dialect()), "utf-8")
