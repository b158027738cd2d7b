"""Rules about the tools a request offers and the choice among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphagent.testing.rules.messages import is_name
from graphagent.testing.rules.schemas import schema_violations

MOST_TOOLS = 128
LONGEST_DESCRIPTION = 1024


def tool_violations(body: dict[str, Any]) -> Iterator[str]:
    """Find what is wrong with `tools`, `tool_choice` and `parallel_tool_calls`."""
    tools = body.get("tools")
    if tools is None:
        for name in ("tool_choice", "parallel_tool_calls"):
            if body.get(name) is not None:
                yield f"{name}: It is only allowed when 'tools' are specified."
        return
    if not isinstance(tools, list) or not 1 <= len(tools) <= MOST_TOOLS:
        yield f"tools: Expected an array of 1 to {MOST_TOOLS} tools."
        return
    names = set[str]()
    for index, tool in enumerate(tools):
        where = f"tools[{index}]"
        yield from _tool(where, tool)
        name = _name(tool)
        if name in names:
            yield f"{where}: Another tool has the name {name!r} too."
        names.add(name)
    yield from _choice(body.get("tool_choice"), names)
    if not isinstance(body.get("parallel_tool_calls", True), bool):
        yield "parallel_tool_calls: Expected a boolean."


def _tool(where: str, tool: Any) -> Iterator[str]:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if kind not in ("function", "custom"):
        yield f"{where}.type: Supported values are 'function' and 'custom', got {kind!r}."
        return
    where, defined = f"{where}.{kind}", tool.get(kind)
    if not isinstance(defined, dict):
        yield f"{where}: Missing required parameter."
        return
    if not is_name(defined.get("name")):
        yield f"{where}.name: Expected 1 to 64 letters, digits, _ and -, got {defined.get('name')!r}."
    description = defined.get("description", "")
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION:
        yield f"{where}.description: Expected a string of at most {LONGEST_DESCRIPTION} characters."
    if "parameters" in defined:
        yield from schema_violations(f"{where}.parameters", defined["parameters"], strict=defined.get("strict") is True)


def _choice(choice: Any, names: set[str]) -> Iterator[str]:
    if choice is None or (isinstance(choice, str) and choice in ("none", "auto", "required")):
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind == "allowed_tools":
        allowed = choice.get("allowed_tools")
        chosen = allowed.get("tools") if isinstance(allowed, dict) else None
    else:
        chosen = [choice] if kind in ("function", "custom") else None
    if not isinstance(chosen, list):
        yield f"tool_choice: Expected 'none', 'auto', 'required' or an object that names tools, got {choice!r}."
        return
    for tool in chosen:
        if _name(tool) not in names:
            yield f"tool_choice: {_name(tool)!r} is not the name of a tool in 'tools'."


def _name(tool: Any) -> str:
    """Read the name of a tool, or of a choice of one; empty where there is none."""
    defined = tool.get(str(tool.get("type"))) if isinstance(tool, dict) else None
    return str(defined.get("name", "")) if isinstance(defined, dict) else ""
