"""Synchronous tools in threads: waited for until their deadlines, and heard even after that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextvars import copy_context
from typing import TYPE_CHECKING

from graphagent.agent.invoke import Outcome, invoked, seconds_left, timed_out
from graphagent.agent.late import Overdue, heard
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
            patience = [left for call in self.under_way.values() if (left := seconds_left(call)) is not None]
            landed, _ = wait(self.under_way, min(patience, default=None), FIRST_COMPLETED)
            for future in landed:
                del self.under_way[future]
                yield future.result()
            if not landed:
                yield from self.overdue()
        yield from heard(self.execution)

    def overdue(self) -> Iterator[Outcome]:
        """The outcome of each call whose deadline has passed. Its thread goes on, and is heard when it returns."""
        for future, call in list(self.under_way.items()):
            if call.deadline is not None and call.deadline <= clock.now():
                del self.under_way[future]
                self.execution.overdue.append(Overdue(future, call.id, call.attempt))
                yield timed_out(call)
