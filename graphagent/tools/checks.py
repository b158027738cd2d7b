"""Definitions of tools that cannot work, refused before anything runs."""

from __future__ import annotations

import inspect
import math
from typing import Any, get_args

from graphagent.engine.call import REPEATABLE, TRANSACTIONAL
from graphagent.exceptions import DefinitionError
from graphagent.tools.names import HANDLE, check_tool_name, suggestion
from graphagent.tools.options import Configuration, Policy


def check_entrypoint(thing: Any) -> None:
    """Raise `DefinitionError` for what is no function that could become a tool."""
    if isinstance(thing, type):
        raise DefinitionError(f"{thing.__name__} is a class, not a tool. Hand over an instance of it, or a function.")
    if isinstance(thing, Configuration):
        raise DefinitionError(f"{thing.name!r} is a tool already. Change it by its copy(…).")
    if not callable(thing):
        raise DefinitionError(f"A tool is a function, and {thing!r} cannot be called.")


def check_options(tool: Configuration) -> None:
    """Raise `DefinitionError` for options that cannot work, alone or together."""
    check_tool_name(tool.name)
    gates = ("requires_confirmation", "requires_user_input", "external_execution")
    if len(chosen := [gate for gate in gates if getattr(tool, gate)]) > 1:
        raise DefinitionError(f"Tool {tool.name!r} can have one of {' and '.join(chosen)}: a call waits for one thing.")
    _check_fields(tool)
    if tool.user_input_fields and not tool.requires_user_input:
        raise DefinitionError(f"Tool {tool.name!r} has user_input_fields, so it cannot do without requires_user_input.")
    _check_expiry(tool)
    if tool.policy not in get_args(Policy):
        raise DefinitionError(
            f"Tool {tool.name!r} has no policy {tool.policy!r}. {suggestion(tool.policy, get_args(Policy))}"
        )
    if (tool.policy == "probe") != (tool.probe is not None):
        raise DefinitionError(
            f"Tool {tool.name!r}: policy='probe' and probe=… go together; the function says, after a crash, "
            "whether a call happened."
        )
    _check_transactional(tool)
    if tool.timeout is None and tool.policy not in REPEATABLE:
        raise DefinitionError(
            f"Tool {tool.name!r}: with policy {tool.policy!r} it needs a timeout, since a call whose outcome is unknown "
            "may be retried only after its deadline. Only read, idempotent and transactional tools can do without."
        )
    if tool.timeout is not None and not (tool.timeout > 0 and math.isfinite(tool.timeout)):
        raise DefinitionError(f"Tool {tool.name!r}: timeout is in seconds and greater than zero, not {tool.timeout!r}.")


def _check_transactional(tool: Configuration) -> None:
    """What writes in the transaction of its result must be called for each result, with that transaction."""
    if tool.policy != TRANSACTIONAL:
        return
    if tool.external_execution or tool.cache_results:
        option = "external_execution" if tool.external_execution else "cache_results"
        raise DefinitionError(
            f"Tool {tool.name!r} cannot be transactional with {option}: not each result has its call."
        )
    if HANDLE not in inspect.signature(tool.entrypoint).parameters:
        raise DefinitionError(
            f"Tool {tool.name!r} is transactional, so it needs a parameter {HANDLE!r}: what it executes there is "
            "committed with its result. What it does elsewhere would be done again after a crash."
        )


def _check_expiry(tool: Configuration) -> None:
    """Only what waits can expire."""
    if tool.expires_after is None:
        return
    if tool.gate is None:
        raise DefinitionError(
            f"Tool {tool.name!r} has expires_after, and its calls wait for nobody. Set requires_confirmation, "
            "requires_user_input or external_execution, too."
        )
    if not (tool.expires_after > 0 and math.isfinite(tool.expires_after)):
        raise DefinitionError(
            f"Tool {tool.name!r}: expires_after is in seconds and greater than zero, not {tool.expires_after!r}."
        )


def _check_fields(tool: Configuration) -> None:
    """Every field that a person is to fill must be a parameter that somebody fills."""
    if not tool.user_input_fields:
        return
    if isinstance(tool.user_input_fields, str):
        raise DefinitionError(f"Tool {tool.name!r}: user_input_fields is a list of names, not a text.")
    ready = tool.options().get("parameters")
    names = inspect.signature(tool.entrypoint).parameters if ready is None else ready.get("properties", {})
    known = [name for name in names if name not in tool.injectable and name != "self"]
    for field in tool.user_input_fields:
        if field not in known:
            raise DefinitionError(
                f"Tool {tool.name!r}: user_input_fields names {field!r}, which is not a parameter to fill. "
                f"{suggestion(field, known)}"
            )
