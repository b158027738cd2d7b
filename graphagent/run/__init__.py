"""What a caller sees of a run: its response, its events and its tool calls."""

from __future__ import annotations

from graphagent.run.events import RunEvent, RunResponseEvent
from graphagent.run.response import RunResponse
from graphagent.run.status import RunStatus
from graphagent.run.tool import ToolExecution

__all__ = ["RunEvent", "RunResponse", "RunResponseEvent", "RunStatus", "ToolExecution"]
