"""For tests of agents: a model provider on this machine that answers from a script, over real HTTP."""

from __future__ import annotations

from graphagent.models.script import Answer, Call, call, refuse, say
from graphagent.testing.faults import Item, cut, fault, garble, hold, interrupt, reset, slow
from graphagent.testing.provider import LocalProvider, Received

__all__ = [
    "Answer",
    "Call",
    "Item",
    "LocalProvider",
    "Received",
    "call",
    "cut",
    "fault",
    "garble",
    "hold",
    "interrupt",
    "refuse",
    "reset",
    "say",
    "slow",
]
