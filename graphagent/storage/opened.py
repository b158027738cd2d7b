"""One name for any storage: an object, a file, or a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.exceptions import DefinitionError

if TYPE_CHECKING:
    from graphagent.storage.base import Storage


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
    if not isinstance(db, str):
        return db
    scheme, separator, _ = db.partition("://")
    if scheme.startswith("postgres"):
        from graphagent.storage.postgres import PostgresStorage

        return PostgresStorage(db_url=db)
    from graphagent.storage.sqlite import SqliteStorage

    return SqliteStorage(db_url=db) if separator else SqliteStorage(db_file=db)
