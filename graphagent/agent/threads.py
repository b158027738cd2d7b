"""Synchronous tools in threads: waited for until their deadlines, and heard even after that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

from graphagent.agent.invoke import Outcome, invoked, timed_out
from graphagent.agent.late import settle_late
from graphagent.utils import clock

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call


class Threads:
    """The calls of one batch that are under way, each in a thread of its own.

    The threads do not keep the process alive: a tool that never returns must not hold up its end.
    """

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self.under_way: dict[Future[Outcome], Call] = {}

    def start(self, call: Call) -> Future[Outcome]:
        """Make a call in a new thread."""
        future: Future[Outcome] = Future()
        context = copy_context()

        def work() -> None:
            try:
                future.set_result(context.run(invoked, self.execution, call))
            except BaseException as error:  # noqa: BLE001 - raised again where the outcome is asked for
                future.set_exception(error)

        self.under_way[future] = call
        threading.Thread(target=work, name=f"graphagent-{call.name}", daemon=True).start()
        return future

    def landing(self) -> Iterator[Outcome]:
        """The outcome of each call as it lands, or at its deadline that nobody knows it."""
        while self.under_way:
            deadlines = [call.deadline for call in self.under_way.values() if call.deadline is not None]
            patience = max(0.0, (min(deadlines) - clock.now()) / 1e6) if deadlines else None
            landed, _ = wait(self.under_way, patience, FIRST_COMPLETED)
            for future in landed:
                del self.under_way[future]
                yield future.result()
            if not landed:
                yield from self.overdue()

    def overdue(self) -> Iterator[Outcome]:
        """The outcome of each call whose deadline has passed. Its thread goes on, and is heard when it returns."""
        for future, call in list(self.under_way.items()):
            if call.deadline is not None and call.deadline <= clock.now():
                del self.under_way[future]
                future.add_done_callback(partial(settle_late, self.execution, call.id, call.attempt))
                yield timed_out(call)
