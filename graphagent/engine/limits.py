"""The budgets of a run. Every cycle that a run can take by itself uses one of them up, so every run ends."""

from __future__ import annotations

from typing import Any, NamedTuple


class Limits(NamedTuple):
    """`steps` bounds transitions before another tool round is refused; `tool_calls` calls that are invoked (None: any
    number); `retries` new attempts after one model request failed; `repairs` new tries after an answer did not fit its
    response model; `thoughts` rounds of reasoning.
    """

    steps: int = 1000
    tool_calls: int | None = None
    retries: int = 0
    repairs: int = 2
    thoughts: int = 10

    def changed(self) -> dict[str, Any]:
        """Only what differs from the defaults, for the journal."""
        return {name: value for name, value in self._asdict().items() if value != self._field_defaults[name]}
