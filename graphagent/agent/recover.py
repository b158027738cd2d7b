"""What becomes of calls that are on record as started and whose process is gone, by the policy of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphagent.agent.invoke import Outcome
from graphagent.engine.call import REPEATABLE
from graphagent.tools.probe import NOT_HAPPENED, Happened
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call


def recovered(execution: Execution, *, is_dead: bool) -> Iterator[Outcome]:
    """What the run is to be fed about the calls it had under way.

    `is_dead` says whether whoever had the run in hand certainly lives no more. One that is only silent may be asleep,
    and begin a call when it wakes up, until the deadline of the call.
    """
    lost = [call for call in execution.run.lost() if call.gate is None]
    verdicts = {call.id: verdict(execution, call, is_dead) for call in lost}
    for call in lost:
        found = verdicts[call.id]
        if isinstance(found, Happened):
            from graphagent.agent.probing import happened

            del verdicts[call.id]
            yield happened(call, found)
    if verdicts:
        yield Outcome("recover", {"calls": verdicts})


def verdict(execution: Execution, call: Call, is_dead: bool) -> Any:
    """`again`, `doubt`, or what a probe found to have `Happened`."""
    never_made = execution.kept and call.id not in execution.begun  # the run never left this process
    if never_made or call.problem is not None or call.policy in REPEATABLE:
        return "again"
    if call.policy != "probe":
        return "doubt"
    may_begin = not is_dead and (call.deadline is None or clock.now() <= call.deadline)
    from graphagent.agent.probing import probed

    found = probed(execution, call)
    if isinstance(found, Happened):
        return found
    return "again" if found is NOT_HAPPENED and not may_begin else "doubt"
