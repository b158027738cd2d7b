"""A run in the hands of this process: the run, its agent and its storage, and what the caller is told of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from logging import DEBUG
from typing import TYPE_CHECKING, Any

from graphagent.agent.conflict import resolve
from graphagent.agent.late import Overdue, listen
from graphagent.agent.lease import arelease, claim, has_died, hold, release
from graphagent.agent.memories import adeliver, aside, deliver, is_for_elsewhere
from graphagent.agent.perform import aperform, perform
from graphagent.agent.recall import note
from graphagent.agent.recover import recovered
from graphagent.engine.drive import adrive, drive
from graphagent.engine.machine import ACTING, CANCELLED, COMPLETED, FAILED, TOOL
from graphagent.engine.patch import apply
from graphagent.engine.run import Step
from graphagent.exceptions import BudgetExceeded, RunError, StaleRun, StateConflict, StorageError
from graphagent.models.base import Delta
from graphagent.run.current import replayed
from graphagent.run.narrate import content_event, narrate
from graphagent.run.view import messages_of, response_of
from graphagent.storage.owner import LEASE
from graphagent.storage.session import with_patches
from graphagent.utils import clock
from graphagent.utils.file import save_to_file
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.agent.begin import Beginning
    from graphagent.agent.invoke import Outcome
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.models.base import Reply
    from graphagent.run.events import RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.storage.base import Head


class Execution:
    """Drives one run to its next rest, in either colour. Belongs to one caller; everything that changes lives here."""

    __slots__ = (
        "__weakref__", "agent", "arguments", "beginning", "begun", "debugging", "definition", "detailed", "events",
        "failure", "fault", "head", "kept", "known_state", "number", "overdue", "owner", "reply", "run", "shown", "store",
        "streamed", "streaming",
    )  # fmt: skip

    def __init__(self, agent: Agent, head: Head, run: Run, *, streaming: bool = False, detailed: bool = False) -> None:
        self.agent = agent
        self.definition = agent.definition
        self.store = agent.store
        self.head = head
        self.run = run
        self.streaming = streaming
        self.detailed = detailed
        self.beginning: Beginning | None = None  # of a run that began here
        self.known_state: dict[str, Any] | None = None
        self.kept = False  # whether an error of the storage left it in this process, to be offered again
        self.number = ""  # among the executions of this process
        self.owner: str | None = None
        self.debugging = logger.isEnabledFor(DEBUG)
        self.events: list[RunResponseEvent] = []
        self.arguments: dict[str, dict[str, Any]] = {}  # validated when the reply came, used when the call is made
        self.begun: set[str] = set()  # calls that this process has really made
        self.overdue: list[Overdue] = []  # calls that have not returned by their deadlines
        self.reply: Reply | None = None
        self.streamed = False  # whether text of the latest reply has been passed on
        self.failure: Exception | None = None
        self.fault: Outcome | None = None  # what fails the run once the calls under way are on record
        self.shown: RunResponse | None = None

    def feed(self, trigger: str, data: dict[str, Any] | None = None, messages: bytes = b"") -> None:
        """Tell the run what happened, now."""
        self.follow(self.run.feed(trigger, data, messages, at=clock.now()))

    def follow(self, step: Step) -> None:
        """The run has gone a step."""
        if step.data is not None and "state" in step.data and self.known_state is not None:
            self.known_state = apply(self.known_state, step.data["state"])
        if self.debugging:
            about = (self.run.id, step.seq, step.trigger, step.state, step.data or "")
            logger.debug("Run %s, step %d: %s leads to %s. %s", *about)

    @property
    def state(self) -> dict[str, Any]:
        """The state of the session as this run sees it: as it was when the run began here or was loaded, with what the
        run has changed since. Never changed in place.
        """
        return self.see_state() if self.known_state is None else self.known_state

    def see_state(self) -> dict[str, Any]:
        """Take the state of the session as it is now, with what the run has changed and is not on record yet."""
        session = self.store.session(self.head.session_id)
        self.known_state = with_patches(session.state if session else {}, self.run.fresh)
        return self.known_state

    def learn(self, outcome: Outcome) -> None:
        """Tell the run what became of a call. What fails the run is kept until the calls beside it are on record."""
        if outcome.trigger == "fail":
            self.fault = self.fault or outcome
        else:
            self.feed(*outcome)

    def surface(self) -> None:
        """Fail the run, if there is a reason to."""
        if self.fault is not None:
            self.feed(*self.fault)
            self.fault = None

    def save(self, run: Run) -> list[Step]:
        """Put what was fed on record. A run at rest is in nobody's hand; otherwise this renews the lease.

        Where another run changed the same part of the session's state first, the run is told again what became of that.
        """
        steps: list[Step] | None = None
        while steps is None:
            self.lease(run)
            try:
                steps = self.store.save(self.head, run)
            except StateConflict as conflict:
                resolve(self, conflict)
        if is_for_elsewhere(steps):
            deliver(self.agent, self.head.agent_id)
        return steps

    async def asave(self, run: Run) -> list[Step]:
        """`save`, on an event loop."""
        steps: list[Step] | None = None
        while steps is None:
            self.lease(run)
            try:
                steps = await self.store.asave(self.head, run)
            except StateConflict as conflict:
                await self.store.aside(resolve, self, conflict)
        if is_for_elsewhere(steps):
            await adeliver(self.agent, self.head.agent_id)
        return steps

    def lease(self, run: Run) -> None:
        """What the next save says of who has the run in hand, and until when."""
        if run.state in ACTING:
            self.head.owner, self.head.lease_until = self.owner, run.instant + LEASE
        else:
            self.head.owner, self.head.lease_until = None, 0

    # -- the two colours ----------------------------------------------------------------------------------------------

    def finish(self) -> RunResponse:
        """Drive to the next rest and return what the caller gets. Raises what made the run fail."""
        for _ in self.told():
            pass
        return self.result()

    def stream(self) -> Generator[RunResponseEvent]:
        """Drive to the next rest, event by event. Closing it settles what is in flight; the run can be continued."""
        yield from self.told()
        self.result()

    def told(self) -> Generator[RunResponseEvent]:
        """The events of driving to the next rest, as far as anybody wants to know of them."""
        self.enter()
        yield from self.resting()
        steps: Generator[Step | Delta] = drive(self.run, partial(perform, self), self.save)
        try:
            for said in steps:
                yield from self.tell(said)
        except StaleRun:
            yield from self.overtaken()
        except StorageError:
            self.agent.unsaved[self.run.id] = self
            raise
        finally:
            try:
                steps.close()
                if self.retracted():
                    self.save(self.run)
            finally:
                listen(self)
                release(self)

    async def afinish(self) -> RunResponse:
        """`finish`, on an event loop."""
        async with aclosing(self.atold()) as events:
            async for _ in events:
                pass
        return self.result()

    async def astream(self) -> AsyncGenerator[RunResponseEvent]:
        """`stream`, on an event loop."""
        async with aclosing(self.atold()) as events:
            async for event in events:
                yield event
        self.result()

    async def atold(self) -> AsyncGenerator[RunResponseEvent]:
        """`told`, on an event loop."""
        await self.aenter()
        for event in self.resting():
            yield event
        steps: AsyncGenerator[Step | Delta] = adrive(self.run, partial(aperform, self), self.asave)
        try:
            async for said in steps:
                for event in self.tell(said):
                    yield event
        except StaleRun:
            for event in await aside(self.agent, self.overtaken):
                yield event
        except StorageError:
            self.agent.unsaved[self.run.id] = self
            raise
        finally:
            try:
                await steps.aclose()
                if self.retracted():
                    await self.asave(self.run)
            finally:
                listen(self)
                await arelease(self)

    def take(self) -> bool | None:
        """Take the run in hand. Whether whoever had it before has certainly died; None where nobody had."""
        if not self.head.number:
            hold(self)
            return None
        if self.run.need() is None:
            return None
        is_dead = has_died(self.head)
        claim(self)
        return is_dead

    def enter(self) -> None:
        """Take the run in hand, and see what became of the calls it had under way."""
        is_dead = self.take()
        if is_dead is not None:
            try:
                for occurrence in recovered(self, is_dead=is_dead):
                    self.feed(*occurrence)
            except BaseException:  # who is interrupted here, by a probe say, and tries again must not find it in hand
                release(self)
                raise

    async def aenter(self) -> None:
        """`enter`, on an event loop, which goes on while the database is asked and probes look at the world."""
        if not self.head.number:
            hold(self)
            return
        import asyncio

        taking = asyncio.ensure_future(self.store.aside(self.take))
        try:
            is_dead = await asyncio.shield(taking)
            if is_dead is not None:
                found: Iterable[Outcome] = recovered(self, is_dead=is_dead)
                if any(call.policy == "probe" for call in self.run.lost()):
                    found = await asyncio.to_thread(list, found)
                for occurrence in found:
                    self.feed(*occurrence)
        except BaseException:
            await asyncio.wait([taking])  # what was begun in a thread ends there, whoever is cancelled here
            await arelease(self)
            raise

    def resting(self) -> Sequence[RunResponseEvent]:
        """What is told of a run about which nothing was decided: that it waits, as the last thing it did."""
        run = self.run
        return self.tell(Step(run.seq, "", run.state, run.instant)) if run.is_waiting and not run.fresh else ()

    def retracted(self) -> bool:
        """Plan again the calls whose start is on record and which were never made, because the caller stopped first."""
        if self.run.state != TOOL or self.run.fresh:
            return False
        unmade = {call.id: "again" for call in self.run.lost() if call.id not in self.begun}
        if unmade:
            self.feed("recover", {"calls": unmade})
        return bool(unmade)

    # -- what the caller is told --------------------------------------------------------------------------------------

    def tell(self, said: Step | Delta) -> Sequence[RunResponseEvent]:
        """The events of a step that is on record, or of a piece of text; kept as well where the agent says so."""
        if not self.streaming and not self.agent.store_events:
            return ()
        if isinstance(said, Delta):
            self.streamed = True
            events = [content_event(self.head, said)]
        else:
            events = narrate(self.head, self.run, said, streamed=self.streamed, model=self.definition.model)
            self.streamed = False
        if self.agent.store_events:
            self.events += [event for event in events if event.event not in self.definition.skipped]
        return events if self.detailed else [event for event in events if not event.is_intermediate]

    def overtaken(self) -> Sequence[RunResponseEvent]:
        """Somebody else moved the run on. If it was ended there, this execution ends with it."""
        head, steps = self.store.load(self.run.id)
        last = steps[-1]
        if last.state != CANCELLED:
            raise StaleRun(
                f"Run {self.run.id} was taken on elsewhere (it is in state {last.state!r} there). Nothing was started "
                "here; load it again with get_run.",
                run_id=self.run.id,
            )
        self.head, self.run = head, replayed(self.store, head, steps, partial(note, self.agent))
        self.known_state = None
        return self.tell(last)

    def result(self) -> RunResponse:
        """What the caller gets of a run that rests. Raises what made it fail."""
        if self.run.state == FAILED:
            error = self.run.error or {}
            if self.failure is not None:
                self.failure.add_note(f"Run {self.run.id} failed.")
                raise self.failure
            kind = BudgetExceeded if error.get("type") == "BudgetExceeded" else RunError
            raise kind(f"Run {self.run.id} failed: {error.get('message')}", run_id=self.run.id)
        response = self.response()
        if self.agent.save_response_to_file and self.run.state == COMPLETED:
            save_to_file(self.agent.save_response_to_file, response.get_content_as_string(), self.named())
        return response

    def response(self) -> RunResponse:
        """The run as a caller sees it now; the same object until the run goes on, so that it can carry decisions."""
        if self.shown is None or self.shown.seq != self.run.seq:
            self.shown = response_of(self.head, self.run, self.definition.model, self.events)
            vars(self.shown)["_draw"] = partial(self.store.run_graph, self.run.id)
        return self.shown

    def named(self) -> dict[str, Any]:
        """What the name of a file may say of this run."""
        asked = next((message.content for message in reversed(messages_of(self.run)) if message.role == "user"), "")
        about = {"name": self.head.agent_name, "session_id": self.head.session_id, "user_id": self.head.user_id}
        return {key: value or "" for key, value in {**about, "run_id": self.run.id, "message": asked}.items()}

    def note(self, call: Call, error: BaseException) -> None:
        """Log what a tool raised; the model is told, the developer wants the traceback."""
        logger.debug("run %s: tool %s raised", self.run.id, call.name, exc_info=error)
