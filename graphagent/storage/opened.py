"""One name for any storage: an object, a file, or a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.exceptions import DefinitionError

if TYPE_CHECKING:
    from graphagent.storage.base import Storage
    from graphagent.storage.relational import RelationalStorage


def opened(db: Storage | str | None, storage: Storage | None = None) -> Storage:
    """The storage that is meant; with neither, one in memory.

    Args:
        db: A storage, the path of a SQLite file, or a URL (`sqlite:///…`, `postgresql://…`).
        storage: The same under its other name.

    Raises:
        DefinitionError: Both are given, or the URL is of no kind that is known.
    """
    if db is not None and storage is not None:
        raise DefinitionError("db= is the place for everything and storage= the one for runs. Give one of them.")
    if db is None:
        from graphagent.storage.memory import MemoryStorage

        return storage or MemoryStorage()
    return storage_named(db) if isinstance(db, str) else db


def storage_named(db: str, table_name: str | None = "runs") -> RelationalStorage:
    """The storage in the SQLite file of that path, or at that URL; None sees the runs of all table names.

    Raises `DefinitionError` where the URL is of no kind that is known.
    """
    scheme, separator, _ = db.partition("://")
    kind = scheme.partition("+")[0]
    if separator and kind in {"postgres", "postgresql"}:
        from graphagent.storage.postgres import PostgresStorage

        return PostgresStorage(table_name, db_url=db)
    if separator and kind != "sqlite":
        raise DefinitionError(
            f"Storage is a file, or at sqlite:///… or postgresql://…; this URL begins with {scheme!r}."
        )
    from graphagent.storage.sqlite import SqliteStorage

    return SqliteStorage(table_name, db_url=db) if separator else SqliteStorage(table_name, db_file=db)
