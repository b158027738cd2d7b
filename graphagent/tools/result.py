"""What a model is told of the value a tool returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphagent.exceptions import ToolError


def result_text(value: Any) -> str:
    """Text as it is; None, booleans and numbers as Python prints them; everything else as JSON.

    What JSON writes as a string (dates, UUIDs, paths, enum members, bytes of UTF-8) comes without its quotes.
    Raises `ToolError` for what has no JSON form: the tool has run, but its result cannot be told.
    """
    if isinstance(value, str):
        return value if type(value) is str and value.isascii() else _sendable(str.__str__(value))
    if value is None or isinstance(value, bool) or type(value) in (int, float):
        return str(value)
    from pydantic_core import from_json, to_json

    try:
        encoded = to_json(value)
    except (ValueError, RecursionError) as error:
        raise ToolError(
            f"The tool has run, but its result, of type {type(value).__name__}, cannot be written as JSON: {error}"
        ) from error
    return str(from_json(encoded)) if encoded.startswith(b'"') else encoded.decode()


def joined(pieces: Iterable[Any]) -> str:
    """The text of a result that came in pieces."""
    return "".join(result_text(piece) for piece in pieces)


def _sendable(text: str) -> str:
    """Lone surrogates (as in undecodable file names) cannot be sent; they are written as escapes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
