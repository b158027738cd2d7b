"""The text of the hot path says what the tables say, and loading it needs none of their libraries."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from histories import begun, happen, session
from sqlalchemy import Column, Integer, MetaData, create_engine
from sqlmodel import Session, SQLModel, select

from graphagent.storage import compile as compiler
from graphagent.storage import postgres_statements, sqlite_statements, tables
from graphagent.storage.base import Head
from graphagent.storage.sqlite import SqliteStorage

ROOT = Path(__file__).parents[2]


KINDS = pytest.mark.parametrize("kind", [compiler.SQLITE, compiler.POSTGRES], ids=lambda kind: kind.dialect.name)


@KINDS
def test_the_text_is_that_of_the_tables(kind: compiler.Kind) -> None:
    """Run `python -m graphagent.storage.compile` when this fails."""
    assert compiler.Statements(kind).text() == kind.target.read_text("utf-8")


@KINDS
def test_a_changed_table_changes_the_text(kind: compiler.Kind) -> None:
    """Or the test above could not fail."""
    changed = MetaData(naming_convention=tables.metadata.naming_convention)
    for table in tables.metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["step"].append_column(Column("cost", Integer))
    assert compiler.Statements(kind, changed).text() != compiler.Statements(kind).text()


def test_every_statement_is_valid_sql() -> None:
    database = sqlite3.connect(":memory:")
    for created in sqlite_statements.CREATE:
        database.execute(created)
    for name in compiler.Statements(compiler.SQLITE).all():
        database.execute(
            f"EXPLAIN {getattr(sqlite_statements, name)}", ["0"] * getattr(sqlite_statements, name).count("?")
        )
    database.close()


def test_a_head_has_the_columns_of_its_row() -> None:
    here_only = {"damage", "description", "unsure"}
    assert set(Head.__dataclass_fields__) - here_only == set(sqlite_statements.RUN_COLUMNS)


def test_our_tables_stay_out_of_the_metadata_of_applications() -> None:
    assert set(tables.metadata.tables) == {
        "graphagent", "definition", "session", "run", "step", "request", "memory", "summary", "outbox",
    }  # fmt: skip
    assert not set(tables.metadata.tables) & set(SQLModel.metadata.tables)


def test_the_tables_can_be_queried_with_sqlmodel(tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    head, run = begun("1")
    for occurrence in session():
        happen(run, occurrence)
    storage.save(head, run)
    storage.close()
    engine = create_engine(f"sqlite:///{storage.db_file}")
    with Session(engine) as opened:
        steps = opened.exec(select(tables.StepRow).join(tables.RunRow).where(tables.RunRow.id == "1")).all()
        assert [step.trigger for step in steps] == [occurrence[0] for occurrence in session()]
        assert steps[3].messages is not None
        assert steps[3].messages.startswith('{"role":"assistant"')
    engine.dispose()


SCRIPT = """
import sys
from graphagent.engine.run import Run
from graphagent.storage.base import Head
from graphagent.storage.sqlite import SqliteStorage
from graphagent.storage.sqlite import SqliteStorage
for _ in range(2):  # a new file, and one that is there
    with SqliteStorage(db_file=sys.argv[1]) as storage:
        plan = frozenset({"model"})
        head, run = Head(id=str(_), session_id="s", agent_id="a", plan=plan), Run(str(_), plan)
        run.feed("begin", at=1)
        storage.save(head, run)
        storage.load(str(_)), storage.runs(session_id="s"), storage.definition("d")
print(*sys.modules)
"""


def test_recording_and_loading_a_run_loads_no_table_classes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "runs.db")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    loaded = set(ended.stdout.split())
    assert "sqlite3" in loaded
    assert not loaded & {"sqlmodel", "sqlalchemy", "asyncio", "networkx", "concurrent.futures.thread"}


@pytest.mark.parametrize("statements", [sqlite_statements, postgres_statements])
def test_nothing_else_is_in_the_modules_of_statements(statements: ModuleType) -> None:
    names = {name for name, value in vars(statements).items() if name.isupper() and not isinstance(value, ModuleType)}
    assert names == {*compiler.Statements(compiler.SQLITE).all(), "CREATE", "RUN_COLUMNS", "REQUEST_COLUMNS"}
