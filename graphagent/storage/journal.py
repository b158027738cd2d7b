"""Runs put on record in a database: fenced, in whole transactions, several runs in one where they come together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from graphagent.exceptions import (
    AlreadyResolved,
    DamagedData,
    DefinitionError,
    NotStorable,
    SessionOwnershipError,
    StaleRun,
    StateConflict,
)
from graphagent.storage.notebook import user_key
from graphagent.storage.offer import stale
from graphagent.storage.records import damaged, read_head
from graphagent.storage.requests import Decided, already_resolved
from graphagent.storage.rows import written
from graphagent.storage.shared import share

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head
    from graphagent.storage.group import Group
    from graphagent.storage.rows import Offer
    from graphagent.storage.transaction import Acting
    from graphagent.storage.transactions import Database

Given = TypeVar("Given")

OWN_FAULT: Final = (
    StaleRun,
    AlreadyResolved,
    SessionOwnershipError,
    StateConflict,
    DamagedData,
    NotStorable,
    DefinitionError,
)  # of one run; the rest concerns all


class Journal:
    """Writes what runs offer into one database, for one process."""

    def __init__(self, database: Database, space: str | None, *, syncs_all: bool) -> None:
        self.database = database
        self.space = space
        self.syncs_all = syncs_all
        self._of_thread = threading.local()

    def commit(self, offers: Sequence[Offer], patience: float) -> None:
        """Put offers on record together; where one of them is at fault, each by itself. `offer.error` is that fault.

        Raises what concerns them all; `StorageBusy` where the database could not be had within `patience` seconds.
        """
        self.database.hold(offers, patience)
        try:
            self._commit(offers, patience)
        finally:
            self.database.release(offers)

    def _commit(self, offers: Sequence[Offer], patience: float) -> None:
        try:
            taken = [offer for offer in offers if not offer.is_settled and offer.take()]
            if taken:
                if not all(offer.head.number for offer in taken):  # a run may begin in a new file, but not change files
                    self.database.look()
                synced = self.syncs_all or any(offer.is_synced for offer in taken)
                self.database.transact(self._write, taken, synced=synced, patience=patience)
        except OWN_FAULT as fault:
            if len(offers) == 1:
                offers[0].error, offers[0].is_settled = fault, True
                return
            for offer in offers:
                self._commit([offer], patience)
        else:
            for offer in taken:
                offer.settle(self.space)

    def act(self, acting: Acting) -> list[Step]:
        """Let a tool write in the transaction that puts its result on record. Raises as `commit`; nothing was done then."""
        with self.database.apart() as database:
            patience = database.busy_timeout
            database.transact(self._act, acting, synced=self.syncs_all, patience=patience, waits_for_code=True)
        return acting.settle(self.space)

    def change(self, sql: str, given: Sequence[Any], patience: float) -> bool:
        """Change one head, as a transaction of its own. Returns whether there was such a head. Raises as `commit`."""
        changed: int = self.alone(lambda connection: connection.execute(sql, given).rowcount, patience)
        return changed == 1

    def alone(self, change: Callable[[Any], Given], patience: float, *, synced: bool = False) -> Given:
        """What a change returns that is a transaction of its own, and may be made more than once. Raises as `commit`."""
        made: list[Given] = []

        def write(connection: Any, change: Callable[[Any], Given]) -> None:
            made[:] = [change(connection)]

        self.database.hold((), patience)
        try:
            self.database.transact(write, change, synced=synced, patience=patience)
        finally:
            self.database.release(())
        return made[0]

    def group(self) -> Group:
        """The saves of the event loop that is running in this thread."""
        group: Group | None = getattr(self._of_thread, "group", None)
        if group is None or not group.is_here():
            from graphagent.storage.group import Group

            group = self._of_thread.group = Group(self)
        return group

    # -- in the transaction -------------------------------------------------------------------------------------------

    def _write(self, connection: Any, offers: Sequence[Offer]) -> None:
        sql = self.database.sql
        moved, rows = [], []
        for offer in offers:
            offer.attempt()
            if offer.head.unsure:
                self._catch_up(offer, connection)
            offer.head.unsure = True  # until it is settled: a commit may take effect and be reported as failed
            if not offer.rows:
                continue
            if offer.number:
                moved.append(offer.moved())
            else:
                self._insert(offer, connection)
            rows += [(offer.number, *row) for row in offer.rows]
        if moved and connection.executemany(sql.UPDATE_RUN, moved).rowcount != len(moved):
            raise self._stale(offers[0], connection)  # of several any one will do: each is then tried by itself
        for offer in offers:
            if offer.changes:
                self._ask(offer, connection)
        self._learn(offers, connection)
        share(connection, sql, [offer for offer in offers if offer.rows], self.space or "", self.database.name)
        try:
            connection.executemany(sql.INSERT_STEP, rows)
        except self.database.refused as error:
            run = f"{self.database.name}: run {offers[0].head.id}"
            raise damaged(run, f"it has steps after its last one ({error})") from error

    def _act(self, connection: Any, acting: Acting) -> None:
        earlier = acting.offer
        if earlier is not None:  # its commit was reported as failed, and may have taken effect all the same
            earlier.attempt()
            self._catch_up(earlier, connection)
            if not earlier.rows:
                return
        self._write(connection, acting.attempt(connection))

    def _insert(self, offer: Offer, connection: Any) -> None:
        """A run that is not on record yet, and what it needs of its agent."""
        if self.space is None:
            raise DefinitionError(
                "This storage was opened with table_name=None, for every table name; a new run needs one."
            )
        connection.execute(self.database.sql.INSERT_DEFINITION, offer.definition())
        made = connection.execute(self.database.sql.INSERT_RUN, offer.new(self.space)).fetchall()
        if not made:
            raise self._stale(offer, connection)
        ((offer.number,),) = made

    def _ask(self, offer: Offer, connection: Any) -> None:
        """What becomes of the requests of a run. One that somebody else decided is decided once."""
        for change in offer.changes:
            if change.seq > offer.seq:
                name, given = written(change, offer.number)
                touched = connection.execute(getattr(self.database.sql, name), given).rowcount
                if isinstance(change, Decided) and touched != 1:
                    raise already_resolved(offer.head.id, change.call_id)

    def _learn(self, offers: Sequence[Offer], connection: Any) -> None:
        """What runs change in what is remembered: here, or in another database once it is told. By owner, to lock in order."""
        notes = [
            (learnt.space, user_key(offer.head.user_id), offer.number, learnt)
            for offer in offers
            for learnt in offer.learnt
            if learnt.seq > offer.seq
        ]
        for space, user, number, learnt in sorted(notes, key=lambda note: (note[0] or "", note[1])):
            if space is None:
                connection.execute(self.database.sql.INSERT_OUTBOX, (number, learnt.seq))
            else:
                from graphagent.storage.notebook_rows import Pen

                Pen(connection, self.database.sql, space, user).learn(learnt)

    def _catch_up(self, offer: Offer, connection: Any) -> None:
        """Take out what is on record already: an earlier commit of it was reported as failed, and was not."""
        found = self._found(offer.head.id, connection)
        if found is not None and found.epoch == offer.head.epoch and found.seq > offer.seq:
            rows = connection.execute(self.database.sql.SELECT_STEPS, (found.number, offer.seq)).fetchall()
            if rows == offer.rows[: len(rows)]:
                offer.has(found.number, found.seq)

    def _stale(self, offer: Offer, connection: Any) -> StaleRun:
        return stale(offer.head, self._found(offer.head.id, connection), self.database.name)

    def _found(self, run_id: str, connection: Any) -> Head | None:
        row = connection.execute(self.database.sql.SELECT_RUN, (run_id,)).fetchone()
        return row and read_head(row, self.database.sql.RUN_COLUMNS, self.database.name)
