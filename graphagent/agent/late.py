"""A result that comes after its deadline: it may still settle the doubt about exactly that attempt, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from graphagent.exceptions import GraphAgentError, StaleRun
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graphagent.agent.execution import Execution
    from graphagent.agent.invoke import Outcome
    from graphagent.engine.run import Run


class Overdue(NamedTuple):
    """An attempt that has not returned by its deadline, and whose thread goes on."""

    future: Future[Outcome]
    call_id: str
    attempt: int

    def is_open(self, run: Run) -> bool:
        """Whether a run still wonders about exactly this attempt."""
        call = run.open.get(self.call_id)
        return call is not None and call.gate == "doubt" and call.attempt == self.attempt


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
        overdue.future.add_done_callback(partial(settle_late, execution, overdue))


def settle_late(execution: Execution, overdue: Overdue, late: Future[Outcome]) -> None:
    """Record a late result, if the run still wonders about this attempt. Whoever goes on with the run finds it."""
    from graphagent.agent.stored import loaded

    try:
        outcome = late.result()
        while True:
            now = loaded(execution.agent, execution.run.id)
            if not overdue.is_open(now.run):
                return
            now.feed(*outcome)
            try:
                now.store.save(now.head, now.run)
            except StaleRun:
                continue  # somebody decided about another call; look again
            return
    except GraphAgentError:  # nobody waits for this thread: the doubt stays, and a person settles it
        logger.exception("Run %s: the late result of call %s could not be recorded.", execution.run.id, overdue.call_id)
