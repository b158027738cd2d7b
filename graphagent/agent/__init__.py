"""What a user defines, and the ways to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphagent.agent.agent import Agent

if TYPE_CHECKING:
    from graphagent.run.events import RunEvent, RunResponseEvent
    from graphagent.run.response import RunResponse

__all__ = ["Agent", "RunEvent", "RunResponse", "RunResponseEvent"]


def __getattr__(name: str) -> Any:
    """What a run shows is loaded when it is asked for: whoever defines an agent does not pay for it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import graphagent

    return getattr(graphagent, name)
