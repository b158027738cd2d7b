"""Names of tools, options and parameters: which are valid, which are taken, and which one was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphagent.exceptions import DefinitionError

INJECTED = frozenset({"agent", "session_state", "run_context", "idempotency_key"})
"""Parameters of these names are filled by the run; a model never sees them."""

HANDLE = "transaction"
"""Likewise, but only for tools of policy `transactional`."""

_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_tool_name(name: str) -> str:
    """Return `name` if every provider accepts it for a tool; `DefinitionError` otherwise."""
    if not _VALID.fullmatch(name):
        raise DefinitionError(
            f"{name!r} cannot be the name of a tool: use 1 to 64 letters, digits, underscores or hyphens. "
            "Give the tool one with name=…"
        )
    return name


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """A sentence for error messages: the known name nearest to `wrong`, or else all of them."""
    from difflib import get_close_matches

    names = list(known)
    if nearest := get_close_matches(wrong, names, n=1):
        return f"Did you mean {nearest[0]!r}?"
    return f"There are: {', '.join(sorted(names))}." if names else "There are none."
