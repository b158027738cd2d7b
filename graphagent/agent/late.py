"""A result that comes when nobody waits for it any more: it may still settle exactly that attempt, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from graphagent.agent.lease import LINGERING, may_be_taken
from graphagent.engine.call import STARTED
from graphagent.exceptions import StaleRun
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graphagent.agent.execution import Execution
    from graphagent.agent.invoke import Outcome
    from graphagent.engine.run import Run

SHORTEST, LONGEST = 0.01, 1.0  # seconds between two looks at a run that somebody else has in hand


class Overdue(NamedTuple):
    """An attempt whose thread goes on although it is not waited for: its deadline passed, or its task was cancelled."""

    future: Future[Outcome]
    call_id: str
    attempt: int

    def is_open(self, run: Run) -> bool:
        """Whether a run still wonders about exactly this attempt."""
        call = run.open.get(self.call_id)
        return call is not None and call.status == STARTED and call.attempt == self.attempt


def heard(execution: Execution) -> Iterator[Outcome]:
    """What landed after its deadline while the run was still in the hand of its execution."""
    for overdue in execution.overdue.copy():
        if overdue.future.done():
            execution.overdue.remove(overdue)
            if overdue.is_open(execution.run):
                yield overdue.future.result()


def listen(execution: Execution) -> None:
    """The execution is over: from now on, whatever returns late goes on record by itself."""
    while execution.overdue:
        overdue = execution.overdue.pop()
        LINGERING.add((execution.number, overdue.call_id))
        overdue.future.add_done_callback(partial(settle_later, execution, overdue))


def settle_later(execution: Execution, overdue: Overdue, late: Future[Outcome]) -> None:
    """`settle_late`, in a thread of its own: this one may be that of an event loop, and a run in hand is waited for."""
    from graphagent.agent.background import in_thread

    in_thread("graphagent-late", partial(settle_late, execution, overdue, late))


def settle_late(execution: Execution, overdue: Overdue, late: Future[Outcome]) -> None:
    """Record a late result, if the run still wonders about this attempt. Whoever goes on with the run finds it."""
    try:
        record_late(execution, overdue, late.result())
    except BaseException:  # noqa: BLE001 - nobody waits for this thread: the doubt stays, and a person settles it
        logger.exception("Run %s: the late result of call %s could not be recorded.", execution.run.id, overdue.call_id)
    finally:
        LINGERING.discard((execution.number, overdue.call_id))


def record_late(execution: Execution, overdue: Overdue, outcome: Outcome) -> None:
    """Record it once nobody has the run in hand: who has goes on undisturbed."""
    from graphagent.agent.stored import loaded

    pause = SHORTEST
    while True:
        now = loaded(execution.agent, execution.run.id)
        if not overdue.is_open(now.run):
            return
        if may_be_taken(now.head):
            now.feed(*outcome)
            now.head.owner, now.head.lease_until = None, 0
            try:
                now.save(now.run)
            except StaleRun:
                continue  # somebody decided about another call, or took the run; look again
            return
        time.sleep(pause)
        pause = min(2 * pause, LONGEST)
