"""Going on with a run on record: what was decided, what became of calls that were under way, and then as ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphagent.agent.lease import check_free, may_be_taken
from graphagent.agent.pinning import check_pinned
from graphagent.agent.stored import loaded
from graphagent.engine.machine import ACTING
from graphagent.exceptions import DefinitionError, GraphAgentError, RunBusy, RunIsOver, StaleRun, StorageError
from graphagent.run.carried import carried
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.agent.execution import Execution
    from graphagent.run.response import RunResponse
    from graphagent.run.tool import ToolExecution


def resumed(
    agent: Agent, run_response: RunResponse | None, run_id: str | None, tools: Sequence[ToolExecution] | None
) -> Execution:
    """The run, loaded, with the decisions that the caller's objects carry: they go on record when it is driven.

    What is refused is refused here, before anything happened.
    """
    if run_response is None and run_id is None:
        run_response = agent.run_response
        if run_response is None:
            raise DefinitionError("continue_run() was told no run, and this thread or task has not run this agent.")
    id = run_id or (run_response.run_id if run_response else None)
    if id is None:
        raise DefinitionError("This response has no run_id.")
    kept = agent.unsaved.pop(id, None)  # what met an error of the storage is offered again, not done again
    execution = kept or loaded(agent, id)
    run = execution.run
    said = tools if tools is not None else run_response.tools if run_response is not None else ()
    decisions = carried(run, agent.definition.functions, said)
    if run.is_over:
        raise RunIsOver(f"Run {id} has already ended ({run.state}) and cannot be continued.", run_id=id)
    for decision in decisions:
        execution.feed(*decision)
    check_pinned(agent.store, execution.head, run, agent.definition)
    if run.need() is not None:
        check_free(execution.head)
    execution.kept = kept is not None
    return execution


def recovering(agent: Agent) -> Iterator[RunResponse]:
    """Each run of an agent that can go on and that nobody has in hand, driven to its next rest."""
    for head in reversed(agent.store.runs(agent_id=agent.definition.agent_id, state=ACTING)):
        if not may_be_taken(head):
            continue
        try:
            yield agent.continue_run(run_id=head.id, stream=False)
        except (RunBusy, StaleRun, RunIsOver):
            continue  # somebody else was quicker
        except StorageError:
            raise
        except GraphAgentError as error:
            logger.warning("Run %s could not go on: %s", head.id, error)
            yield agent.get_run(head.id)
