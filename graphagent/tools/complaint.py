"""Validation errors in words that a model or a person can act on. Values are never repeated, only where they stand."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST_LINES = 10
_LONGEST_LINE = 300


def complaint(tool: str, subject: str, error: ValidationError, known: Collection[str]) -> str:
    """What is wrong with the `subject` ("arguments", "answers") of `tool`, one line per field."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    if details[0]["loc"] == ():
        reason = f": {details[0]['msg']}" if details[0]["type"] == "json_invalid" else ""
        return f"The {subject} of {tool!r} must be one JSON object{reason}."
    lines = [_line(detail, known)[:_LONGEST_LINE] for detail in details[:_MOST_LINES]]
    if len(details) > _MOST_LINES:
        lines.append(f"… and {len(details) - _MOST_LINES} more")
    return f"The {subject} of {tool!r} do not fit:\n" + "\n".join(f"- {line}" for line in lines)


def _line(detail: Any, known: Collection[str]) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"]).lstrip(".")
    if detail["type"] == "missing":
        return f"{place}: is required"
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        return f"{place}: is not an argument; there are: {', '.join(known) or 'none'}"
    return f"{place}: {detail['msg']}"
