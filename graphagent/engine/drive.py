"""Perform what a run needs until it rests. Written twice, because Python has two colours; the rest of the engine has none.

`perform` does what a need asks for: it feeds the run what happened and yields whenever that is to be put on record (None)
or when there is something to pass on that is not, or that is on record already (a piece of streamed text, the step of a
transactional call). `save` puts what was fed on record and gives it back. So everything an effect depends on is on record
before the effect, and nothing is told before it is on record.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing
from typing import Final, TypeVar

from graphagent.engine.machine import RECALL, RESPOND
from graphagent.engine.run import Need, Run, Step
from graphagent.exceptions import StaleRun, StorageError

Said = TypeVar("Said")

INNER: Final = (RECALL, RESPOND)  # these need nothing but our own records: they share a commit with what led to them


def drive(
    run: Run, perform: Callable[[Need], Generator[Said | None]], save: Callable[[Run], Iterable[Step]]
) -> Generator[Step | Said]:
    """Yields each step once it is on record, and what the performers pass on, until the run rests.

    Whoever stops early, or is stopped, loses nothing: what the performers settle on their way out goes on record.
    """
    try:
        while (need := run.need()) is not None or run.fresh:
            if need is None or (run.fresh and need.state not in INNER):
                yield from save(run)
                continue  # what the run needs may be another thing, where it was told what could not be recorded
            performing = perform(need)
            try:
                for said in performing:
                    if run.fresh:
                        yield from save(run)
                    if said is not None:
                        yield said
            finally:
                performing.close()
    except (StaleRun, StorageError):
        raise  # the record itself failed
    except BaseException:
        if run.fresh:
            save(run)
        raise


async def adrive(
    run: Run, perform: Callable[[Need], AsyncGenerator[Said | None]], save: Callable[[Run], Awaitable[Iterable[Step]]]
) -> AsyncGenerator[Step | Said]:
    """`drive`, on an event loop."""
    try:
        while (need := run.need()) is not None or run.fresh:
            if need is None or (run.fresh and need.state not in INNER):
                for step in await save(run):
                    yield step
                continue
            async with aclosing(perform(need)) as performing:
                async for said in performing:
                    if run.fresh:
                        for step in await save(run):
                            yield step
                    if said is not None:
                        yield said
    except (StaleRun, StorageError):
        raise  # the record itself failed
    except BaseException:
        if run.fresh:
            await save(run)
        raise
