"""Connections to a Postgres server: lent for a transaction or a query, and kept for the next. No threads, and fork-safe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from psycopg import Error
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from psycopg import Connection


class Pool:
    """At most `size` connections. They are made when they are needed, and the one used last is lent first."""

    def __init__(self, connect: Callable[[], Connection[Any]], size: int) -> None:
        self.connect = connect
        self.size = size
        POOLS.add(self)
        self.begin()

    def begin(self) -> None:
        """No connection is open, and none is lent."""
        self.process = os.getpid()
        self.lock = Lock()
        self.free = BoundedSemaphore(self.size)
        self.idle: list[Connection[Any]] = []
        self.lent: set[Connection[Any]] = set()
        self.recalled: set[Connection[Any]] = set()  # to be closed when they are given back

    def take(self, deadline: float) -> Connection[Any] | None:
        """A connection, perhaps one that broke while nobody used it; None where all are lent until the deadline.

        Raises `psycopg.Error` where a new one is needed and cannot be made.
        """
        if not self.free.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return None
        try:
            with self.lock:
                connection = self.idle.pop() if self.idle else None
            connection = connection or self.connect()
            with self.lock:
                self.lent.add(connection)
        except BaseException:
            self.free.release()
            raise
        return connection

    def give(self, connection: Connection[Any]) -> None:
        """Take a connection back. One that broke, or is in the middle of something, is closed."""
        is_sound = rolled_back(connection)
        with self.lock:
            self.lent.discard(connection)
            is_sound = is_sound and connection not in self.recalled
            self.recalled.discard(connection)
            if is_sound:
                self.idle.append(connection)
        if not is_sound:
            connection.close()
        self.free.release()

    def close(self) -> None:
        """Close all connections; those that are lent, when they are given back. The next use makes new ones."""
        with self.lock:
            idle, self.idle = self.idle, []
            self.recalled |= self.lent
        for connection in idle:
            connection.close()

    def forsake(self) -> None:
        """Close what nobody can ask for any more. A child, forked this moment, leaves it to its parent."""
        idle = self.idle if self.process == os.getpid() else []
        self.idle = []
        for connection in idle:
            connection.close()


def rolled_back(connection: Connection[Any]) -> bool:
    """Whether a connection is usable and, now at the latest, in no transaction."""
    status = connection.pgconn.transaction_status
    if status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
        try:
            connection.rollback()
        except Error:
            return False
        status = connection.pgconn.transaction_status
    return not connection.closed and status == TransactionStatus.IDLE


# A forked child has the sockets of its parent, and not its threads. It leaves those connections alone, unclosed, since
# closing one would end the session of the parent.

POOLS: Final = WeakSet[Pool]()
INHERITED: Final[list[Connection[Any]]] = []


def after_fork_in_child() -> None:
    """Begin anew."""
    for pool in POOLS:
        INHERITED.extend((*pool.idle, *pool.lent))
        pool.begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork_in_child)
