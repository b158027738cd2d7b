"""A run that begins where another one was at a step: it has what was said and done until then, and goes its own way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from graphagent.agent.execution import Execution
from graphagent.agent.recall import note
from graphagent.exceptions import DefinitionError, RunIsOver
from graphagent.run.current import replayed
from graphagent.utils import clock
from graphagent.utils.identity import uuid7

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run, Step

WRITTEN: Final = ("state", "memories", "summary")  # what a step writes beside itself; that was done, once


def forked(agent: Agent, run_id: str, seq: int) -> Execution:
    """A new run with copies of the steps of another one up to `seq`, on record."""
    head, steps = agent.store.load(run_id)
    if not 0 < seq <= len(steps):
        raise DefinitionError(f"Run {run_id} has steps 1 to {len(steps)}, and no step {seq}.")
    fork = replace(
        head, id=uuid7(), parent_id=run_id, parent_seq=seq, number=0, seq=0, epoch=0, owner=None, lease_until=0,
        created_at=clock.now(), description=agent.store.definition(head.definition) or b"",
    )  # fmt: skip
    run = replayed(agent.store, fork, steps[:seq], partial(note, agent))
    if run.is_over:
        raise RunIsOver(f"Run {run_id} had ended at step {seq}. Fork it from an earlier one.", run_id=run_id)
    for call in run.open.values():  # who decides here has as long as there, from now on
        if call.gate is not None and call.expires is not None:
            call.expires += (fork.created_at - call.made_at) / 1_000_000
    run.fresh = [copied(step, run) for step in steps[:seq]]
    agent.store.save(fork, run)
    return Execution(agent, fork, run)


def copied(step: Step, run: Run) -> Step:
    """A step without what it wrote elsewhere: that is not done again. What a call of it waits for is as in this run."""
    if step.data is None or step.trigger == "recalled":
        return step
    kept = {key: value for key, value in step.data.items() if key not in WRITTEN}
    if step.trigger == "call" and "calls" in kept:
        kept["calls"] = {id: waiting(marks, run.calls[id]) for id, marks in kept["calls"].items()}
    return step._replace(data=kept or None)


def waiting(marks: dict[str, Any], call: Call) -> dict[str, Any]:
    """What is recorded of a call, with the time that is left to decide about it."""
    return {**marks, "expires": call.expires} if "expires" in marks else marks
