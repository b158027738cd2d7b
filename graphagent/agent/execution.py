"""A run in the hands of this process: the run, its agent and its storage, and what the caller is told of it."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from graphagent.agent.perform import aperform, perform
from graphagent.engine.drive import adrive, drive
from graphagent.engine.machine import CANCELLED, FAILED, TOOL
from graphagent.engine.run import Step
from graphagent.exceptions import BudgetExceeded, RunError, StaleRun
from graphagent.models.base import Delta
from graphagent.run.narrate import content_event, narrate
from graphagent.run.view import response_of

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.models.base import Reply
    from graphagent.run.events import RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.storage.base import Head

logger = logging.getLogger("graphagent")


class Execution:
    """Drives one run to its next rest, in either colour. Belongs to one caller; everything that changes lives here."""

    __slots__ = (
        "__weakref__", "agent", "arguments", "begun", "definition", "detailed", "events", "failure", "head", "reply", "run",
        "shown", "store", "streamed", "streaming",
    )  # fmt: skip

    def __init__(self, agent: Agent, head: Head, run: Run, *, streaming: bool = False, detailed: bool = False) -> None:
        self.agent = agent
        self.definition = agent.definition
        self.store = agent.store
        self.head = head
        self.run = run
        self.streaming = streaming
        self.detailed = detailed
        self.events: list[RunResponseEvent] = []
        self.arguments: dict[str, dict[str, Any]] = {}  # validated when the reply came, used when the call is made
        self.begun: set[str] = set()  # calls that this process has really made
        self.reply: Reply | None = None
        self.streamed = False  # whether text of the latest reply has been passed on
        self.failure: Exception | None = None
        self.shown: RunResponse | None = None

    def feed(self, trigger: str, data: dict[str, Any] | None = None, messages: bytes = b"") -> None:
        """Tell the run what happened, now."""
        self.run.feed(trigger, data, messages, at=time.time_ns() // 1000)

    # -- the two colours ----------------------------------------------------------------------------------------------

    def finish(self) -> RunResponse:
        """Drive to the next rest and return what the caller gets. Raises what made the run fail."""
        steps = drive(self.run, partial(perform, self), partial(self.store.save, self.head))
        try:
            for said in steps:
                if self.agent.store_events:
                    self.tell(said)
        except StaleRun:
            self.overtaken()
        finally:
            if self.retracted():
                self.store.save(self.head, self.run)
        return self.result()

    def stream(self) -> Iterator[RunResponseEvent]:
        """Drive to the next rest, event by event. Closing it settles what is in flight; the run can be continued."""
        steps = drive(self.run, partial(perform, self), partial(self.store.save, self.head))
        try:
            for said in steps:
                yield from self.tell(said)
        except StaleRun:
            yield from self.overtaken()
        finally:
            steps.close()
            if self.retracted():
                self.store.save(self.head, self.run)
        self.result()

    async def afinish(self) -> RunResponse:
        """`finish`, on an event loop."""
        steps = adrive(self.run, partial(aperform, self), partial(self.store.asave, self.head))
        try:
            async for said in steps:
                if self.agent.store_events:
                    self.tell(said)
        except StaleRun:
            self.overtaken()
        finally:
            if self.retracted():
                await self.store.asave(self.head, self.run)
        return self.result()

    async def astream(self) -> AsyncIterator[RunResponseEvent]:
        """`stream`, on an event loop."""
        steps = adrive(self.run, partial(aperform, self), partial(self.store.asave, self.head))
        try:
            async for said in steps:
                for event in self.tell(said):
                    yield event
        except StaleRun:
            for event in self.overtaken():
                yield event
        finally:
            await steps.aclose()
            if self.retracted():
                await self.store.asave(self.head, self.run)
        self.result()

    def retracted(self) -> bool:
        """Plan again the calls whose start is on record and which were never made, because the caller stopped first."""
        if self.run.state != TOOL or self.run.fresh:
            return False
        unmade = {call.id: "again" for call in self.run.lost() if call.id not in self.begun}
        if unmade:
            self.feed("recover", {"calls": unmade})
        return bool(unmade)

    # -- what the caller is told --------------------------------------------------------------------------------------

    def tell(self, said: Step | Delta) -> list[RunResponseEvent]:
        """The events of a step that is on record, or of a piece of text; kept as well where the agent says so."""
        if isinstance(said, Delta):
            self.streamed = True
            told = [content_event(self.head, said)]
        else:
            logger.debug("run %s: %s -> %s", self.run.id, said.trigger, said.state)
            told = narrate(self.head, self.run, said, streamed=self.streamed, model=self.definition.model)
            self.streamed = False
        if self.agent.store_events:
            self.events += [event for event in told if event.event not in self.definition.skipped]
        return told if self.detailed else [event for event in told if not event.is_intermediate]

    def overtaken(self) -> list[RunResponseEvent]:
        """Somebody else moved the run on. If it was ended there, this execution ends with it."""
        head, steps = self.store.load(self.run.id)
        last = steps[-1]
        if last.state != CANCELLED:
            raise StaleRun(
                f"Run {self.run.id} was taken on elsewhere (it is in state {last.state!r} there). Nothing was started "
                "here; load it again with get_run.",
                run_id=self.run.id,
            )
        self.head, self.run = head, type(self.run).replay(self.run.id, self.run.plan, steps)
        return self.tell(last)

    def result(self) -> RunResponse:
        """What the caller gets of a run that rests. Raises what made it fail."""
        if self.run.state == FAILED:
            error = self.run.error or {}
            if self.failure is not None:
                self.failure.add_note(f"Run {self.run.id} failed; its record is kept.")
                raise self.failure
            kind = BudgetExceeded if error.get("type") == "BudgetExceeded" else RunError
            raise kind(f"Run {self.run.id} failed: {error.get('message')}", run_id=self.run.id)
        return self.response()

    def response(self) -> RunResponse:
        """The run as a caller sees it now; the same object until the run goes on, so that it can carry decisions."""
        if self.shown is None or self.shown.seq != self.run.seq:
            self.shown = response_of(self.head, self.run, self.definition.model, self.events)
        return self.shown

    def note(self, call: Call, error: Exception) -> None:
        """Log what a tool raised; the model is told, the developer wants the traceback."""
        logger.debug("run %s: tool %s raised", self.run.id, call.name, exc_info=error)
