"""Writing a response to a file whose name says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphagent.engine.prompt import fill

if TYPE_CHECKING:
    from collections.abc import Mapping


def save_to_file(template: str, content: str, values: Mapping[str, Any]) -> Path:
    """Write `content` to the path that `template` names; folders are made.

    Args:
        template: A path with `{key}` for the keys of `values`.
        content: What to write, as UTF-8.
        values: What is filled in. In a value, what would lead to another folder is replaced by `_`.

    Returns:
        The path written to.
    """
    safe = {key: str(value).replace("/", "_").replace("\\", "_").replace("\0", "_") for key, value in values.items()}
    path = Path(fill(template, {key: "_" if value in (".", "..") else value[:100] for key, value in safe.items()}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path
