"""One process's way to a SQLite file: opened when it is first used, used by one thread at a time, waited for politely."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload
from weakref import WeakSet

from graphagent.storage import sqlite_statements
from graphagent.storage.errors import busy, primary, storage_error
from graphagent.storage.opening import connect, patiently, rows

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from graphagent.exceptions import StorageError
    from graphagent.storage.rows import Offer

LAST: Final = "\U0010ffff"  # no character comes after it
NORMAL: Final = "NORMAL"
FULL: Final = "FULL"
SOUND: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_FULL}

Given = TypeVar("Given")


class Database:
    """A connection, the lock that goes with it, and a thread to wait in. No user code runs while the lock is held."""

    sql = sqlite_statements
    parameter = "?"
    begins = "likelihood(run.id >= ?, 0.0001) AND likelihood(run.id < ?, 0.0001)"  # found by the index of ids
    refused = sqlite3.IntegrityError
    blocks = False  # for a few microseconds

    def __init__(self, file: Path, busy_timeout: float) -> None:
        self.file = file
        self.name = str(file)
        self.busy_timeout = busy_timeout
        self.lock = Lock()
        self.connection: sqlite3.Connection | None = None
        self.synchronous = FULL  # what a new connection has
        self.inode: tuple[int, int] | None = None  # of the open file
        self.thread: ThreadPoolExecutor | None = None
        with FORKING:
            DATABASES.add(self)

    def hold(self, offers: Sequence[Offer], patience: float) -> None:
        """Take the lock: one connection serves all. Raises `StorageBusy` where other threads of this process keep it."""
        if not self.lock.acquire(blocking=False) and not self.lock.acquire(timeout=patience):
            raise busy(self.file)

    def release(self, offers: Sequence[Offer]) -> None:
        self.lock.release()

    def matching(self, owner: str, words: Mapping[str, bool]) -> str:
        any_word = " OR ".join(f'"{word}"*' if is_prefix else f'"{word}"' for word, is_prefix in words.items())
        return f'owner : "{owner}" AND words : ({any_word})'

    def submit(self, work: Callable[[Given], None], given: Given) -> None:
        """Have something done that an event loop must not wait for, in a thread: one, since only one can write anyway."""
        if self.thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graphagent-storage")
        self.thread.submit(work, given)

    def read(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. A file that is not there, or is not ours, has none, and is not made ours by being asked."""
        self.hold((), self.busy_timeout)
        try:
            self.look()
            if self.connection is None and not self.file.exists():
                return []
            connection = self._opened(self.busy_timeout, makes=False)
            if connection is None:
                return []
            return patiently(self.busy_timeout, rows, connection, sql, given)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        finally:
            self.lock.release()

    def transact(
        self,
        write: Callable[[sqlite3.Connection, Given], None],
        given: Given,
        *,
        synced: bool,
        patience: float,
        waits_for_code: bool = False,
    ) -> None:
        """Do what `write` does as one transaction, synced to the disk or not. Called under the lock."""
        connection = self._opened(patience)
        synchronous = FULL if synced else NORMAL
        try:
            if synchronous is not self.synchronous:  # a script, because `execute` may reuse a pragma without effect
                connection.executescript(f"PRAGMA synchronous={synchronous}")
                self.synchronous = synchronous
            try:
                patiently(patience, connection.execute, "BEGIN IMMEDIATE")
                write(connection, given)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed(error) from error

    @staticmethod
    def beginning(prefix: str) -> list[str]:
        """What is given for `begins`."""
        return [prefix, f"{prefix}{LAST}"]

    @contextmanager
    def apart(self) -> Generator[Database]:
        """A connection of its own: other code than ours runs while it is in a transaction, and may fork this process."""
        database = Database(self.file, self.busy_timeout)
        database.lock = RLock()  # type: ignore[assignment]  # it may be this very thread that forks
        with database.lock:
            try:
                yield database
            finally:
                database.discard()

    def look(self) -> None:
        """Give the connection up where its file was moved or deleted: what is written to it would be lost."""
        if self.connection is not None and self.inode != inode(self.file):
            self.discard()

    def close(self) -> None:
        """Let go of the file and the thread. The next use has them again."""
        thread, self.thread = self.thread, None
        if thread is not None:
            thread.shutdown()
        with self.lock:
            self.discard()

    def forsake(self) -> None:
        """`close`, for the garbage collector. It comes at any moment, even while a process forks, so nothing is waited for."""
        thread, self.thread = self.thread, None
        if thread is not None:
            thread.shutdown(wait=False)
        if self.lock.acquire(blocking=False):
            try:
                self.discard()
            finally:
                self.lock.release()

    @overload
    def _opened(self, patience: float) -> sqlite3.Connection: ...
    @overload
    def _opened(self, patience: float, *, makes: bool) -> sqlite3.Connection | None: ...
    def _opened(self, patience: float, *, makes: bool = True) -> sqlite3.Connection | None:
        if self.connection is None:
            try:
                self.connection = connect(self.file, patience, makes=makes)
            except sqlite3.Error as error:
                raise storage_error(self.file, error) from error
            if self.connection is not None:
                self.synchronous, self.inode = FULL, inode(self.file)
        return self.connection

    def _failed(self, error: sqlite3.Error) -> StorageError:
        """The error of ours. A connection that may have become useless is given up."""
        if primary(error) not in SOUND:
            self.discard()
        return storage_error(self.file, error)

    def discard(self) -> None:
        """Close the connection. Called under the lock."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def inode(file: Path) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


# A child that inherits an open connection believes in locks that only its parent has, so that the parent, closing, may
# delete the log that the child is writing. So no connection is open, and none is being used, while a process forks.

DATABASES: Final = WeakSet[Database]()
FORKING: Final = Lock()


def before_fork() -> None:
    """Let go of all files."""
    FORKING.acquire()
    for database in DATABASES:
        database.lock.acquire()
        database.discard()


def after_fork(*, is_child: bool) -> None:
    """Go on."""
    for database in DATABASES:
        if is_child:
            database.thread = None
        database.lock.release()
    FORKING.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=before_fork,
        after_in_parent=partial(after_fork, is_child=False),
        after_in_child=partial(after_fork, is_child=True),
    )
