"""For tests of agents: a model provider on this machine that answers from a script, and kills at every point of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphagent.models.script import Answer, Call, call, refuse, say
from graphagent.testing.faults import Item, cut, fault, garble, hold, interrupt, reset, slow
from graphagent.testing.provider import LocalProvider, Received

if TYPE_CHECKING:
    from graphagent.testing.crash import Person, Scenario, crash_everywhere, told

__all__ = [
    "Answer",
    "Call",
    "Item",
    "LocalProvider",
    "Person",
    "Received",
    "Scenario",
    "call",
    "crash_everywhere",
    "cut",
    "fault",
    "garble",
    "hold",
    "interrupt",
    "refuse",
    "reset",
    "say",
    "slow",
    "told",
]

KILLING = frozenset({"Person", "Scenario", "crash_everywhere", "told"})


def __getattr__(name: str) -> Any:
    """Load what kills when it is first asked for: a provider alone does not need it."""
    if name not in KILLING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from graphagent.testing import crash

    return getattr(crash, name)
