"""A tool call as it would be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

if TYPE_CHECKING:
    from graphagent.engine.call import Call


def signature(call: Call) -> str:
    """A call as it would be written, whole: nothing is left out, and what could not be seen is written as an escape."""
    try:
        arguments: Any = from_json(call.arguments or "{}")
    except ValueError:
        arguments = call.arguments
    if not isinstance(arguments, dict):
        return f"{visible(call.name)}({arguments!r})"
    return f"{visible(call.name)}({', '.join(f'{visible(name)}={value!r}' for name, value in arguments.items())})"


def visible(name: str) -> str:
    """A name as it is, or as a Python text where it is none."""
    return name if name.isidentifier() else repr(name)
