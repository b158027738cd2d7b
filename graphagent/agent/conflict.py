"""Two runs of one session changed the same: the one that comes second runs its tool again, or says what was not kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json, to_json

from graphagent.engine.call import REPEATABLE
from graphagent.engine.machine import RESPOND
from graphagent.engine.run import Run, Step
from graphagent.storage.session import with_patches
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.exceptions import StateConflict

ATTEMPTS: Final = 100  # of a tool that may be run again; whoever makes it fail has made progress each time
SHOWN: Final = 200  # characters of a value


def resolve(execution: Execution, conflict: StateConflict) -> None:
    """Tell the run again what was not recorded, with something else in place of the step that met a conflict."""
    run, told = execution.run, retold(execution, conflict)
    for step in run.fresh[len(told.fresh) :]:
        if step.seq == conflict.seq:
            told.feed(*instead(execution, told, step, conflict), at=step.at)
        elif step.trigger != "finish" or told.state == RESPOND:  # what ended the run may be due again
            told.feed(step.trigger, step.data, step.messages, at=step.at)
    run.become(told)
    execution.known_state = with_patches(conflict.state, run.fresh)


def retold(execution: Execution, conflict: StateConflict) -> Run:
    """The run as it is on record, or, where it is not yet, as it begins in the session as that is now."""
    run = execution.run
    if not execution.head.number and execution.beginning is not None:
        return execution.beginning.told(conflict.state)[0]
    _, steps = execution.store.load(run.id)
    told = Run.replay(run.id, run.plan, steps[: execution.head.seq])
    told.preamble, told.history = run.preamble, run.history  # what was recalled is not recorded a second time
    return told


def instead(execution: Execution, told: Run, step: Step, conflict: StateConflict) -> tuple[str, dict[str, Any], bytes]:
    """What the run is told in place of a result whose changes of state cannot all be kept."""
    data = step.data or {}
    call = told.open[data["call"]]
    if call.policy in REPEATABLE and call.gate is None and call.attempt < ATTEMPTS:
        execution.begun.discard(call.id)
        return "recover", {"calls": {call.id: "again"}}, b""
    lost = [found["path"] for found in conflict.conflicts]
    kept = [operation for operation in data["state"] if operation[1] not in lost]
    logger.warning("Run %s: what %s changed in the session state was not kept: %s", told.id, call.name, conflict)
    others = {key: value for key, value in data.items() if key != "state"}
    answer = from_json(step.messages)
    answer["content"] += explained(conflict.conflicts)
    told_data = {**others, **({"state": kept} if kept else {}), "conflicts": conflict.conflicts}
    return step.trigger, told_data, to_json(answer)


def explained(conflicts: Iterable[dict[str, Any]]) -> str:
    """For the model: what was not kept, and why."""
    lines = [
        f"- {'.'.join(each['path'])}: "
        + ", ".join(f"{name} {shown(each[name])}" for name in ("was", "found", "wanted") if name in each)
        for each in conflicts
    ]
    return "\n\nNot kept in the session state, because another run changed it meanwhile:\n" + "\n".join(lines)


def shown(value: Any) -> str:
    """A value as JSON, not too much of it."""
    text = to_json(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
