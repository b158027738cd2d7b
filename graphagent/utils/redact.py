"""Secrets taken out of what is to be logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

HIDDEN: Final = "[redacted]"

_NAME = r"(?:[\w-]*[_-])?(?:api[_-]?key|(?:access|private|secret)[_-]?key|authorization|token|password|passwd|secret|cookie)"
SECRET_NAME: Final = re.compile(_NAME, re.IGNORECASE)

# What each finds after its first group is a secret.
_PATTERNS: Final = (
    re.compile(r"(\bsk-)[\w-]{8,}"),
    re.compile(r"(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s:/@]*:)[^\s@/]+(?=@)", re.IGNORECASE),
)
_VALUE = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{[^{}]*\}|\[[^\[\]]*\]|[^\s,;&{}\[\]()]+)"""
_NAMED: Final = re.compile(rf"""((?<![\w-])({_NAME})["']?\s*[:=]\s*){_VALUE}""", re.IGNORECASE)
_NOTHING: Final = ("None", "null", "True", "False", "true", "false", '""', "''", "{}", "[]", HIDDEN)


def redacted_text(text: str) -> str:
    """The text without API keys, bearer tokens, passwords in addresses, and values that a secret's name stands before."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return _NAMED.sub(_hide_named, text)


def redacted(value: Any, name: str = "") -> Any:
    """The value without secrets, which are looked for in dicts and lists as well.

    Args:
        value: Anything.
        name: What the value is called. Whatever is called `api_key`, `password` and the like is hidden, but for numbers
            called token, which count something.
    """
    counts = isinstance(value, int | float) and _counts(name)
    if value and value is not True and SECRET_NAME.fullmatch(name) and not counts:
        return HIDDEN
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {key: redacted(item, str(key)) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(redacted, value))
    return value


def _hide_named(match: re.Match[str]) -> str:
    label, name, value = match.groups()
    counts = value.replace(".", "", 1).isdecimal() and _counts(name)
    return str(match.group()) if counts or value in _NOTHING else f"{label}{HIDDEN}"


def _counts(name: str) -> bool:
    """Whether a number of this name is one of tokens, or their time."""
    return name.lower().endswith("token")
