"""Synchronous tools in threads: waited for until their deadlines, and heard even after that."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from functools import partial
from typing import TYPE_CHECKING

from graphagent.agent.background import in_thread
from graphagent.agent.invoke import Outcome, invoked, seconds_left
from graphagent.agent.late import Overdue, heard
from graphagent.agent.probing import timed_out
from graphagent.utils import clock

if TYPE_CHECKING:
    from concurrent.futures import Future

    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call


def start(execution: Execution, call: Call) -> Future[Outcome]:
    """Make a call in a new thread."""
    return in_thread(f"graphagent-{call.name}", partial(invoked, execution, call))


def overrun(execution: Execution, call: Call, attempt: Future[Outcome]) -> Future[Outcome]:
    """What follows for a call whose deadline has passed. Its thread goes on, and is heard when it returns."""
    execution.overdue.append(Overdue(attempt, call.id, call.attempt))
    return in_thread(f"graphagent-{call.name}-overrun", partial(timed_out, execution, call, attempt))


class Threads:
    """The calls of one batch that are under way, each in a thread of its own."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self.under_way: dict[Future[Outcome], Call | None] = {}  # None: what follows for a call that is overdue

    def start(self, call: Call) -> None:
        """Make a call in a new thread."""
        self.under_way[start(self.execution, call)] = call

    def landing(self) -> Iterator[Outcome]:
        """The outcome of each call as it lands, or at its deadline what can be known of it then."""
        while self.under_way:
            left = [seconds_left(call) for call in self.under_way.values() if call is not None]
            patience = min((seconds for seconds in left if seconds is not None), default=None)
            landed, _ = wait(self.under_way, patience, FIRST_COMPLETED)
            for future in landed:
                del self.under_way[future]
                yield future.result()
            if not landed:
                self.overrun()
        yield from heard(self.execution)

    def overrun(self) -> None:
        """Find out what follows for each call whose deadline has passed."""
        for attempt, call in list(self.under_way.items()):
            if call is not None and call.deadline is not None and call.deadline <= clock.now():
                del self.under_way[attempt]
                self.under_way[overrun(self.execution, call, attempt)] = None
