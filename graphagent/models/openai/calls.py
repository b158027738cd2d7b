"""The tool calls of a reply, put together from fragments and made fit to be sent back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from pydantic_core import to_json

from graphagent.exceptions import ModelReplyError
from graphagent.models.base import ToolCall

ID_LENGTH: Final = 40  # longer ones are refused
_UNFIT: Final = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Calls:
    """The calls so far, in the order in which they began."""

    __slots__ = ("_calls", "_open")

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._open: dict[int | None, _Call] = {}

    def add(self, parts: list[dict[str, Any]], *, whole: bool) -> None:
        """Add complete calls, or fragments that begin a call or continue one."""
        for part in parts:
            id, function = part.get("id"), part.get("function") or {}
            if not isinstance(function, dict):
                raise ModelReplyError(f"The function of a tool call is {function!r}.", transient=True)
            index = part.get("index") if isinstance(part.get("index"), int) else None
            call = None if whole else self._open.get(index)
            # Some servers do not count the index up, but begin each call with an id of its own.
            if call is None or (id and call.id and id != call.id):
                call = _Call()
                self._calls.append(call)
                self._open[index] = call
            call.id = call.id or str(id or "")
            call.name = call.name or str(function.get("name") or "")
            if (arguments := function.get("arguments")) is not None:
                # Text by the protocol, whatever is in it; some servers send the object itself.
                call.arguments.append(arguments if isinstance(arguments, str) else to_json(arguments).decode())

    def finished(self) -> list[ToolCall]:
        """Return the calls, each with an id of its own and a name that the service takes back.

        What a model calls by a name that no tool can have is an unknown tool all the same.
        """
        taken: set[str] = set()
        calls = []
        for index, call in enumerate(self._calls):
            id = call.id or f"call_{index}"
            if id in taken or len(id) > ID_LENGTH:
                id = next(i for n in count(index) if (i := f"{id[: ID_LENGTH - 8]}_{n}") not in taken)
            taken.add(id)
            name = _UNFIT.sub("_", call.name)[:64] or "unknown"
            calls.append(ToolCall(id, name, "".join(call.arguments)))
        return calls
