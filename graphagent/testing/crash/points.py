"""The points at which a process can die: counted as it passes them, whatever it does, and never listed by hand."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import count


def die() -> None:
    """Kill this process as the kernel does when memory runs out: nothing is flushed, closed or undone."""
    os.kill(os.getpid(), signal.SIGKILL)


def freeze() -> None:
    """Stop this process where it stands, until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


class Points:
    """Counts the points that this process passes, from 1, and does something at one of them.

    Args:
        at: The number of that point. 0: none, the points are only counted.
        act: What is done there.

    Attributes:
        passed: What the points were, in order: `before sql INSERT`, `after tool pay`, ….
    """

    def __init__(self, at: int = 0, act: Callable[[], None] = die) -> None:
        self.at = at
        self.act = act
        self.passed: list[str] = []
        self._numbers = count(1)  # threads share it: taking the next one cannot be interrupted

    def __call__(self, what: str) -> None:
        number = next(self._numbers)
        self.passed.append(what)
        if number == self.at:
            self.act()

    @contextmanager
    def around(self, what: str) -> Generator[None]:
        """One point before and one after what is done inside."""
        self(f"before {what}")
        yield
        self(f"after {what}")


class Cold(Points):
    """Points at which a process can freeze: its run is on record, and it keeps nobody from the database for long.

    That is outside transactions; of a server, which ends those of the silent, also `inside`. Left out too is the one between the look at the deadline and the call: what happens there only the receiver of the call
    can make good.
    """

    def __init__(self, at: int = 0, *, inside: bool = False) -> None:
        super().__init__(at, freeze)
        self.inside = inside
        self.is_inside = False
        self.is_on_record = False

    def __call__(self, what: str) -> None:
        self.is_inside = self.is_inside or what == "before sql BEGIN"
        self.is_on_record = self.is_on_record or what.startswith("before model")
        if self.is_on_record and (self.inside or not self.is_inside) and not what.startswith("before tool"):
            super().__call__(what)
        self.is_inside = self.is_inside and what not in {"after commit COMMIT", "after sql ROLLBACK"}


def kind(what: str) -> str:
    """What sort of point that is: `sql`, `commit`, `model`, `tool` or `event`."""
    return what.split()[1]
