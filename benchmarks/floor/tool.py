"""One tool call, by hand: arguments parsed with `json.loads` and checked with `isinstance`, errors told to the model."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any


def checked(text: str) -> dict[str, Any]:
    """The arguments of `price`, or an error that says what is wrong with them."""
    arguments = json.loads(text)
    if not isinstance(arguments, dict) or arguments.keys() != {"article", "quantity"}:
        raise TypeError("price takes an article and a quantity")
    if not isinstance(arguments["article"], str):
        raise TypeError("article must be a text")
    if not isinstance(arguments["quantity"], int) or isinstance(arguments["quantity"], bool):
        raise TypeError("quantity must be a whole number")
    return arguments


def answered(call: dict[str, Any], tools: Mapping[str, Callable[..., str]]) -> dict[str, Any]:
    """The message that answers a call."""
    function = call["function"]
    try:
        if function["name"] not in tools:
            raise LookupError(f"there is no tool {function['name']!r}")
        content = tools[function["name"]](**checked(function["arguments"]))
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is its result
        content = f"Error: {error}"
    return {"role": "tool", "tool_call_id": call["id"], "content": content}


async def aanswered(call: dict[str, Any], tools: Mapping[str, Callable[..., Awaitable[str]]]) -> dict[str, Any]:
    """`answered`, for a tool that is awaited."""
    function = call["function"]
    try:
        if function["name"] not in tools:
            raise LookupError(f"there is no tool {function['name']!r}")
        content = await tools[function["name"]](**checked(function["arguments"]))
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is its result
        content = f"Error: {error}"
    return {"role": "tool", "tool_call_id": call["id"], "content": content}
