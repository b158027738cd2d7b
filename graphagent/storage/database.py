"""One process's way to a SQLite file: opened when it is first used, used by one thread at a time, waited for politely."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from random import uniform
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from graphagent.exceptions import SchemaTooNew, StorageError, StorageReadOnly
from graphagent.storage.errors import busy, is_busy, primary, storage_error
from graphagent.storage.rows import damaged
from graphagent.storage.sqlite_statements import CREATE, INSERT_SCHEMA, SCHEMA_VERSION, SELECT_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

NORMAL: Final = "NORMAL"
FULL: Final = "FULL"
SOUND: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_FULL}

Given = TypeVar("Given")


class Database:
    """A connection and the lock that goes with it. No user code runs while the lock is held."""

    def __init__(self, file: Path, busy_timeout: float) -> None:
        self.file = file
        self.busy_timeout = busy_timeout
        self.lock = Lock()
        self.connection: sqlite3.Connection | None = None
        self.synchronous = FULL  # what a new connection has

    def acquire(self, patience: float) -> None:
        """Take the lock. Raises `StorageBusy` where other threads of this process keep it."""
        if not self.lock.acquire(blocking=False) and not self.lock.acquire(timeout=patience):
            raise busy(self.file)

    def read(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. A file that is not there has none, and is not made by being asked."""
        self.acquire(self.busy_timeout)
        try:
            if self.connection is None and not self.file.exists():
                return []
            connection = self._opened(self.busy_timeout)
            return patiently(lambda: connection.execute(sql, given).fetchall(), self.busy_timeout)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        finally:
            self.lock.release()

    def transact(self, write: Callable[[sqlite3.Connection], None], synchronous: str, patience: float) -> None:
        """Do what `write` does as one transaction, synced to the disk or not. Called under the lock."""
        connection = self._opened(patience)
        try:
            if synchronous is not self.synchronous:
                connection.executescript(
                    f"PRAGMA synchronous={synchronous}"
                )  # `execute` might reuse the one it has run
                self.synchronous = synchronous
            patiently(lambda: connection.execute("BEGIN IMMEDIATE"), patience)
            try:
                write(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the file. The next use opens it again."""
        with self.lock:
            self._discard()

    def _opened(self, patience: float) -> sqlite3.Connection:
        if self.connection is None:
            try:
                self.connection = connect(self.file, patience)
            except sqlite3.Error as error:
                raise storage_error(self.file, error) from error
            self.synchronous = FULL
        return self.connection

    def _failed(self, error: sqlite3.Error) -> StorageError:
        """The error of ours. A connection that may have become useless is given up."""
        if primary(error) not in SOUND:
            self._discard()
        return storage_error(self.file, error)

    def _discard(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def connect(file: Path, patience: float) -> sqlite3.Connection:
    """Open a database file, made ready where it is new. Raises `sqlite3.Error` or one of ours."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageReadOnly(
            f"The folder of {file} cannot be made ({error}). Give the storage another place."
        ) from error
    # We wait ourselves: SQLite would hold an event loop up, and does not wait at all for a file to become a WAL one.
    connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        version = patiently(lambda: schema_version(connection, file), patience)
        if version is not None and version > SCHEMA_VERSION:
            raise SchemaTooNew(
                f"{file} has tables of version {version}; this graphagent knows version {SCHEMA_VERSION}. Nothing was "
                "changed. Use the graphagent that wrote it, or a newer one."
            )
        ((mode,),) = patiently(lambda: connection.execute("PRAGMA journal_mode=WAL").fetchall(), patience)
        if mode != "wal":
            raise StorageError(
                f"{file} is on a file system that cannot have a write-ahead log. Move it to a local one."
            )
        if version is None:
            patiently(lambda: create(connection, file), patience)
    except BaseException:
        connection.close()
        raise
    return connection


def schema_version(connection: sqlite3.Connection, file: Path) -> int | None:
    """The version of our tables in this file; None where it has none."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'graphagent'").fetchall():
        return None
    rows = connection.execute(SELECT_SCHEMA).fetchall()
    if len(rows) != 1 or not isinstance(rows[0][0], int):
        raise damaged(f"{file}: table graphagent", f"it must hold one version, and holds {len(rows)} rows")
    version: int = rows[0][0]
    return version


def create(connection: sqlite3.Connection, file: Path) -> None:
    """Make our tables, unless another process just did."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if schema_version(connection, file) is None:
            for statement in CREATE:
                connection.execute(statement)
            connection.execute(INSERT_SCHEMA, (SCHEMA_VERSION,))
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if "already exists" in str(error):
            raise StorageError(
                f"{file} holds tables of something else ({error}). Nothing was changed. Give the storage a file of its own."
            ) from error
        raise


def patiently(attempt: Callable[[], Given], patience: float) -> Given:
    """What `attempt` gives; while somebody else has the lock it needs, tried again for at most so many seconds."""
    deadline, pause = 0.0, 0.0005
    while True:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            deadline = deadline or time.monotonic() + patience
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
        time.sleep(uniform(pause / 2, pause))
        pause = min(pause * 2, 0.02)
