"""A fingerprint of a tool call, so that an approval holds for exactly what was shown."""

from __future__ import annotations

from typing import Any

from graphagent.exceptions import ToolArgumentsError


def canonical(name: str, arguments: Any) -> str:
    """SHA-256 in hex of a tool's name and its arguments, whatever the order and spacing they came in.

    `arguments` are JSON text, or the values of it. Raises `ToolArgumentsError` where text is not JSON, and `TypeError`
    where a value is none of JSON.
    """
    import json
    from hashlib import sha256

    if isinstance(arguments, str | bytes):
        from pydantic_core import from_json

        try:
            arguments = from_json(arguments or b"{}")
        except ValueError as error:
            raise ToolArgumentsError(f"The arguments of {name!r} are not JSON: {error}") from error
    text = json.dumps([name, arguments], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()
