"""What a worker does: go on with every run of an agent that was decided or orphaned, whatever becomes of one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from graphagent.agent.lease import may_be_taken
from graphagent.agent.memories import deliver, shared_space
from graphagent.agent.resume import resumed
from graphagent.engine.machine import ACTING
from graphagent.exceptions import RunBusy, RunIsOver, StaleRun
from graphagent.run.current import current
from graphagent.storage.owner import LEASE
from graphagent.utils import clock
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.run.response import RunResponse


class TakenOn(NamedTuple):
    """A run that a worker went on with: its response as it rests again, or why that went wrong."""

    run_id: str
    seq: int
    """The step at which it was found."""
    response: RunResponse | None
    error: Exception | None = None


def recovering(
    agent: Agent, *, stop: Callable[[], bool] = lambda: False, leave: Collection[tuple[str, int]] = ()
) -> Iterator[TakenOn]:
    """Each run of an agent that can go on and that nobody has in hand, driven to its next rest.

    A memory in another database is first told what it does not know yet, and what has expired is rejected, by policy.
    Runs that others take on in the meantime are theirs and not told of; one that goes wrong holds up no other.

    Args:
        agent: Whose runs.
        stop: Whether to end before the next run.
        leave: Runs to let be, by id and step.

    Raises:
        StorageError: The runs cannot be listed.
    """
    deliver(agent)
    yield from expiring(agent, leave)
    for head in reversed(agent.store.runs(agent_id=agent.definition.agent_id, state=ACTING)):
        if stop():
            return
        if (head.id, head.seq) not in leave and may_be_taken(head):
            try:
                execution = resumed(agent, None, head.id, None)
                if execution.run.need() is not None:  # else it rests by now: somebody else was quicker
                    yield TakenOn(head.id, head.seq, execution.finish())
            except (RunBusy, StaleRun, RunIsOver):
                continue
            except Exception as error:  # noqa: BLE001 - the agent's own code, where anything may go wrong: it is told
                yield TakenOn(head.id, head.seq, None, error)


def expiring(agent: Agent, leave: Collection[tuple[str, int]]) -> Iterator[TakenOn]:
    """Reject what nobody decided in time; yields the runs that this goes wrong with."""
    now = clock.now()
    late = [ask for ask in agent.store.requests() if ask.expires_at is not None and ask.expires_at <= now]
    for run_id, seq in {ask.run_id: ask.seq for ask in late}.items():
        if (run_id, seq) not in leave:
            try:
                current(agent.store, run_id)
            except Exception as error:  # noqa: BLE001 - it is told
                yield TakenOn(run_id, seq, None, error)


def strangers(agent: Agent) -> dict[str, str]:
    """What to tell of agents of other ids, by id, whose runs nobody takes on.

    They could go on, or have something to tell a memory in another database, and a lease has passed since. Where the
    agent was given another id or name meanwhile, they are its own and would wait for ever.
    """
    own, since = agent.definition.agent_id, clock.now() - LEASE
    waiting = [head for head in agent.store.runs(state=ACTING) if may_be_taken(head)]
    if shared_space(agent) is None:
        untold = {learnt.run_id for _, learnt in agent.store.undelivered(None)}
        waiting += [head for id in untold for head in agent.store.runs(prefix=id, limit=1)]
    left: dict[str, list[str]] = {}
    for head in waiting:
        if head.agent_id != own and head.updated_at < since and not head.damage:
            left.setdefault(head.agent_id, []).append(head.id)
    return {
        id: f"{len(runs)} of the runs of agent {id!r} could go on, and nobody takes them on; the oldest is {min(runs)}. This "
        f"agent is {own!r}. If it was {id!r} when they began, give it agent_id={id!r}; otherwise start a worker of that one."
        for id, runs in left.items()
    }


def recovered(agent: Agent) -> list[RunResponse]:
    """The responses of the runs that this call went on with. What could not go on is logged, and left out."""
    for told in strangers(agent).values():
        logger.warning("%s", told)
    responses = []
    for taken in recovering(agent):
        response = taken.response or failed(agent, taken.run_id)
        if response is not None:
            responses.append(response)
        else:
            logger.error("Run %s could not go on.", taken.run_id, exc_info=taken.error)
    return responses


def failed(agent: Agent, run_id: str) -> RunResponse | None:
    """The response of a run that is on record as failed; None of any other."""
    try:
        response = agent.get_run(run_id)
    except Exception:  # noqa: BLE001 - why it could not go on is logged already
        return None
    return response if response.error is not None else None
