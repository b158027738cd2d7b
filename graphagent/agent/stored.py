"""Runs on record: loaded to be looked at, or ended from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.agent.execution import Execution
from graphagent.engine.run import Run
from graphagent.exceptions import RunIsOver, StaleRun
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.run.response import RunResponse


def loaded(agent: Agent, run_id: str) -> Execution:
    """The run as recorded, in the hands of this process."""
    head, steps = agent.store.load(run_id)
    return Execution(agent, head, Run.replay(head.id, head.plan, steps))


def cancelled(agent: Agent, run_id: str, reason: str) -> RunResponse:
    """End a run by recording its cancellation. Whoever is running it finds out when it next records a step."""
    while True:
        execution = loaded(agent, run_id)
        if execution.run.is_over:
            raise RunIsOver(f"Run {run_id} has already ended ({execution.run.state}).", run_id=run_id)
        execution.run.feed("cancel", {"reason": reason}, at=clock.now())
        try:
            agent.store.save(execution.head, execution.run)
        except StaleRun:
            continue  # it moved on in between; look again
        return execution.response()
