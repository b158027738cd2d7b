"""Going on with a run on record: what was decided, what became of calls that were under way, and then as ever."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy, deepcopy
from typing import TYPE_CHECKING

from graphagent.agent.lease import check_free
from graphagent.agent.pinning import check_pinned
from graphagent.agent.stored import loaded
from graphagent.engine.machine import TOOL
from graphagent.exceptions import DefinitionError, RunIsOver, ToolArgumentsError
from graphagent.run.carried import carried

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
    if run_response is not None and run_id not in (None, run_response.run_id):
        raise DefinitionError(
            f"continue_run() was given a response of run {run_response.run_id} and run_id {run_id!r}."
        )
    if run_response is None and run_id is None:
        run_response = agent.run_response
        if run_response is None:
            raise DefinitionError("continue_run() was told no run, and this thread or task has not run this agent.")
    id = run_id or (run_response.run_id if run_response else None)
    if id is None:
        raise DefinitionError("This response has no run_id.")
    execution = again_offered(agent, id) or loaded(agent, id)
    decide(execution, tools if tools is not None else run_response.tools if run_response is not None else ())
    if execution.run.need() is not None:
        check_free(execution.head)
        if TOOL in execution.run.plan:
            execution.see_state()  # here, where an event loop does not wait for it
    agent.unsaved.pop(id, None)
    return execution


def again_offered(agent: Agent, id: str) -> Execution | None:
    """A run whose latest steps met an error of the storage: they are offered again, not done again.

    It is a copy, so that decisions which are refused leave what this process alone holds as it was.
    """
    kept = agent.unsaved.get(id)
    if kept is None:
        return None
    execution = copy(kept)
    execution.run = deepcopy(kept.run)
    execution.kept = True
    return execution


def decide(execution: Execution, tools: Sequence[ToolExecution]) -> None:
    """Feed a run the decisions that these objects carry. It is not on record, and not to be used, if that fails."""
    run, definition = execution.run, execution.definition
    try:
        decisions = carried(run, definition.functions, tools)
    except ToolArgumentsError:  # perhaps because the form is of another definition, and then that is what to say
        check_pinned(execution.store, execution.head, run, definition)
        raise
    if run.is_over and not run.fresh:
        raise RunIsOver(f"Run {run.id} has already ended ({run.state}) and cannot be continued.", run_id=run.id)
    for decision in decisions:
        execution.feed(*decision)
    check_pinned(execution.store, execution.head, run, definition)
