"""Calls of transactional tools: made in the transaction that records their results, so that both happen or neither does.

They are made by whoever drives the run, one after the other: nothing else is recorded of the run meanwhile.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from graphagent.agent.invoke import invoked, refused
from graphagent.agent.memories import deliver, is_for_elsewhere
from graphagent.engine.call import TRANSACTIONAL
from graphagent.exceptions import StateConflict
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run, Step
    from graphagent.storage.transaction import Transaction


def is_transactional(call: Call) -> bool:
    """Whether a call is to be made in a transaction."""
    return call.policy == TRANSACTIONAL and call.problem is None


def transacted(execution: Execution, call: Call) -> list[Step]:
    """Make a call, and return the steps that put on record what came of it.

    Where another run changed the same part of the session's state first, it is made again, on the state as it is now.
    """
    execution.known_state = execution.state  # looked up now: a pool may have no second connection
    steps: list[Step] | None = None
    while steps is None:
        try:
            steps = execution.store.transact(execution.head, execution.run, partial(act, execution, call))
        except StateConflict as conflict:
            execution.known_state = conflict.state
    for step in steps:
        execution.follow(step)
    if is_for_elsewhere(steps):
        deliver(execution.agent, execution.head.agent_id)
    return steps


async def atransacted(execution: Execution, call: Call) -> list[Step]:
    """`transacted` in a thread, since a transaction blocks. It is over when this returns, even where it is cancelled."""
    import asyncio

    from graphagent.agent.background import in_thread

    made = asyncio.wrap_future(in_thread(f"graphagent-{call.name}", partial(transacted, execution, call)))
    try:
        return await asyncio.shield(made)
    except asyncio.CancelledError:
        await asyncio.wait([made])
        raise


def act(execution: Execution, call: Call, transaction: Transaction, run: Run) -> None:
    """Call the tool, and feed a run what came of it. What a tool wrote that did not return in time is undone."""
    outcome = invoked(execution, call, transaction)
    if call.deadline is not None and clock.now() > call.deadline and outcome.trigger == "result":
        told = f"The tool {call.name!r} did not return within {call.timeout} seconds. What it wrote was undone."
        outcome = refused(call, told)
    if outcome.trigger != "result" or outcome.data.get("error"):
        transaction.undo()
    if outcome.trigger == "fail":
        execution.learn(outcome)
        return
    run.feed(*outcome, at=clock.now())
    execution.lease(run)
