"""Runs on record: loaded to be looked at, or ended from anywhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from graphagent.agent.execution import Execution
from graphagent.agent.recall import note
from graphagent.run import cancel
from graphagent.run.current import current

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.run.response import RunResponse


def loaded(agent: Agent, run_id: str) -> Execution:
    """The run as recorded, in the hands of this process."""
    return Execution(agent, *current(agent.store, run_id, partial(note, agent)))


def cancelled(agent: Agent, run_id: str, reason: str) -> RunResponse:
    """End a run by recording its cancellation. Raises `RunNotFound`, or `RunIsOver` where it has ended before."""
    return Execution(agent, *cancel.cancelled(agent.store, run_id, reason)).response()
