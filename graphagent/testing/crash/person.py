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

    def approves(self, tool: ToolExecution) -> bool:
        """Whether this call may be made."""
        return tool.tool_name not in self.rejects

    def fills(self, name: str) -> Any:
        """What stands in the field of that name."""
        return self.answers.get(name, "an answer")

    def carries_out(self, tool: ToolExecution) -> str:
        """The result of a call that is executed outside."""
        return f"{tool.tool_name} was carried out"
