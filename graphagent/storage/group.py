"""What the tasks of an event loop save in one tick is committed together, and the loop never waits for the disk."""

from __future__ import annotations

from asyncio import get_running_loop
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING

from graphagent.exceptions import StorageBusy
from graphagent.storage.base import SYNCED
from graphagent.storage.rows import Offer

if TYPE_CHECKING:
    from asyncio import Future

    from graphagent.engine.run import Run, Step
    from graphagent.storage.base import Head
    from graphagent.storage.journal import Journal

    Waiting = tuple[Offer, list[Future[list[Step]]]]


class Group:
    """The saves of one event loop. At most one commit of them is under way; what comes meanwhile makes the next one.

    Everything here is touched by the loop's own thread alone, but for the commit itself where that is given to another.
    """

    def __init__(self, journal: Journal) -> None:
        self.loop = get_running_loop()
        self.journal = journal
        self.waiting: dict[int, Waiting] = {}  # by run: one may be saved by several tasks
        self.is_under_way = False

    def is_here(self) -> bool:
        """Whether its event loop is the one that is running in this thread."""
        return self.loop is get_running_loop()

    async def save(self, head: Head, run: Run) -> list[Step]:
        """Take part in the next commit, and return when it is done."""
        future: Future[list[Step]] = self.loop.create_future()
        known = self.waiting.get(id(run))
        if known is None:
            self.waiting[id(run)] = Offer(head, run), [future]
        else:
            known[1].append(future)
        if not self.is_under_way:
            self.is_under_way = True
            self.loop.call_soon(self._commit)
        return await future

    def _commit(self) -> None:
        """Commit what waits: here where that takes microseconds, in a thread where it waits for a disk or for others."""
        waiting = list(self.waiting.values())
        self.waiting.clear()
        if not self._blocks(waiting):
            try:
                self.journal.commit([offer for offer, _ in waiting], patience=0)
            except StorageBusy:
                pass  # somebody else has the database: wait for it in a thread
            except Exception as error:  # noqa: BLE001 - it is raised where its run is waited for
                return self._tell(waiting, error)
            else:
                return self._tell(waiting, None)
        self.journal.database.submit(self._commit_in_thread, waiting)
        return None

    def _commit_in_thread(self, waiting: list[Waiting]) -> None:
        fault: Exception | None = None
        try:
            self.journal.commit([offer for offer, _ in waiting], self.journal.database.busy_timeout)
        except Exception as error:  # noqa: BLE001 - as above
            fault = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._tell, waiting, fault)

    def _tell(self, waiting: list[Waiting], fault: Exception | None) -> None:
        """Let those who wait know what became of their runs, and begin with what came meanwhile."""
        for offer, futures in waiting:
            error = offer.error or (None if offer.is_settled else fault)
            steps = offer.steps
            for future in futures:
                if future.done():
                    continue  # cancelled: nobody waits
                if error is not None:
                    future.set_exception(twin(error))
                else:
                    future.set_result(steps)
                    steps = []  # each step is told once
        self.is_under_way = bool(self.waiting)
        if self.waiting:
            self.loop.call_soon(self._commit)

    def _blocks(self, waiting: list[Waiting]) -> bool:
        if self.journal.syncs_all or self.journal.database.blocks:
            return True
        return any(step.trigger in SYNCED for offer, _ in waiting for step in offer.run.fresh)


def twin(error: Exception) -> Exception:
    """An error of its own for each who waits, since a caller may add to it."""
    made = copy(error)
    made.__cause__ = error.__cause__
    return made
