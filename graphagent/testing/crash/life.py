"""What one process does in a trial: begins the run or finds it, and carries it on to its end unless it dies before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, closing
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

from pydantic_core import to_json

from graphagent.engine.run import Run
from graphagent.exceptions import (
    DamagedData,
    IllegalTransition,
    ModelError,
    RunBusy,
    RunError,
    StorageBusy,
)
from graphagent.testing.crash.model import Watched
from graphagent.testing.crash.outside import Outside

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.run.response import RunResponse
    from graphagent.run.tool import ToolExecution
    from graphagent.storage.base import Storage
    from graphagent.testing.crash.clock import Clock
    from graphagent.testing.crash.points import Points
    from graphagent.testing.crash.scenario import Scenario

ROUNDS = 400  # of looking at a run, before it is called stuck
GRACE = 0.3  # seconds that a person waits beyond a deadline, as clocks and schedulers are not exact


class Life:
    """One process with its own agent object, on a storage and in a world that others share."""

    def __init__(
        self,
        scenario: Scenario,
        storage: Storage,
        outside: Outside,
        points: Points,
        clock: Clock,
        known: dict[str, str],
    ) -> None:
        self.scenario = scenario
        self.storage = storage
        self.outside = Outside.here = outside
        self.points = points
        self.clock = clock
        self.known = known  # what each call returned when nothing was in its way
        model = Watched(scenario.agent.definition.model, points, outside)
        self.agent = scenario.agent.copy(storage=storage, model=model)

    def live(self, *, begins: bool = True) -> None:
        """Begin, or find what others have begun, and see it through."""
        if not self.look_back() and begins:
            self.attempt(self.begin)
        for head in self.storage.runs():
            self.see_through(head.id)

    def look_back(self) -> bool:
        """Write down what is on record. Returns whether there is anything."""
        self.outside.write("look")
        found = {head.id: [digest(step) for step in self.storage.load(head.id)[1]] for head in self.storage.runs()}
        self.outside.write("found", rows=found)
        return bool(found)

    def see_through(self, run: str) -> None:
        """Go on with a run, deciding what is asked, until it has ended."""
        for _ in range(ROUNDS):
            response = self.attempt(partial(self.agent.get_run, run))
            if response is None:
                continue  # the database was busy
            if response.status in {"COMPLETED", "CANCELLED", "ERROR"}:
                return
            self.attempt(partial(self.further, response))
        self.outside.write("trouble", why=f"run {run} was looked at {ROUNDS} times and has not ended")

    def further(self, response: RunResponse) -> None:
        """Do what a run needs of us, once."""
        run = response.run_id or ""
        if self.scenario.cancels_after and any(line["run"] == run for line in self.outside.lines("cancel")):
            self.agent.cancel_run(run)
        elif response.is_paused:
            self.decide(response)
            self.listen(partial(self.go_on, run_response=response))
        else:
            self.listen(partial(self.go_on, run_id=run))

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do it, as somebody who may be late: being told so is in order, anything else is not. Then it gives None."""
        try:
            return work()
        except (RunBusy, StorageBusy) as refusal:
            self.outside.write("told", error=type(refusal).__name__)
            self.clock.pause()
        except (IllegalTransition, DamagedData):
            raise
        except (RunError, ModelError) as refusal:
            self.outside.write("told", error=type(refusal).__name__)
        return None

    # -- the caller ---------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Run the agent on its message."""
        if self.scenario.is_async:
            self.listen(lambda: self.agent.arun(self.scenario.message, **self.how))
        else:
            self.listen(lambda: self.agent.run(self.scenario.message, **self.how))

    def go_on(self, **which: Any) -> Any:
        """Continue a run."""
        return (self.agent.acontinue_run if self.scenario.is_async else self.agent.continue_run)(**which, **self.how)

    @property
    def how(self) -> dict[str, Any]:
        return {"stream": True, "stream_intermediate_steps": True} if self.scenario.stream else {"stream": False}

    def listen(self, begin: Callable[[], Any]) -> None:
        """Take in what is told, in the colour of the scenario."""
        if self.scenario.is_async:
            import asyncio

            asyncio.run(self.alisten(begin))
            return
        told = begin()
        if not self.scenario.stream:
            self.hear(told)
            return
        with closing(told) as events:
            for event in events:
                self.hear(event)

    async def alisten(self, begin: Callable[[], Any]) -> None:
        """`listen`, on an event loop."""
        told = await begin()
        if not self.scenario.stream:
            self.hear(told)
            return
        async with aclosing(told) as events:
            async for event in events:
                self.hear(event)

    def hear(self, told: Any) -> None:
        """The caller is told something. From here on it must be on record."""
        name = str(getattr(told, "event", "RunResponse"))
        with self.points.around(f"event {name}"):
            if told.seq is not None:
                self.outside.write("ack", run=told.run_id, seq=told.seq, event=name)
            if name == self.scenario.cancels_after:
                self.outside.write("cancel", run=told.run_id)
                self.agent.cancel_run(told.run_id)

    # -- the person ---------------------------------------------------------------------------------------------------

    def decide(self, response: RunResponse) -> None:
        """Decide what is asked, by the scenario's person. What is decided is written down outside first."""
        for tool in response.tools:
            if not tool.is_paused:
                continue
            how = self.settle(response.run_id or "", tool) if tool.in_doubt else self.scenario.person.decides(tool)
            self.outside.write("decide", run=response.run_id, call=tool.tool_call_id, how=how)
            if not self.scenario.person.hasty:
                return

    def settle(self, run: str, tool: ToolExecution) -> str:
        """Look at the outside world. What has not happened by the deadline does not happen any more, and is made again."""
        call = tool.tool_call_id
        self.outside.write("ask", run=run, call=call)
        if not self.outside.happened(run, call):
            deadline = self.replayed(run).calls[call].deadline
            if deadline is not None and (left := deadline / 1e6 + GRACE - self.clock.now() / 1e6) > 0:
                self.clock.wait(left)
        if self.outside.happened(run, call):
            tool.verdict, tool.result = "result", self.known.get(call, f"{tool.tool_name} succeeded")
        else:
            tool.verdict = "retry"
        return "settle"

    def replayed(self, run: str) -> Run:
        """The run, as it is on record."""
        head, steps = self.storage.load(run)
        return Run.replay(head.id, head.plan, steps)


def digest(step: Step) -> tuple[int, str, str, int]:
    """What tells a step from any other that could stand in its place."""
    return step.seq, step.trigger, step.state, crc32(to_json(step.data) + step.messages, step.at & 0xFFFFFFFF)
