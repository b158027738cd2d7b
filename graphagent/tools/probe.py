"""What a probe says of a call whose process ended before its outcome was known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Happened:
    """The call had its effect, and this is its result."""

    result: Any = "The call succeeded."


@dataclass(frozen=True, slots=True)
class _Said:
    name: str

    def __repr__(self) -> str:
        return self.name


NOT_HAPPENED: Final = _Said("NOT_HAPPENED")
"""The call had no effect, and will have none: it may be made again."""

UNKNOWN: Final = _Said("UNKNOWN")
"""The probe cannot tell: a person is asked."""
