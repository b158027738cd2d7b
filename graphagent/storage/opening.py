"""Opens a SQLite file: makes it ready where it is new, and refuses it where it is not ours or of a later version."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from graphagent.exceptions import StorageError, StorageReadOnly
from graphagent.storage import migrations
from graphagent.storage.errors import is_busy
from graphagent.storage.records import damaged
from graphagent.storage.sqlite_statements import CREATE, INSERT_SCHEMA, SELECT_SCHEMA, UPDATE_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

Given = TypeVar("Given")
Asked = TypeVarTuple("Asked")


def connect(file: Path, patience: float, *, makes: bool) -> sqlite3.Connection | None:
    """Open a database file, made ready where it is new; unless it `makes` that, None and nothing is written to it.

    Raises `sqlite3.Error` or one of ours.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        kind = StorageReadOnly if error.errno in {errno.EACCES, errno.EROFS} else StorageError
        raise kind(f"The folder of {file} cannot be made ({error}). Give the storage another place.") from error
    # We wait ourselves: SQLite would hold an event loop up, and does not wait at all for a file to become a WAL one.
    connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        version = patiently(patience, schema_version, connection, file)
        if version is None and not makes:
            connection.close()
            return None
        is_ready = migrations.check(version, str(file))
        ((mode,),) = patiently(patience, rows, connection, "PRAGMA journal_mode=WAL")
        if mode != "wal":
            raise StorageError(
                f"{file} is on a file system that cannot have a write-ahead log. Move it to a local one."
            )
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, however SQLite was built
        if not is_ready:
            patiently(patience, prepare, connection, file)
    except BaseException:
        connection.close()
        raise
    return connection


def schema_version(connection: sqlite3.Connection, file: Path) -> int | None:
    """The version of our tables in this file; None where it has none."""
    if not rows(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'graphagent'"):
        return None
    versions = rows(connection, SELECT_SCHEMA)
    if len(versions) != 1 or not isinstance(versions[0][0], int):
        raise damaged(f"{file}: table graphagent", f"it must hold one version, and holds {len(versions)} rows")
    version: int = versions[0][0]
    return version


def prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make our tables, or bring them to this version, unless another process just did."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection, file)
        if version is None:
            for statement in CREATE:
                connection.execute(statement)
            connection.execute(INSERT_SCHEMA, (migrations.version(),))
        elif not migrations.check(version, str(file)):
            migrations.migrate(connection.execute, version, "sqlite")
            connection.execute(UPDATE_SCHEMA, (migrations.version(),))
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if "already exists" in str(error):
            raise StorageError(
                f"{file} holds tables of something else ({error}). Nothing was changed. Give the storage a file of its own."
            ) from error
        raise


def rows(connection: sqlite3.Connection, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query. Text that is none comes as bytes, so that it is found out which row it stands in."""
    try:
        return connection.execute(sql, given).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = text_or_bytes
    try:
        return connection.execute(sql, given).fetchall()
    finally:
        connection.text_factory = str


def text_or_bytes(content: bytes) -> str | bytes:
    """Text where it is some."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def patiently(patience: float, attempt: Callable[[*Asked], Given], *asked: *Asked) -> Given:
    """What `attempt` gives; while somebody else has the lock it needs, tried again for at most so many seconds."""
    deadline, pause = 0.0, 0.0005
    while True:
        try:
            return attempt(*asked)
        except sqlite3.OperationalError as error:
            deadline = deadline or time.monotonic() + patience
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 0.02)
