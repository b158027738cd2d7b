"""A tool call as the caller sees it, and the carrier of what a person decides about it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from graphagent.run.metrics import ToolCallMetrics
from graphagent.run.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphagent.tools.user_input import UserInputField

ToolStatus = Literal["planned", "started", "completed", "failed", "rejected", "cancelled"]
"""`planned` and `started` calls have no outcome yet; the others have exactly one."""

Verdict = Literal["retry", "result", "failure"]
"""What a person says of a call whose outcome is unknown: make it again, here is its result, or it failed."""


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


@dataclass(slots=True)
class ToolExecution(Record):
    """One call of one run.

    What the call waits for stands in `requires_confirmation`, `requires_user_input`, `external_execution_required` and
    `in_doubt`; all are False again once that is decided and the run has gone on. To decide, set `confirmed` (with a
    `confirmation_note` if you like), the `value` of each field of `user_input_schema`, `result`, or `verdict` (with
    `result` as its text) and give the object to `continue_run`. Setting them changes nothing by itself.
    """

    tool_call_id: str
    tool_name: str
    tool_args: dict[str, Any] = field(default_factory=dict)
    status: ToolStatus = "planned"
    result: str | None = None
    tool_call_error: bool = False
    """Whether `result` says what went wrong."""
    metrics: ToolCallMetrics | None = None
    stop_after_tool_call: bool = False
    created_at: int = field(default_factory=now)
    """Seconds since the epoch."""
    conflicts: list[dict[str, Any]] | None = None
    """Changes of the session's state that were not kept, because another run had changed the same: for each its `path`, and
    what `was` there, was `found` and was `wanted`."""

    requires_confirmation: bool = False
    confirmed: bool | None = None
    """None: undecided, which never means rejected."""
    confirmation_note: str | None = None
    requires_user_input: bool = False
    user_input_schema: list[UserInputField] | None = None
    """The fields to fill in. They belong to this call alone."""
    answered: bool = False
    """Whether the form was filled in. Set it to hand in a form whose fields are all optional and empty."""
    external_execution_required: bool = False
    in_doubt: bool = False
    """The call was started, but its process ended before the outcome was known."""
    verdict: Verdict | None = None
    decided_by: str | None = None
    digest: str | None = None
    """Of name and arguments as they were shown; a decision counts for these only."""

    @property
    def is_paused(self) -> bool:
        """Whether the call waits for a person."""
        return (
            self.requires_confirmation or self.requires_user_input or self.external_execution_required or self.in_doubt
        )

    def __str__(self) -> str:
        return f"{self.tool_name}({', '.join(f'{name}={value!r}' for name, value in self.tool_args.items())})"

    @classmethod
    def _decoded(cls, values: dict[str, Any]) -> dict[str, Any]:
        if metrics := values.get("metrics"):
            values["metrics"] = ToolCallMetrics(**metrics)
        if schema := values.get("user_input_schema"):
            from graphagent.tools.user_input import UserInputField

            values["user_input_schema"] = [UserInputField.from_dict(field) for field in schema]
        return values


class Waiting:
    """Views of `tools`: the calls that wait for a person, by what they wait for."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def tools(self) -> Sequence[ToolExecution]: ...

    @property
    def tools_requiring_confirmation(self) -> list[ToolExecution]:
        """Set `confirmed` on each."""
        return [tool for tool in self.tools if tool.requires_confirmation]

    @property
    def tools_requiring_user_input(self) -> list[ToolExecution]:
        """Set the `value` of each field in `user_input_schema`."""
        return [tool for tool in self.tools if tool.requires_user_input]

    @property
    def tools_awaiting_external_execution(self) -> list[ToolExecution]:
        """Run each yourself and set `result`."""
        return [tool for tool in self.tools if tool.external_execution_required]

    @property
    def tools_in_doubt(self) -> list[ToolExecution]:
        """Find out what became of each and set `verdict`."""
        return [tool for tool in self.tools if tool.in_doubt]
