"""What a user defines, and the ways to run it."""

from __future__ import annotations

from graphagent.agent.agent import Agent
from graphagent.run.events import RunEvent, RunResponseEvent
from graphagent.run.response import RunResponse

__all__ = ["Agent", "RunEvent", "RunResponse", "RunResponseEvent"]
