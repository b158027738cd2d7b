"""A run is pinned to the definition it was begun with. What has changed since, and whether the run still needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from graphagent.agent.invoke import read
from graphagent.engine.machine import ACTING
from graphagent.exceptions import DefinitionChanged, ToolArgumentsError

if TYPE_CHECKING:
    from graphagent.agent.definition import Definition
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.storage.base import Head, Storage


class Change(NamedTuple):
    """One difference between the definition of a run and that of an agent; `breaks` where the run cannot go on."""

    what: str
    breaks: bool


def check_pinned(store: Storage, head: Head, run: Run, definition: Definition) -> None:
    """Raise `DefinitionChanged`, naming each difference, unless the agent still has all that the run needs."""
    if head.definition == definition.hash:
        return
    broken = [change.what for change in changes(store, head, run, definition) if change.breaks]
    if broken:
        raise DefinitionChanged(
            f"Run {run.id} cannot go on with this agent: {'; '.join(broken)}. Continue it with the definition it was "
            "begun with, or cancel it.",
            run_id=run.id,
        )


def changes(store: Storage, head: Head, run: Run, definition: Definition) -> list[Change]:
    """What differs between the agent of a run, as it was, and a definition, as it is."""
    recorded = store.definition(head.definition)
    if head.definition == definition.hash or recorded is None:
        return []
    before, after = from_json(recorded), from_json(definition.description)
    found = [
        Change(f"state {state!r} is gone", state == run.state and state in ACTING)
        for state in sorted(run.plan - definition.plan)
    ]
    for name, tool in before["tools"].items():
        needing = [call for call in run.open.values() if call.name == name and call.problem is None]
        found += _tool_changes(name, tool, after["tools"].get(name), needing, definition)
    found += [Change(f"tool {name!r} is new", breaks=False) for name in after["tools"].keys() - before["tools"].keys()]
    return found


def _tool_changes(
    name: str, before: dict[str, Any], after: dict[str, Any] | None, needing: list[Call], definition: Definition
) -> list[Change]:
    """What changed about one tool; `needing` are the unanswered calls to it, for which it must still do."""
    if after is None:
        return [Change(f"tool {name!r} is gone", bool(needing))]
    found = []
    if before["parameters"] != after["parameters"]:
        what = difference(before["parameters"], after["parameters"])
        breaks = not all(_fits(call, definition) for call in needing)
        found.append(Change(f"the parameters of tool {name!r} changed ({what})", breaks))
    if before.get("form") != after.get("form"):
        what = difference(before.get("form") or {}, after.get("form") or {})
        breaks = any(call.gate == "input" for call in needing)
        found.append(Change(f"the form of tool {name!r} changed ({what})", breaks))
    if before["policy"] != after["policy"]:
        found.append(Change(f"tool {name!r} is {after['policy']!r}, it was {before['policy']!r}", breaks=False))
    if before["gate"] != after["gate"]:
        found.append(Change(f"tool {name!r} waits for {after['gate']}, it waited for {before['gate']}", breaks=False))
    return found


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What is another between two JSON schemas of parameters, in words."""
    old, new = before.get("properties", {}), after.get("properties", {})
    said = [f"{name!r} is gone" for name in old.keys() - new.keys()]
    said += [f"{name!r} is new" for name in new.keys() - old.keys()]
    said += [f"{name!r} is another" for name in old.keys() & new.keys() if old[name] != new[name]]
    needed = set(after.get("required", ())) & old.keys() - set(before.get("required", ()))
    said += [f"{name!r} is required now" for name in needed]
    return ", ".join(sorted(said)) or "in what their schema says beside"


def _fits(call: Call, definition: Definition) -> bool:
    """Whether the recorded arguments of a call are still arguments of its tool."""
    try:
        function = definition.functions[call.name]
        function.validate(call.arguments) if call.gate == "input" else read(function, call)
    except ToolArgumentsError:
        return False
    return True
