"""One client in the process for each configuration: making one takes 40 ms, and it owns the connections."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

KEPT: Final = 64


class Clients:
    """The clients made so far. Making one takes 40 ms; its connections must not cross a fork or an event loop."""

    def __init__(self) -> None:
        self.made: dict[tuple[object, ...], Any] = {}
        self.loops: dict[AbstractEventLoop, AsyncGenerator[None]] = {}
        self.renew_lock()

    def renew_lock(self) -> None:
        """Forget who holds the lock."""
        self.lock = threading.Lock()

    def get(self, kind: type, loop: AbstractEventLoop | None, options: dict[str, Any]) -> Any:
        """Return the client of this kind and these options, which are hashable, for this process and loop."""
        key = (kind, loop, os.getpid(), *options.values())
        if (found := self.made.get(key)) is not None:
            return found
        with self.lock:
            if key not in self.made:
                siblings = [known for known in self.made if known[1] is loop]
                for oldest in siblings[: max(0, len(siblings) + 1 - KEPT)]:
                    del self.made[oldest]  # it closes itself, on its loop, when its last request is through
                self.made[key] = kind(**options)
            return self.made[key]

    async def follow(self, loop: AbstractEventLoop) -> None:
        """Let the loop's clients end with it: a loop that shuts down finishes its asynchronous generators."""
        for closed in [known for known in list(self.loops) if known.is_closed()]:
            self.drop(closed)
        self.loops[loop] = self._life(loop)
        await anext(self.loops[loop])

    async def _life(self, loop: AbstractEventLoop) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            for client in self.drop(loop):
                await client.close()

    def drop(self, loop: AbstractEventLoop) -> list[Any]:
        """Forget the clients of a loop and return them."""
        self.loops.pop(loop, None)
        with self.lock:
            return [self.made.pop(key) for key in list(self.made) if key[1] is loop]


CLIENTS: Final = Clients()
if hasattr(os, "register_at_fork"):  # another thread may hold the lock at the moment of the fork
    os.register_at_fork(after_in_child=CLIENTS.renew_lock)
