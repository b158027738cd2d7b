"""Asking the probe of a tool what became of a call, and what follows for a call that did not return in time."""

from __future__ import annotations

from concurrent.futures import wait
from functools import partial
from typing import TYPE_CHECKING, Any

from graphagent.agent.background import in_thread
from graphagent.agent.invoke import Outcome, read, refused
from graphagent.agent.scope import Scope
from graphagent.engine.call import DEFAULT_TIMEOUT, REPEATABLE
from graphagent.run.decisions import meant, tool_message
from graphagent.tools.probe import NOT_HAPPENED, Happened
from graphagent.tools.result import result_text
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call


def probed(execution: Execution, call: Call) -> Any:
    """What the tool's probe says of a call, a result as text; None where it fails or takes longer than its tool may."""
    function = execution.definition.functions.get(call.name)
    if function is None:
        return None
    try:
        arguments = read(function, call)
        ask = partial(function.probed, arguments, Scope(execution, call, {}).injected())
        asked = in_thread(f"graphagent-probe-{call.name}", ask)
        if not wait([asked], call.timeout or DEFAULT_TIMEOUT).done:
            logger.error("Run %s: the probe of %s does not return; a person is asked.", execution.run.id, call.name)
            return None
        found = asked.result()
        return Happened(result_text(found.result)) if isinstance(found, Happened) else found
    except Exception:  # noqa: BLE001 - a probe looks at the world, where anything may go wrong: then a person does
        logger.exception("Run %s: the probe of %s failed; a person is asked.", execution.run.id, call.name)
        return None


def happened(call: Call, found: Happened) -> Outcome:
    """The outcome of a call that a probe found."""
    return Outcome("result", {"call": call.id} | meant(call, found.result), tool_message(call.id, found.result))


def timed_out(execution: Execution, call: Call, attempt: Future[Outcome] | None = None) -> Outcome:
    """The outcome of a call that has not returned within its timeout: it may have acted, or may still act.

    `attempt` is its thread, where it has one: that goes on. While it does, nobody can say that nothing will happen.
    """
    told = f"The tool {call.name!r} did not return within {call.timeout} seconds."
    if call.policy in REPEATABLE:
        return refused(call, told)
    found = probed(execution, call) if call.policy == "probe" else None
    if isinstance(found, Happened):
        return happened(call, found)
    if found is NOT_HAPPENED and attempt is None:
        return refused(call, f"{told} It had no effect.")
    return Outcome("recover", {"calls": {call.id: "doubt"}})
