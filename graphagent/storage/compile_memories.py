"""The statements about what is remembered, for `graphagent.storage.compile`. Full text is what each database has its own way for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, bindparam, delete, func, null, select, text, true, union, update

from graphagent.storage.memory_tables import MemoryRow, OutboxRow, SummaryRow

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ClauseElement
    from sqlalchemy.sql.schema import Table

    from graphagent.storage.compile import Statements

# The words of current memories. The word of the owner is one of them, so that a search reads no other owner's.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE memory_words USING fts5(owner, words, tokenize = 'unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        """CREATE TABLE memory_words (
    number BIGINT NOT NULL PRIMARY KEY REFERENCES memory (number) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
)""",
        "CREATE INDEX memory_words_words ON memory_words USING gin (words)",
    ),
}
FULL_TEXT: Final[dict[str, dict[str, str]]] = {
    "sqlite": {
        "LOCK_MEMORIES": "SELECT :owner",  # who writes is alone anyway
        "INSERT_WORDS": "INSERT INTO memory_words (rowid, owner, words) VALUES (:number, :owner, :words)",
        "DELETE_WORDS": "DELETE FROM memory_words WHERE rowid = :number",
        "SEARCH_MEMORIES": "SELECT {columns} FROM (SELECT rowid AS number, rank FROM memory_words "
        "WHERE memory_words MATCH :query AND rank MATCH 'bm25(0.0, 1.0)' ORDER BY rank LIMIT :most) AS found "
        "JOIN memory ON memory.number = found.number "
        "WHERE memory.space = :space AND memory.user_id = :user_id AND memory.is_current "
        "ORDER BY found.rank, memory.number DESC",
    },
    "postgresql": {
        "LOCK_MEMORIES": "SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))",
        "INSERT_WORDS": "INSERT INTO memory_words (number, words) VALUES (:number, "
        "array_to_tsvector(string_to_array(concat_ws(' ', CAST(:owner AS TEXT), CAST(:words AS TEXT)), ' ')))",
        "DELETE_WORDS": "DELETE FROM memory_words WHERE number = :number",
        "SEARCH_MEMORIES": "SELECT {columns} FROM (SELECT number, ts_rank(words, query) AS rank "
        "FROM CAST(CAST(:query AS TEXT) AS TSQUERY) AS query, memory_words "
        "WHERE words @@ query ORDER BY rank DESC, number DESC LIMIT :most) AS found "
        "JOIN memory ON memory.number = found.number "
        "WHERE memory.space = :space AND memory.user_id = :user_id AND memory.is_current "
        "ORDER BY found.rank DESC, memory.number DESC",
    },
}
VERSION: Final = ("number", "id", "version", "operation", "memory", "topics", "input", "is_current", "run", "seq", "at")
SUMMARY: Final = ("number", "session_id", "summary", "topics", "run", "seq", "at")


def about_memories(statements: Statements) -> dict[str, ClauseElement]:
    """The statements by name. Parameters are taken, and columns given, in the order written here."""
    memory, summary, outbox = (
        next(table for table in statements.tables if table.name == row.__tablename__)
        for row in (MemoryRow, SummaryRow, OutboxRow)
    )
    insert = statements.kind.insert
    of_user = (memory.c.space == bindparam("of_space"), memory.c.user_id == bindparam("of_user"))
    of_memory = (*of_user, memory.c.id == bindparam("of_id"))
    emptied = dict.fromkeys(("memory", "topics", "input"), null())
    own = FULL_TEXT[statements.kind.dialect.name]
    columns = ", ".join(f"memory.{name}" for name in VERSION)
    return {
        **{name: text(sql.format(columns=columns)) for name, sql in own.items()},
        "INSERT_MEMORY": insert(memory)
        .values(statements.given(memory, without="number"))
        .on_conflict_do_nothing()
        .returning(memory.c.number),
        "SUPERSEDE_MEMORY": update(memory)
        .values(is_current=text("false"))
        .where(*of_memory, memory.c.is_current == true())
        .returning(memory.c.number, memory.c.version),
        "EMPTY_MEMORY": update(memory).values(emptied).where(*of_memory),
        "SELECT_MEMORIES": select(*(memory.c[name] for name in VERSION)).where(*of_user),
        "SELECT_LEARNT": select(memory.c.number)
        .where(memory.c.run == bindparam("of_run"), memory.c.seq == bindparam("of_seq")),
        "SELECT_NUMBERS": select(memory.c.number).where(*of_user),
        "DELETE_MEMORIES": delete(memory).where(*of_user),
        "SELECT_OWNERS": union(
            *(
                select(table.c.space, table.c.user_id).where(
                    table.c.space == func.coalesce(bindparam(name, type_=String), table.c.space)
                )
                for table, name in ((memory, "of_space"), (summary, "of_space_too"))
            ),
        ),
        **about_summaries(statements, summary),
        **about_the_outbox(statements, outbox),
    }  # fmt: skip


def about_summaries(statements: Statements, summary: Table) -> dict[str, ClauseElement]:
    """Those about summaries of sessions."""
    run, summarised = (
        statements.run,
        (summary.c.space == bindparam("of_space"), summary.c.user_id == bindparam("of_user")),
    )
    return {
        "INSERT_SUMMARY": statements.kind.insert(summary)
        .values(statements.given(summary, without="number"))
        .on_conflict_do_nothing(),
        "SELECT_SUMMARIES": select(*(summary.c[name] for name in SUMMARY)).where(*summarised),
        "DELETE_SUMMARIES": delete(summary).where(*summarised),
        "DELETE_SUMMARIES_OF": delete(summary).where(summary.c.run.in_(select(run.c.id).where(*of_session(run)))),
    }


def about_the_outbox(statements: Statements, outbox: Table) -> dict[str, ClauseElement]:
    """Those about steps that another database is still to be told of."""
    run, step = statements.run, statements.step
    return {
        "DELETE_UNDELIVERED": delete(outbox).where(outbox.c.run.in_(select(run.c.number).where(*of_session(run)))),
        "INSERT_OUTBOX": statements.kind.insert(outbox).values(statements.given(outbox)).on_conflict_do_nothing(),
        "SELECT_OUTBOX": select(run.c.id, run.c.user_id, run.c.session_id, step.c.seq, step.c.at, data(statements, step))
        .join_from(outbox, run, run.c.number == outbox.c.run)
        .join(step, (step.c.run == outbox.c.run) & (step.c.seq == outbox.c.seq))
        .where(
            run.c.agent_id == func.coalesce(bindparam("of_agent", type_=String), run.c.agent_id),
            run.c.space == func.coalesce(bindparam("of_space", type_=String), run.c.space),
        )
        .order_by(outbox.c.run, outbox.c.seq),
        "DELETE_OUTBOX": delete(outbox).where(
            outbox.c.run.in_(select(run.c.number).where(run.c.id == bindparam("of_run"))),
            outbox.c.seq == bindparam("of_seq"),
        ),
    }  # fmt: skip


def of_session(run: Table) -> tuple[Any, Any]:
    """The runs of a session."""
    return run.c.space == bindparam("of_space"), run.c.session_id == bindparam("of_session")


def data(statements: Statements, step: Any) -> Any:
    """The data of a step, as bytes."""
    return statements.kind.read(step.c.data).label("data")
