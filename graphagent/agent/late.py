"""A result that comes after its deadline: it may still settle the doubt about exactly that attempt, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.exceptions import GraphAgentError, StaleRun
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graphagent.agent.execution import Execution
    from graphagent.agent.invoke import Outcome


def settle_late(execution: Execution, call_id: str, attempt: int, late: Future[Outcome]) -> None:
    """Record a late result, if the run still wonders about this attempt. Whoever goes on with the run finds it."""
    from graphagent.agent.stored import loaded

    try:
        outcome = late.result()
        while True:
            now = loaded(execution.agent, execution.run.id)
            call = now.run.open.get(call_id)
            if call is None or call.gate != "doubt" or call.attempt != attempt:
                return
            now.feed(*outcome)
            try:
                now.store.save(now.head, now.run)
            except StaleRun:
                continue  # somebody decided about another call; look again
            return
    except GraphAgentError:  # nobody waits for this thread: the doubt stays, and a person settles it
        logger.exception("Run %s: the late result of call %s could not be recorded.", execution.run.id, call_id)
