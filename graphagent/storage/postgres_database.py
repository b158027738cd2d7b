"""One process's way to a Postgres database: short transactions, made again where that may help."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from threading import Condition
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg

from graphagent.storage import migrations, postgres_statements
from graphagent.storage.owner import LEASE
from graphagent.storage.postgres_errors import COLLIDED, busy, is_lost, says, storage_error
from graphagent.storage.postgres_opening import connect, prepare, schema_version
from graphagent.storage.postgres_pool import Pool

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from graphagent.storage.rows import Offer

    Connection = psycopg.Connection[tuple[Any, ...]]

Given = TypeVar("Given")
Made = TypeVar("Made")

# What is not synced is written by the server within a second; a later commit that is synced takes it along.
BEGIN: Final = (
    "BEGIN; SET LOCAL lock_timeout = {timeout}; SET LOCAL synchronous_commit = {synchronous}; "
    "SET LOCAL idle_in_transaction_session_timeout = {silence}"
)
SILENCE: Final = LEASE // 1000  # milliseconds after which a process that said nothing more gives up what it has locked
MANY: Final = 500  # rows that are inserted at once: a statement has at most 65,535 values


class Session:
    """A connection in a transaction, as a journal uses it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(
        self, sql: str, given: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        return self.connection.execute(sql, given, binary=True)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> psycopg.Cursor[tuple[Any, ...]]:
        """Rows to insert are a statement. Many statements are a pipeline; after one, a server does not look any more at how
        long it hears nothing, before the next statement.
        """
        if len(rows) == 1:
            return self.execute(sql, rows[0])
        insert, values, row = sql.partition(" VALUES ")
        cursor = self.connection.cursor()
        if not values:
            cursor.executemany(sql, rows)
            return cursor
        for start in range(0, len(rows), MANY):
            some = rows[start : start + MANY]
            cursor.execute(f"{insert} VALUES {', '.join([row] * len(some))}", [*chain(*some)], binary=True)
        return cursor


class PostgresDatabase:
    """A pool of connections, and threads to wait in. No connection is lent while other code than ours runs."""

    sql = postgres_statements
    parameter = "%s"
    begins = "run.id ^@ %s"  # uses the index where ids are compared by their bytes (collation "C")
    refused = psycopg.IntegrityError
    blocks = True  # for a round trip at least

    def __init__(
        self, name: str, parameters: dict[str, Any], schema: str | None, *, busy_timeout: float, pool_size: int
    ) -> None:
        self.name = name
        self.schema = schema
        self.busy_timeout = busy_timeout
        self.is_ready = False  # the tables are there, and of this version
        self.pool = Pool(partial(self._connect, parameters), pool_size)
        self.threads: ThreadPoolExecutor | None = None
        self.turn = Condition()
        self.in_turn: set[str] = set()  # runs that a thread is committing

    def hold(self, offers: Sequence[Offer], patience: float) -> None:
        ids = {offer.head.id for offer in offers}
        with self.turn:
            if not self.turn.wait_for(lambda: self.in_turn.isdisjoint(ids), patience):
                raise busy(self.name, "another thread is saving the same run")
            self.in_turn |= ids

    def release(self, offers: Sequence[Offer]) -> None:
        with self.turn:
            self.in_turn -= {offer.head.id for offer in offers}
            self.turn.notify_all()

    @contextmanager
    def apart(self) -> Generator[PostgresDatabase]:
        """Every transaction has a connection of its own anyway."""
        yield self

    def look(self) -> None:
        """A server does not move its tables while they are in use."""

    def transact(
        self,
        write: Callable[[Any, Given], None],
        given: Given,
        *,
        synced: bool,
        patience: float,
        waits_for_code: bool = False,
    ) -> None:
        begin = BEGIN.format(
            timeout=max(1, int(patience * 1000)),
            synchronous="on" if synced else "off",
            silence=0 if waits_for_code else SILENCE,
        )

        def attempt(connection: Connection) -> None:
            if not self.is_ready:
                prepare(connection, self.schema, self.name)
                self.is_ready = True
            connection.execute(begin, prepare=False)
            write(Session(connection), given)
            connection.execute("COMMIT", prepare=False)

        self._persist(attempt, patience)

    @staticmethod
    def beginning(prefix: str) -> list[str]:
        """What is given for `begins`."""
        return [prefix]

    def read(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if any(isinstance(value, str) and "\0" in value for value in given):
            return []  # no text of Postgres holds that character

        def attempt(connection: Connection) -> list[tuple[Any, ...]]:
            return connection.execute(sql, given, binary=True).fetchall() if self.is_ready else []

        return self._persist(attempt, self.busy_timeout)

    def matching(self, owner: str, words: Mapping[str, bool]) -> str:
        any_word = " | ".join(f"'{word}':*" if is_prefix else f"'{word}'" for word, is_prefix in words.items())
        return f"'{owner}' & ({any_word})"

    def submit(self, work: Callable[[Given], None], given: Given) -> None:
        if self.threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self.threads = ThreadPoolExecutor(self.pool.size, thread_name_prefix="graphagent-storage")
        self.threads.submit(work, given)

    def close(self) -> None:
        threads, self.threads = self.threads, None
        if threads is not None:
            threads.shutdown()
        self.pool.close()

    def forsake(self) -> None:
        """`close`, for the garbage collector. It comes at any moment, even while a process forks, so nothing is waited for."""
        threads, self.threads = self.threads, None
        if threads is not None:
            threads.shutdown(wait=False)
        self.pool.forsake()

    def _connect(self, parameters: dict[str, Any]) -> Connection:
        connection = connect(parameters, self.busy_timeout)
        try:
            found = schema_version(connection, self.name)
            self.is_ready = migrations.check(found, self.name)
            if found is not None and not self.is_ready:
                prepare(connection, self.schema, self.name)
                self.is_ready = True
        except BaseException:
            connection.close()
            raise
        return connection

    def _persist(self, attempt: Callable[[Connection], Made], patience: float) -> Made:
        """What an attempt comes to, made again where its connection was lost or where it collided with another.

        The first statement of an attempt is thereby the test of a connection that nobody used for a while.
        """
        deadline, pause, was_connected = time.monotonic() + patience, 0.005, False
        while True:
            connection = None
            try:
                connection = self.pool.take(deadline)
                if connection is None:
                    raise busy(self.name)
                return attempt(connection)
            except psycopg.Error as error:
                if is_lost(error) and connection is not None:
                    if not was_connected:  # from here on: it may be that this process was asleep
                        was_connected, deadline = True, time.monotonic() + patience
                    self.pool.close()  # the others led to the same server
                may_pass = says(error, COLLIDED) or (is_lost(error) and was_connected)
                if not may_pass or time.monotonic() >= deadline:
                    raise storage_error(self.name, error) from error
            finally:
                if connection is not None:
                    self.pool.give(connection)
            time.sleep(pause)
            pause = min(pause * 2, 0.2)
