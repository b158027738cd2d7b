"""What storages of every SQL database share: steps go into a journal, and are found again by queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from graphagent.exceptions import DefinitionError, RunNotFound
from graphagent.storage.base import Head
from graphagent.storage.offer import stale, unknown
from graphagent.storage.records import listed_head, listed_request, read_head
from graphagent.storage.relational_sessions import RelationalSessions, most
from graphagent.storage.requests import Kind, Request, Status
from graphagent.storage.rows import Offer, listed_note, read_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from graphagent.engine.run import Run, Step
    from graphagent.storage.notebook import Learnt, Notebook
    from graphagent.storage.transaction import Transaction


class RelationalStorage(RelationalSessions):
    """Keeps runs in the tables of a database."""

    is_transactional = True

    # -- on record ----------------------------------------------------------------------------------------------------

    def save(self, head: Head, run: Run) -> list[Step]:
        if not run.fresh:
            return []
        offer = Offer(head, run)
        self._journal.commit([offer], self.busy_timeout)
        if offer.error is not None:
            raise offer.error
        return offer.steps

    async def asave(self, head: Head, run: Run) -> list[Step]:
        return await self._journal.group().save(head, run) if run.fresh else []

    def transact(self, head: Head, run: Run, act: Callable[[Transaction, Run], None]) -> list[Step]:
        from graphagent.storage.transaction import Acting

        return self._journal.act(Acting(head, run, act))

    def claim(self, head: Head, owner: str, until: int) -> None:
        database = self._journal.database
        fence = (head.number, head.id, head.epoch, head.seq)
        if not self._journal.change(database.sql.CLAIM_RUN, (owner, until, *fence), self.busy_timeout):
            raise stale(head, self._head(head.id), self._where)
        head.epoch += 1
        head.owner, head.lease_until = owner, until

    def renew(self, head: Head, until: int) -> bool:
        database = self._journal.database
        held = (head.number, head.id, head.epoch)
        is_held = self._journal.change(database.sql.RENEW_RUN, (until, *held), self.busy_timeout)
        if is_held:
            head.lease_until = until
        return is_held

    # -- found again --------------------------------------------------------------------------------------------------

    def load(self, run_id: str) -> tuple[Head, list[Step]]:
        head = self._head(run_id)
        return head, self._steps(head, 0)

    def steps(self, run_id: str, after: int = 0) -> list[Step]:
        return self._steps(self._head(run_id), after)

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
        database = self._journal.database
        wanted = {"space": self.table_name, "session_id": session_id, "user_id": user_id, "agent_id": agent_id}
        terms: list[tuple[str, Any]] = [(f"run.{name} =", value) for name, value in wanted.items() if value is not None]
        if self.table_name is not None and session_id is None and user_id is None:
            # Of indexes that begin with the space, none is of use: all runs found by them would have to be sorted.
            terms[0] = ("COALESCE(run.space, '') =", self.table_name)
        states = [state] if isinstance(state, str) else state
        if before is not None:
            terms.append(("run.number <", self._head(before, listed_head).number))
        clauses = [f"{term} {database.parameter}" for term, _ in terms]
        given: list[Any] = [value for _, value in terms]
        if states is not None:
            clauses.append(f"run.state IN ({', '.join([database.parameter] * len(states)) or 'NULL'})")
            given += states
        if prefix is not None:
            clauses.append(database.begins)
            given += database.beginning(prefix)
        where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        rows = database.read(f"{database.sql.SELECT_RUNS} {where} ORDER BY run.number DESC{most(limit)}", given)
        return [listed_head(row, database.sql.RUN_COLUMNS, self._where) for row in rows]

    def requests(
        self,
        *,
        run_id: str | None = None,
        kind: Kind | None = None,
        status: Status | None = "pending",
        before: int | None = None,
        limit: int | None = None,
    ) -> list[Request]:
        database = self._journal.database
        # Among all runs the index that begins with the space is of no use: what was asked last is found by its number.
        space = "run.space =" if run_id is not None else "COALESCE(run.space, '') ="
        terms = {space: self.table_name, "run.id =": run_id, "request.kind =": kind, "request.number <": before}
        wanted = [(term, value) for term, value in terms.items() if value is not None]
        clauses = [f"{term} {database.parameter}" for term, _ in wanted]
        if status in get_args(Status):
            clauses.append(f"request.status = '{status}'")  # as text, so that the index of pending ones is used
        where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        query = f"{database.sql.SELECT_REQUESTS} {where} ORDER BY request.number DESC{most(limit)}"
        return [listed_request(row, self._where) for row in database.read(query, [value for _, value in wanted])]

    def definition(self, hash: str) -> bytes | None:
        database = self._journal.database
        for (description,) in database.read(database.sql.SELECT_DEFINITION, (hash,)):
            return bytes(description) or None
        return None

    # -- what is remembered about users -------------------------------------------------------------------------------

    def notebook(self, user_id: str | None, space: str | None = None) -> Notebook:
        from graphagent.storage.notebook_rows import RelationalNotebook

        space = space or self.table_name
        if space is None:
            raise DefinitionError("A storage with table_name=None has no memory of its own; give it a table_name.")
        return RelationalNotebook(self._journal, space, user_id)

    def remembered(self) -> list[tuple[str, str | None]]:
        database = self._journal.database
        return [
            (space, user or None) for space, user in database.read(database.sql.SELECT_OWNERS, (self.table_name,) * 2)
        ]

    def undelivered(self, agent_id: str | None) -> list[tuple[str | None, Learnt]]:
        database = self._journal.database
        rows = database.read(database.sql.SELECT_OUTBOX, (agent_id, self.table_name))
        return [listed_note(row, self._where) for row in rows]

    def delivered(self, learnt: Learnt) -> None:
        self._journal.change(self._journal.database.sql.DELETE_OUTBOX, (learnt.run_id, learnt.seq), self.busy_timeout)

    def close(self) -> None:
        self._journal.database.close()

    # -- inside -------------------------------------------------------------------------------------------------------

    def _head(self, run_id: str, read: Callable[..., Head] = read_head) -> Head:
        database = self._journal.database
        for row in database.read(database.sql.SELECT_RUN, (run_id,)):
            head = read(row, database.sql.RUN_COLUMNS, self._where)
            if self.table_name in {None, head.space}:
                return head
        raise RunNotFound(unknown(run_id, self._where), run_id=run_id)

    def _steps(self, head: Head, after: int) -> list[Step]:
        database = self._journal.database
        rows = database.read(database.sql.SELECT_STEPS, (head.number, after))
        return read_steps(rows, head, after, self._where)
