"""Tools: functions that a model may call."""

from __future__ import annotations

from graphagent.tools.decorator import tool
from graphagent.tools.function import Function, FunctionCall, UserInputField
from graphagent.tools.toolkit import Toolkit
from graphagent.tools.toolset import Toolset

__all__ = ["Function", "FunctionCall", "Toolkit", "Toolset", "UserInputField", "tool"]
