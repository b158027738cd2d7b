"""An agent as a while-loop over a list of dicts. Nothing is kept of it but its messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from benchmarks.floor.tool import aanswered, answered

Messages = list[dict[str, Any]]


def run(
    question: str, model: Callable[[Messages], dict[str, Any]], tools: Mapping[str, Callable[..., str]]
) -> Messages:
    """The conversation, from the question to the answer."""
    messages: Messages = [{"role": "user", "content": question}]
    for _ in range(1000):
        reply = model(messages)
        messages.append(reply)
        if not reply.get("tool_calls"):
            return messages
        messages += [answered(call, tools) for call in reply["tool_calls"]]
    raise RuntimeError("the model does not come to an end")


async def arun(
    question: str,
    model: Callable[[Messages], Awaitable[dict[str, Any]]],
    tools: Mapping[str, Callable[..., Awaitable[str]]],
) -> Messages:
    """`run`, where model and tools are awaited."""
    messages: Messages = [{"role": "user", "content": question}]
    for _ in range(1000):
        reply = await model(messages)
        messages.append(reply)
        if not reply.get("tool_calls"):
            return messages
        messages += [await aanswered(call, tools) for call in reply["tool_calls"]]
    raise RuntimeError("the model does not come to an end")
