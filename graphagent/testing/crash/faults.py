"""Faults to plant in the protocol, by name. Whoever says that it is proven must catch every one of them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest.mock import patch

Plant = Callable[[ExitStack], None]


@contextmanager
def planted(name: str) -> Generator[None]:
    """Plant a fault in this process, for as long as the context lasts."""
    with ExitStack() as stack:
        FAULTS[name](stack)
        yield


def replaced(stack: ExitStack, where: str, by: Any) -> None:
    stack.enter_context(patch(where, by))


FAULTS: Final[dict[str, Plant]] = {}
