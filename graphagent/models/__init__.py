"""Models: the interface every provider implements, the message, and a model that answers from a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphagent.models.base import Delta, Model, Reply, Request, ToolCall
    from graphagent.models.message import Message
    from graphagent.models.script import call, refuse, say
    from graphagent.models.scripted import ScriptedModel

HOMES = {
    "Delta": "graphagent.models.base",
    "Message": "graphagent.models.message",
    "Model": "graphagent.models.base",
    "Reply": "graphagent.models.base",
    "Request": "graphagent.models.base",
    "ScriptedModel": "graphagent.models.scripted",
    "ToolCall": "graphagent.models.base",
    "call": "graphagent.models.script",
    "refuse": "graphagent.models.script",
    "say": "graphagent.models.script",
}

__all__ = ["Delta", "Message", "Model", "Reply", "Request", "ScriptedModel", "ToolCall", "call", "refuse", "say"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `Message` brings pydantic along, which others do not need."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
