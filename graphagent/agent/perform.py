"""What each need asks for, in both colours. A performer feeds the run, and yields when there is something to record.

Transactional calls record themselves: there a performer yields the steps, to be told.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING

from graphagent.agent.ask import failed, request, taken
from graphagent.agent.invoke import Outcome, ainvoked, invoked, seconds_left
from graphagent.agent.late import Overdue, heard
from graphagent.agent.recall import arecall, recall
from graphagent.agent.transacted import atransacted, is_transactional, transacted
from graphagent.engine.call import DEFAULT_TIMEOUT, PLANNED
from graphagent.engine.machine import MODEL, RECALL, REMEMBER, RESPOND, TOOL
from graphagent.models.base import Delta, Reply
from graphagent.utils import clock

if TYPE_CHECKING:
    import asyncio

    from graphagent.agent.execution import Execution
    from graphagent.engine.call import Call
    from graphagent.engine.run import Need, Step


def perform(execution: Execution, need: Need) -> Generator[Delta | Step | None]:
    """Do what the run needs, blocking."""
    if need.state == MODEL:
        return ask(execution)
    if need.state == TOOL:
        return invoke(execution, need.calls)
    if need.state == RESPOND:
        return respond(execution)
    if need.state == RECALL:
        return recall(execution)
    if need.state == REMEMBER:
        from graphagent.agent.remember import remember

        return remember(execution)
    raise AssertionError(f"Nothing performs {need.state!r}.")


def ask(execution: Execution) -> Generator[Delta | Step | None]:
    """Ask the model; a transient failure is a retry, on record before the wait."""
    reply = None
    try:
        model = execution.definition.model
        if execution.streaming:
            with closing(model.stream(request(execution))) as stream:
                for said in stream:
                    if isinstance(said, Reply):
                        reply = said
                    else:
                        yield said
        else:
            reply = model.ask(request(execution))
        taken(execution, reply)
    except Exception as error:  # noqa: BLE001 - whatever a model raises is on record
        delay = failed(execution, error)
        yield None
        if delay:
            time.sleep(delay)


def invoke(execution: Execution, calls: tuple[Call, ...]) -> Generator[Step | None]:
    """Invoke calls: one in place, several in threads, each outcome put on record as it lands.

    A call in place cannot be stopped at its timeout, so a tool that was given one of its own gets a thread too.
    """
    if len(calls) == 1 and calls[0].timeout in {DEFAULT_TIMEOUT, None} and not is_transactional(calls[0]):
        yield from started(execution, calls[0])
        execution.learn(invoked(execution, calls[0]))
        execution.surface()
        return
    from graphagent.agent.threads import Threads

    threads = Threads(execution)
    try:
        for call in sorted(calls, key=is_transactional):
            yield from started(execution, call)
            if is_transactional(call):
                yield from transacted(execution, call)
            else:
                threads.start(call)
        for outcome in threads.landing():
            execution.learn(outcome)
            yield None
    finally:  # the caller stopped listening, or the storage failed: what has begun is settled, not lost
        for outcome in threads.landing():
            execution.learn(outcome)
        execution.surface()


def started(execution: Execution, call: Call) -> Generator[None]:
    """Put the intent of a call on record, unless it already is."""
    if call.status == PLANNED:
        execution.feed("start", {"call": call.id})
        yield None


def respond(execution: Execution) -> Generator[None]:
    """Let the answer stand."""
    execution.feed("finish")
    yield from ()


def aperform(execution: Execution, need: Need) -> AsyncGenerator[Delta | Step | None]:
    """Do what the run needs, without blocking the event loop."""
    if need.state == MODEL:
        return aask(execution)
    if need.state == TOOL:
        return ainvoke(execution, need.calls[0]) if len(need.calls) == 1 else ainvoke_all(execution, need.calls)
    if need.state == RECALL:
        return arecall(execution)
    if need.state == REMEMBER:
        from graphagent.agent.remember import aremember

        return aremember(execution)
    return quick(perform(execution, need))


async def quick(performing: Generator[Delta | Step | None]) -> AsyncGenerator[Delta | Step | None]:
    """A performer that never waits, for an event loop."""
    for said in performing:
        yield said


async def aask(execution: Execution) -> AsyncGenerator[Delta | Step | None]:
    """`ask`, on an event loop."""
    reply = None
    try:
        model = execution.definition.model
        if execution.streaming:
            async with aclosing(model.astream(request(execution))) as stream:
                async for said in stream:
                    if isinstance(said, Reply):
                        reply = said
                    else:
                        yield said
        else:
            reply = await model.aask(request(execution))
        taken(execution, reply)
    except Exception as error:  # noqa: BLE001 - whatever a model raises is on record
        delay = failed(execution, error)
        yield None
        if delay:
            import asyncio

            await asyncio.sleep(delay)


async def ainvoke(execution: Execution, call: Call) -> AsyncGenerator[Step | None]:
    """`invoke` one call, on an event loop: an asynchronous tool in place, a synchronous one in a thread."""
    async for step in abegun(execution, call):
        yield step
    if not is_transactional(call):
        execution.learn(await outcome_of(execution, call))
    execution.surface()


async def abegun(execution: Execution, call: Call) -> AsyncGenerator[Step | None]:
    """`started`, on an event loop; a transactional call is made as well, and tells its steps."""
    for _ in started(execution, call):
        yield None
    if is_transactional(call):
        for step in await atransacted(execution, call):
            yield step


async def ainvoke_all(execution: Execution, calls: tuple[Call, ...]) -> AsyncGenerator[Step | None]:
    """`invoke` several calls, on an event loop, each as a task."""
    import asyncio

    under_way: set[asyncio.Task[Outcome]] = set()
    try:
        for call in sorted(calls, key=is_transactional):
            async for step in abegun(execution, call):
                yield step
            if not is_transactional(call):
                under_way.add(asyncio.create_task(outcome_of(execution, call)))
        while under_way:
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=broke):
                under_way.discard(task)
                execution.learn(task.result())
                yield None
        for outcome in heard(execution):
            execution.learn(outcome)
            yield None
    except asyncio.CancelledError:
        for task in under_way:
            task.cancel()
        raise
    finally:
        if under_way:
            done, _ = await asyncio.wait(under_way)
            for task in sorted(done, key=broke):
                if not task.cancelled():
                    execution.learn(task.result())
        execution.surface()


def broke(task: asyncio.Task[Outcome]) -> bool:
    """Whether a task has no outcome: the outcomes of those beside it are put on record before that is raised."""
    return task.cancelled() or task.exception() is not None


async def outcome_of(execution: Execution, call: Call) -> Outcome:
    """The outcome of one call, wherever its tool has to run."""
    if call.problem is not None:
        return invoked(execution, call)
    if execution.definition.functions[call.name].needs_loop(execution.agent.tool_hooks):
        return await ainvoked(execution, call)
    return await in_time(execution, call)


async def in_time(execution: Execution, call: Call) -> Outcome:
    """The outcome of a synchronous call in a thread, or at its deadline what can be known of it then."""
    import asyncio

    from graphagent.agent.threads import overrun, start

    attempt = start(execution, call)
    waited = asyncio.wrap_future(attempt)
    try:
        while not (await asyncio.wait([waited], timeout=seconds_left(call)))[0]:
            if call.deadline is not None and call.deadline <= clock.now():
                return await asyncio.wrap_future(overrun(execution, call, attempt))
        return waited.result()
    except asyncio.CancelledError:
        execution.overdue.append(Overdue(attempt, call.id, call.attempt))
        raise
    finally:
        waited.cancel()  # the thread goes on and must not look for this loop when it is done
