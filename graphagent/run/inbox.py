"""What waits for people, in any run of a storage, and deciding it: from any process, without the agent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphagent.engine.run import Run
from graphagent.exceptions import DamagedData, StaleRun
from graphagent.run import decisions
from graphagent.run.current import current
from graphagent.run.decisions import Decider, Decision
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.storage.base import Head, Storage
    from graphagent.storage.requests import Kind, Request


class Inbox:
    """The calls of a storage that wait for a person.

    A decision is recorded once: whoever comes second gets `AlreadyResolved` and changes nothing. It goes on record at
    once; the run itself goes on when somebody who has its agent continues it.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.damaged: dict[str, str] = {}
        """Runs that could not be read back when this looked for what waits, by id, and why."""

    def pending(
        self,
        *,
        run_id: str | None = None,
        kind: Kind | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> list[Request]:
        """What waits for a person, that asked for last first. What has expired is rejected on the way, by policy.

        Args:
            run_id: In this run.
            kind: Of this kind.
            before: Only those with a lower `number`; pages go on from the last one shown.
            limit: At most so many.
        """
        now, looked_at = clock.now(), set[str]()
        while True:
            found = self.storage.requests(run_id=run_id, kind=kind, before=before, limit=limit)
            late = {request.run_id for request in found if request.expires_at is not None and request.expires_at <= now}
            if late <= looked_at:
                return [request for request in found if request.expires_at is None or request.expires_at > now]
            for each in late - looked_at:
                try:
                    current(self.storage, each)
                except DamagedData as error:
                    self.damaged[each] = str(error)
            looked_at |= late

    def waiting(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Head, Run, Call]]:
        """What was asked for with its run and call, without what was decided by now. Each run is loaded once.

        A run that cannot be read back is left out, and told of in `damaged`.
        """
        loaded: dict[str, tuple[Head, Run]] = {}
        for request in requests:
            if request.run_id not in loaded:
                try:
                    head, steps = self.storage.load(request.run_id)
                    loaded[request.run_id] = head, Run.replay(head.id, head.plan, steps)
                except DamagedData as error:
                    self.damaged[request.run_id] = str(error)
                    continue
            head, run = loaded[request.run_id]
            call = run.open.get(request.call_id)
            if run.is_waiting and call is not None and call.gate and (request.damage or call.gate == request.kind):
                yield request, head, run, call

    def approve(
        self, run_id: str, call_id: str, *, arguments: str | None = None, by: str | None = None,
        note: str | None = None, digest: str | None = None,
    ) -> Run:  # fmt: skip
        """Let a call be made, with other `arguments` (JSON text) where given.

        `digest` is that of the call as it was shown; a call that was changed since is not approved.

        Raises:
            RunNotFound, RequestNotFound: There is no such run, or it never asked about this call.
            AlreadyResolved: The call was decided before, or is not any more what was shown.
            RunIsOver: The run ended before the call was decided.
            RunBusy: Calls of the same reply that wait for nobody have no result yet. Try again when they have.
            ToolArgumentsError: The `arguments` are no JSON object.
        """
        decider = Decider(by, note, digest)
        if arguments is not None:
            return self._decide(run_id, call_id, lambda call: decisions.revise(call, decider, arguments))
        return self._decide(run_id, call_id, lambda call: decisions.approve(call, decider))

    def reject(self, run_id: str, call_id: str, *, note: str | None = None, by: str | None = None) -> Run:
        """Refuse a call, whatever it waits for. The model is told the note. Raises as `approve`."""
        return self._decide(run_id, call_id, lambda call: decisions.reject(call, Decider(by, note)))

    def answer(self, run_id: str, call_id: str, values: Mapping[str, Any], *, by: str | None = None) -> Run:
        """Fill in the fields of a call. Raises as `approve`, and `ToolArgumentsError` where a value does not fit."""
        return self._decide(
            run_id, call_id, lambda call: decisions.answer(call, Decider(by), decisions.filled(call, values))
        )

    def deliver(self, run_id: str, call_id: str, result: Any, *, failed: bool = False, by: str | None = None) -> Run:
        """Give the result of a call that was made elsewhere. Raises as `approve`."""
        return self._decide(run_id, call_id, lambda call: decisions.deliver(call, Decider(by), result, failed=failed))

    def settle(
        self, run_id: str, call_id: str, verdict: str, result: Any = None, *, by: str | None = None,
        note: str | None = None,
    ) -> Run:  # fmt: skip
        """Say what became of a call of unknown outcome: `retry`, `result` or `failure`.

        Raises as `approve`, and `DeadlineNotPassed` for a retry while the first attempt may still be under way.
        """
        return self._decide(run_id, call_id, lambda call: decisions.settle(call, Decider(by, note), verdict, result))

    def _decide(self, run_id: str, call_id: str, decide: Callable[[Call], list[Decision]]) -> Run:
        while True:
            head, run = current(self.storage, run_id)
            call = decisions.waiting(run, call_id)
            decisions.check_resting(run, call)
            for decision in decide(call):
                run.feed(*decision, at=clock.now())
            try:
                self.storage.save(head, run)
            except StaleRun:
                continue  # it moved on in between, perhaps by a decision about another call; look again
            return run
