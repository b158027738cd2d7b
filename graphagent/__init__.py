"""graphagent: agents whose every run is a state machine you can see, pause, resume and prove things about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphagent.agent import Agent
    from graphagent.run.events import RunEvent, RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.tools.decorator import tool
    from graphagent.tools.function import Function
    from graphagent.tools.toolkit import Toolkit

__version__ = "0.1.0"

HOMES = {
    "Agent": "graphagent.agent",
    "Function": "graphagent.tools.function",
    "RunEvent": "graphagent.run.events",
    "RunResponse": "graphagent.run.response",
    "RunResponseEvent": "graphagent.run.events",
    "Toolkit": "graphagent.tools.toolkit",
    "tool": "graphagent.tools.decorator",
}

__all__ = ["Agent", "Function", "RunEvent", "RunResponse", "RunResponseEvent", "Toolkit", "tool"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package costs nothing."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
