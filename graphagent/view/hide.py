"""What a page leaves out of a run's values: secrets always, and the ends of the longest texts where all is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import from_json, to_json

from graphagent.utils.redact import HIDDEN, SECRET_NAME, redacted, redacted_text
from graphagent.view.media import is_medium, named, without_large


def hidden(value: Any, name: str = "") -> Any:
    """A JSON value without secrets, also those in texts that are JSON themselves, as the arguments of a call are."""
    if value and SECRET_NAME.fullmatch(name) and redacted(value, name) == HIDDEN:
        return HIDDEN
    if isinstance(value, str):
        return hidden_text(value)
    if isinstance(value, dict):
        return {key: hidden(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(item) for item in value]
    return value


def hidden_text(text: str) -> str:
    """A text without secrets. One that is a JSON object or list still is one."""
    if is_medium(text):
        return text
    if text.lstrip()[:1] in {"{", "["}:
        try:
            value = from_json(text)
        except ValueError:
            return redacted_text(text)
        without = hidden(value)
        return text if without == value else to_json(without).decode()
    return redacted_text(text)


def fitted(value: Any, budget: int) -> Any:
    """A JSON value whose texts have at most `budget` bytes together: the longest lose their ends, and say so.

    Of media only the names are left where they are large, or more than the texts have room for.
    """
    value = changed(value, without_large)
    sizes = sorted(map(size, texts(value)))
    left, level = budget, None
    for place, each in enumerate(sizes):
        if each * (len(sizes) - place) > left:
            level = left // (len(sizes) - place)
            break
        left -= each
    return value if level is None else changed(value, lambda text: shortened(text, level))


def shortened(text: str, most: int) -> str:
    """The beginning of a text, as UTF-8 no longer than `most` bytes, and how much is missing."""
    if size(text) <= most:
        return text
    if is_medium(text):
        return named(text)
    kept = text.encode()[:most].decode(errors="ignore")
    return f"{kept}… [and {len(text) - len(kept):,} more characters, not in this page]"


def size(text: str) -> int:
    """The bytes of a text in UTF-8."""
    return len(text.encode())


def texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value that are not names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """The value with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    return [changed(item, change) for item in value] if isinstance(value, list | tuple) else value
