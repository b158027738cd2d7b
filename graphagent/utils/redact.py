"""Secrets taken out of what is to be logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

HIDDEN: Final = "[redacted]"

_NAME = r"(?:[\w-]*[_-])?(?:api[_-]?key|(?:access|private|secret)[_-]?key|authorization|token|password|passwd|secret|cookie)"
SECRET_NAME: Final = re.compile(_NAME, re.IGNORECASE)

# Each keeps its first group, which says what was there.
_PATTERNS: Final = (
    re.compile(r"(\bsk-)[\w-]{8,}"),
    re.compile(r"(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?=@)", re.IGNORECASE),
    re.compile(rf"""((?<![\w-]){_NAME}["']?\s*[:=]\s*)(?!\d+\b|None\b|null\b|\[redacted\])(?:"[^"]*"|'[^']*'|[^\s,;&}})\]]+)""", re.IGNORECASE),
)  # fmt: skip


def redacted_text(text: str) -> str:
    """The text without API keys, bearer tokens, passwords in addresses, and values that a secret's name stands before."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def redacted(value: Any, name: str = "") -> Any:
    """The value without secrets, looked for in dicts and lists as well; what is clean is returned as it is.

    Args:
        value: Anything.
        name: What the value is called; text or bytes called `api_key`, `token` and the like are hidden whatever they hold.
    """
    if isinstance(value, str | bytes):
        if value and SECRET_NAME.fullmatch(name):
            return HIDDEN
        return redacted_text(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {key: redacted(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(redacted(item, name) for item in value)
    return value
