"""A person who is asked: agrees, fills in, carries out, and looks at the outside world before saying what became of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphagent.run.tool import ToolExecution


class Person:
    """Decides as it was told beforehand, so that every telling of a run ends alike. Override what you want otherwise.

    Args:
        rejects: Names of tools whose calls are refused. All others are approved.
        answers: What is filled into the fields of forms, by name. Fields that are not named get `"an answer"`.
        hasty: Whether all that is asked is decided at once. Otherwise one thing at a time, and the run is looked at anew.
    """

    def __init__(
        self, *, rejects: tuple[str, ...] = (), answers: Mapping[str, Any] | None = None, hasty: bool = False
    ) -> None:
        self.rejects = rejects
        self.answers = answers or {}
        self.hasty = hasty

    def decides(self, tool: ToolExecution) -> str:
        """Put the decision about a waiting call on its carrier. Returns the trigger that it becomes."""
        if tool.requires_confirmation:
            tool.confirmed = self.approves(tool)
            return "approve" if tool.confirmed else "reject"
        if tool.requires_user_input:
            for field in tool.user_input_schema or ():
                field.value = self.fills(field.name) if field.value is None else field.value
            return "answer"
        tool.result = self.carries_out(tool)
        return "deliver"

    def approves(self, tool: ToolExecution) -> bool:
        """Whether this call may be made."""
        return tool.tool_name not in self.rejects

    def fills(self, name: str) -> Any:
        """What stands in the field of that name."""
        return self.answers.get(name, "an answer")

    def carries_out(self, tool: ToolExecution) -> str:
        """The result of a call that is executed outside."""
        return f"{tool.tool_name} was carried out"
