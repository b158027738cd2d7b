"""What becomes of calls that are on record as started and whose process is gone, by the policy of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphagent.agent.invoke import Outcome, read
from graphagent.agent.scope import Scope
from graphagent.engine.call import REPEATABLE
from graphagent.run.decisions import meant, tool_message
from graphagent.tools.probe import NOT_HAPPENED, Happened
from graphagent.tools.result import result_text
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call


def recovered(execution: Execution) -> Iterator[Outcome]:
    """What the run is to be fed about the calls it had under way."""
    lost = [call for call in execution.run.lost() if call.gate is None]
    verdicts = {call.id: verdict(execution, call) for call in lost}
    for call in lost:
        found = verdicts[call.id]
        if isinstance(found, Happened):
            del verdicts[call.id]
            yield Outcome("result", {"call": call.id} | meant(call, found.result), tool_message(call.id, found.result))
    if verdicts:
        yield Outcome("recover", {"calls": verdicts})


def verdict(execution: Execution, call: Call) -> Any:
    """`again`, `doubt`, or what a probe found to have `Happened`."""
    never_made = execution.kept and call.id not in execution.begun  # the run never left this process
    if never_made or call.problem is not None or call.policy in REPEATABLE:
        return "again"
    if call.policy == "probe" and call.name in execution.definition.functions:
        found = probed(execution, call)
        return found if isinstance(found, Happened) else "again" if found is NOT_HAPPENED else "doubt"
    return "doubt"


def probed(execution: Execution, call: Call) -> Any:
    """What the tool's probe says of a call, a result as text. A probe that fails cannot tell."""
    function = execution.definition.functions[call.name]
    try:
        found = function.probed(read(function, call), Scope(execution, call, {}).injected())
        return Happened(result_text(found.result)) if isinstance(found, Happened) else found
    except Exception:  # noqa: BLE001 - a probe looks at the world, where anything may go wrong: then a person does
        logger.exception("Run %s: the probe of %s failed; a person is asked.", execution.run.id, call.name)
        return None
