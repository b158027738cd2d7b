"""What is measured of another framework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """A framework ready to work: ways to run the ten tool calls, each returning the answer."""

    package: str
    imports: str
    """The statement that imports what its documentation defines an agent with."""
    in_memory: Callable[[], str]
    durable: Callable[[str], Callable[[], str]] | None = None
    """Given the path of a database, a way to run that keeps the run there, as often as the framework does."""
    keeps: str = ""
    """How often that is."""
