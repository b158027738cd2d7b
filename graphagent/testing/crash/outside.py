"""The world outside: what tools did there, what callers were told and what people decided. It outlives every process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path

Line = dict[str, Any]


class Outside:
    """An append-only file. One line is one write, so that it is there whole or not at all, whoever dies.

    The lines are JSON objects; `what` says of which kind: `start` (a tool begins to act), `ack` (a caller was told),
    `decide` (a person is about to decide), `cancel` (a caller is about to cancel), `refused` (the provider would not take
    this request), `look` and `found` (a process began to look, and what was on record), `told` (a refusal), `taken` (from whom a run
    was taken), `ask` (a person was asked what became of a call), `trouble` (what was no typed answer).
    """

    here: ClassVar[Outside]
    """That of the life that was made last in this process, for probes to look at."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor: int | None = None

    def write(self, what: str, **told: Any) -> None:
        """Something happens, for good."""
        if self._descriptor is None:
            self._descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(self._descriptor, to_json({"what": what, "process": os.getpid(), **told}) + b"\n")

    def lines(self, what: str | None = None) -> list[Line]:
        """What has happened, in order: all of it, or one kind."""
        if not self.file.exists():
            return []
        lines: list[Line] = [from_json(line) for line in self.file.read_bytes().splitlines()]
        return lines if what is None else [line for line in lines if line["what"] == what]

    def happened(self, run: str, call: str) -> bool:
        """Whether a tool began to act for that call."""
        return any(line["run"] == run and line["call"] == call for line in self.lines("start"))


class Imagined(Outside):
    """The same in memory, for processes that only seem to die."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def write(self, what: str, **told: Any) -> None:
        self._lines.append({"what": what, "process": 0, **told})

    def lines(self, what: str | None = None) -> list[Line]:
        return [line for line in self._lines if what in {None, line["what"]}]
