"""Runs recorded in this process, for as long as the storage lives: fenced as in a database, but nothing is encoded."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from graphagent.engine.machine import FINAL
from graphagent.engine.run import is_pruned
from graphagent.exceptions import RunNotFound
from graphagent.storage.base import Head, Storage
from graphagent.storage.notebook import learnt
from graphagent.storage.notebook_kept import KeptNotebook, Shelf
from graphagent.storage.offer import offered, recorded, settle, stale, unknown
from graphagent.storage.requests import Change, Closed, Request, already_resolved, changes
from graphagent.storage.retention import Pruned, spine
from graphagent.storage.session import (
    EVERYBODY,
    Deleted,
    Everybody,
    Session,
    advanced,
    check_owner,
    no_session,
    patches,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphagent.engine.run import Run, Step
    from graphagent.storage.notebook import Learnt, Notebook
    from graphagent.storage.requests import Kind, Status

WHERE: Final = "memory"


class MemoryStorage(Storage):
    """Keeps runs in memory. Behaves as a database does, but for surviving its process."""

    is_shared = False
    table_name = WHERE

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[str, tuple[Head, list[Step]]] = {}
        self._definitions: dict[str, bytes] = {}
        self._requests: list[Request] = []
        self._shelf = Shelf()
        self._outbox: dict[tuple[str, int], Learnt] = {}
        self._sessions: dict[str, Session] = {}
        self._of_session: dict[str, list[str]] = {}  # ids of runs
        self._last_number = 0

    def save(self, head: Head, run: Run) -> list[Step]:
        with self._lock:
            steps = offered(head, run)
            if not steps:
                return steps
            record, journal = self._runs.get(head.id, (None, []))
            session = self._entered(head, steps)
            if begins := head.number == 0 and record is None:
                check_owner(head, session.user_id)
                created_at = head.created_at or steps[0].at
                record = replace(
                    head, number=self._last_number + 1, space=WHERE, created_at=created_at, description=b""
                )
            elif record is None or (head.number, head.epoch, head.seq) != (record.number, record.epoch, record.seq):
                raise stale(head, record, WHERE)
            state = advanced(head.id, session.state, patches(steps))
            self._requests = asked(self._requests, head.id, changes(run, steps))
            if begins:  # here nothing can be refused any more
                self._begin(head, record, journal)
            self._sessions[session.id] = session
            if state is not session.state:
                session.state, session.version, session.updated_at = state, session.version + 1, steps[-1].at
            journal += map(recorded, steps)
            self._learn(head, steps)
            settle(head, run, steps, record.number, WHERE)
            record.state, record.seq, record.updated_at = head.state, head.seq, head.updated_at
            record.owner, record.lease_until = head.owner, head.lease_until
            return steps

    def _begin(self, head: Head, record: Head, journal: list[Step]) -> None:
        self._last_number = record.number
        self._runs[head.id] = record, journal
        self._of_session.setdefault(head.session_id, []).append(head.id)
        if head.description:
            self._definitions.setdefault(head.definition, head.description)

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
        prefix: str | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Head]:
        states = (state,) if isinstance(state, str) else state
        with self._lock:
            end = self._last_number + 1 if before is None else self._record(before)[0].number
            found = (
                replace(record)
                for record, _ in reversed(self._runs.values())
                if record.number < end
                and session_id in {None, record.session_id}
                and user_id in {None, record.user_id}
                and agent_id in {None, record.agent_id}
                and record.id.startswith(prefix or "")
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

    def remembered(self) -> list[tuple[str, str | None]]:
        return [(space, user or None) for space, user in list(self._shelf.pages)]

    def undelivered(self, agent_id: str | None) -> list[tuple[str | None, Learnt]]:
        with self._lock:
            waiting = [(self._record(run_id)[0], learnt) for (run_id, _), learnt in self._outbox.items()]
            return [(head.user_id, learnt) for head, learnt in waiting if agent_id in {None, head.agent_id}]

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

    # -- sessions -----------------------------------------------------------------------------------------------------

    def session(self, session_id: str) -> Session | None:
        with self._lock:
            found = self._sessions.get(session_id)
            return found and replace(found)

    def sessions(
        self,
        *,
        user_id: str | Everybody | None = EVERYBODY,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Session]:
        with self._lock:
            if before is not None and before not in self._sessions:
                raise no_session(before, WHERE)
            end = self._last_number + 1 if before is None else self._sessions[before].number
            found = (
                replace(session)
                for session in reversed(self._sessions.values())
                if session.number < end and user_id in {EVERYBODY, session.user_id}
            )
            return list(islice(found, limit))

    def ended(
        self, session_id: str, *, before: int | None = None, limit: int | None = None
    ) -> list[tuple[Head, list[Step]]]:
        with self._lock:
            found = (
                (replace(record), journal.copy())
                for record, journal in map(self._runs.__getitem__, reversed(self._of_session.get(session_id, ())))
                if record.state in FINAL and (before is None or record.number < before)
            )
            return list(islice(found, limit))

    def rename_session(self, session_id: str, name: str | None) -> None:
        with self._lock:
            if session_id not in self._sessions:
                raise no_session(session_id, WHERE)
            self._sessions[session_id].name = name

    def delete_session(self, session_id: str) -> Deleted:
        with self._lock:
            return self._deleted({session_id} & self._sessions.keys())

    def delete_user(self, user_id: str | None) -> Deleted:
        with self._lock:
            gone = self._deleted({session.id for session in self._sessions.values() if session.user_id == user_id})
            known = [self.notebook(user, space) for space, user in self.remembered() if user == user_id]
            return gone._replace(memories=gone.memories + sum(notebook.forget() for notebook in known))

    def prune(self, before: int, at: int) -> Pruned:
        with self._lock:
            done = [steps for head, steps in self._runs.values() if head.state in FINAL and head.updated_at < before]
            due = [steps for steps in done if not is_pruned(steps)]
            for steps in due:
                steps[:] = spine(steps, at)
            return Pruned(len(due), sum(map(len, due)))

    def _entered(self, head: Head, steps: list[Step]) -> Session:
        """The session of a run; a new one is not kept before the run is."""
        number = self._last_number + 1
        return self._sessions.get(head.session_id) or Session(
            id=head.session_id, space=WHERE, user_id=head.user_id, created_at=steps[0].at, number=number
        )

    def _deleted(self, sessions: set[str]) -> Deleted:
        gone = {id: self._runs.pop(id)[1] for session in sessions for id in self._of_session.pop(session, ())}
        for session in sessions:
            del self._sessions[session]
        kept = [request for request in self._requests if request.run_id not in gone]
        asked, self._requests = len(self._requests) - len(kept), kept
        summaries = sum(self._shelf.forget_runs(gone))
        return Deleted(len(sessions), len(gone), sum(map(len, gone.values())), asked, summaries)

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
            number = requests[-1].number + 1 if requests else 1
            requests.append(replace(change, number=number))
            continue
        pending = {
            each.call_id: place
            for place, each in enumerate(requests)
            if each.run_id == run_id and each.status == "pending"
        }
        if isinstance(change, Closed):
            for place in pending.values():
                requests[place] = replace(requests[place], status="cancelled", decided_at=change.at)
            continue
        meant = pending.get(change.call_id)
        if meant is None or change.digest not in {None, requests[meant].digest}:
            raise already_resolved(run_id, change.call_id)
        requests[meant] = replace(
            requests[meant], status=change.status, decided_at=change.at, decided_by=change.by, note=change.note
        )
    return requests
