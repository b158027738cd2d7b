"""What a journal needs of a database: whole transactions, rows, and a thread to wait in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from graphagent.storage.rows import Offer

Given = TypeVar("Given")


class Database(Protocol):
    """One process's way to a database, for any number of threads."""

    busy_timeout: float
    """How long, in seconds, others are waited for."""

    @property
    def name(self) -> str:
        """What it is called in errors. Never holds a password."""

    @property
    def sql(self) -> ModuleType:
        """The statements, written for this kind of database."""

    @property
    def parameter(self) -> str:
        """What stands for a value in a statement."""

    @property
    def begins(self) -> str:
        """The condition that the id of a run begins with what `beginning` gives."""

    def beginning(self, prefix: str) -> list[str]:
        """What is given for `begins`."""

    @property
    def refused(self) -> type[Exception]:
        """What a statement raises that would break a key."""

    @property
    def blocks(self) -> bool:
        """Whether also a commit that is not synced takes so long that an event loop must not wait for it."""

    def hold(self, offers: Sequence[Offer], patience: float) -> None:
        """Let no other thread commit these runs. Raises `StorageBusy` where others do so for more than `patience` seconds."""

    def release(self, offers: Sequence[Offer]) -> None:
        """Let other threads commit them again."""

    def look(self) -> None:
        """Make sure that a new run is not recorded where nobody will find it."""

    def transact(
        self,
        write: Callable[[Any, Given], None],
        given: Given,
        *,
        synced: bool,
        patience: float,
        waits_for_code: bool = False,
    ) -> None:
        """Do what `write` does, with a connection, as one transaction. `write` may be called more than once.

        Args:
            write: Executes statements on the connection that it is called with.
            given: Its other argument.
            synced: Whether the transaction must survive a power cut.
            patience: How many seconds to wait for others.
            waits_for_code: Whether other code than ours runs in it, for as long as it takes.
        """

    def apart(self) -> AbstractContextManager[Database]:
        """A way to the same database, for a transaction in which other code than ours runs: it keeps none of ours waiting
        for a lock of this process.
        """

    def read(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. What is not there has none, and is not made by being asked."""

    def matching(self, owner: str, words: Mapping[str, bool]) -> str:
        """A full-text query for memories of one owner that have any of these words, or, where told, longer ones."""

    def submit(self, work: Callable[[Given], None], given: Given) -> None:
        """Have something done in a thread."""

    def close(self) -> None:
        """Let go of connections and threads. The next use has them again."""
