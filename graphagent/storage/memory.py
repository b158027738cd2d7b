"""Runs recorded in this process, for as long as the storage lives: fenced as in a database, but nothing is encoded."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from graphagent.exceptions import RunNotFound
from graphagent.storage.base import Head, Storage
from graphagent.storage.notebook import learnt
from graphagent.storage.notebook_kept import KeptNotebook, Shelf
from graphagent.storage.offer import offered, recorded, settle, stale, unknown
from graphagent.storage.requests import Change, Closed, Request, already_resolved, changes

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphagent.engine.run import Run, Step
    from graphagent.storage.notebook import Learnt, Notebook
    from graphagent.storage.requests import Kind, Status

WHERE: Final = "memory"


class MemoryStorage(Storage):
    """Keeps runs in memory. Behaves as a database does, but for surviving its process."""

    is_shared = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[str, tuple[Head, list[Step]]] = {}
        self._definitions: dict[str, bytes] = {}
        self._requests: list[Request] = []
        self._shelf = Shelf()
        self._outbox: dict[tuple[str, int], Learnt] = {}

    def save(self, head: Head, run: Run) -> list[Step]:
        with self._lock:
            steps = offered(head, run)
            if not steps:
                return steps
            record, journal = self._runs.get(head.id, (None, []))
            if head.number == 0 and record is None:
                number = len(self._runs) + 1
                created_at = head.created_at or steps[0].at
                record = replace(head, number=number, space=WHERE, created_at=created_at, description=b"")
                self._runs[head.id] = record, journal
                if head.description:
                    self._definitions.setdefault(head.definition, head.description)
            elif record is None or (head.number, head.epoch, head.seq) != (record.number, record.epoch, record.seq):
                raise stale(head, record, WHERE)
            self._requests = asked(self._requests, head.id, changes(run, steps))
            journal += map(recorded, steps)
            self._learn(head, steps)
            settle(head, run, steps, record.number, WHERE)
            record.state, record.seq, record.updated_at = head.state, head.seq, head.updated_at
            record.owner, record.lease_until = head.owner, head.lease_until
            return steps

    async def asave(self, head: Head, run: Run) -> list[Step]:
        return self.save(head, run)

    def claim(self, head: Head, owner: str, until: int) -> None:
        with self._lock:
            record, _ = self._record(head.id)
            if (head.number, head.epoch, head.seq) != (record.number, record.epoch, record.seq):
                raise stale(head, record, WHERE)
            record.epoch += 1
            head.epoch = record.epoch
            head.owner = record.owner = owner
            head.lease_until = record.lease_until = until

    def renew(self, head: Head, until: int) -> bool:
        with self._lock:
            record, _ = self._record(head.id)
            if head.epoch != record.epoch:
                return False
            head.lease_until = record.lease_until = until
            return True

    def load(self, run_id: str) -> tuple[Head, list[Step]]:
        with self._lock:
            record, journal = self._record(run_id)
            return replace(record), journal.copy()

    def steps(self, run_id: str, after: int = 0) -> list[Step]:
        with self._lock:
            return self._record(run_id)[1][after:]

    def runs(
        self,
        *,
        session_id: str | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        state: str | Collection[str] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Head]:
        states = (state,) if isinstance(state, str) else state
        with self._lock:
            end = len(self._runs) + 1 if before is None else self._record(before)[0].number
            found = (
                replace(record)
                for record, _ in reversed(self._runs.values())
                if record.number < end
                and session_id in {None, record.session_id}
                and user_id in {None, record.user_id}
                and agent_id in {None, record.agent_id}
                and (states is None or record.state in states)
            )
            return list(islice(found, limit))

    def requests(
        self,
        *,
        run_id: str | None = None,
        kind: Kind | None = None,
        status: Status | None = "pending",
        before: int | None = None,
        limit: int | None = None,
    ) -> list[Request]:
        found = (
            request
            for request in reversed(self._requests)
            if run_id in {None, request.run_id}
            and kind in {None, request.kind}
            and status in {None, request.status}
            and (before is None or request.number < before)
        )
        return list(islice(found, limit))

    def definition(self, hash: str) -> bytes | None:
        return self._definitions.get(hash)

    # -- what is remembered about users -------------------------------------------------------------------------------

    def notebook(self, user_id: str | None, space: str | None = None) -> Notebook:
        return KeptNotebook(self._shelf, space or WHERE, user_id)

    def remembered_users(self) -> list[str | None]:
        return [user or None for space, user in list(self._shelf.pages) if space == WHERE]

    def undelivered(self, agent_id: str) -> list[tuple[str | None, Learnt]]:
        with self._lock:
            waiting = [(self._record(run_id)[0], learnt) for (run_id, _), learnt in self._outbox.items()]
            return [(head.user_id, learnt) for head, learnt in waiting if head.agent_id == agent_id]

    def delivered(self, learnt: Learnt) -> None:
        with self._lock:
            self._outbox.pop((learnt.run_id, learnt.seq), None)

    @property
    def place(self) -> object:
        return self

    def _learn(self, head: Head, steps: list[Step]) -> None:
        for step in steps:
            note = learnt(head, step)
            if note is None:
                continue
            if note.space is None:
                self._outbox[note.run_id, note.seq] = note
            else:
                self.notebook(head.user_id, note.space).learn(note)

    def _record(self, run_id: str) -> tuple[Head, list[Step]]:
        found = self._runs.get(run_id)
        if found is None:
            raise RunNotFound(unknown(run_id, WHERE), run_id=run_id)
        return found


def asked(requests: list[Request], run_id: str, changed: list[Change]) -> list[Request]:
    """Requests after these changes to those of one run. Raises `AlreadyResolved`; `requests` is then as it was."""
    if not changed:
        return requests
    requests = requests.copy()
    for change in changed:
        if isinstance(change, Request):
            requests.append(replace(change, number=len(requests) + 1))
            continue
        pending = {each.call_id: each for each in requests if each.run_id == run_id and each.status == "pending"}
        if isinstance(change, Closed):
            for each in pending.values():
                requests[each.number - 1] = replace(each, status="cancelled", decided_at=change.at)
            continue
        meant = pending.get(change.call_id)
        if meant is None or change.digest not in {None, meant.digest}:
            raise already_resolved(run_id, change.call_id)
        requests[meant.number - 1] = replace(
            meant, status=change.status, decided_at=change.at, decided_by=change.by, note=change.note
        )
    return requests
