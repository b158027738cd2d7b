"""A conversation with a model, written once and held in either colour: it yields requests and is sent the replies."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from graphagent.models.base import Model, Request

if TYPE_CHECKING:
    from graphagent.models.base import Reply

Result = TypeVar("Result")


@dataclass(slots=True)
class End(Generic[Result]):
    """The end of a conversation, and what came of it."""

    result: Result


def hold(conversation: Generator[Request, Reply, Result], model: Model) -> Result:
    """Hold a conversation, blocking. Raises `ModelError`s as the model does."""
    if type(model).ask is Model.ask:  # one that can only be awaited
        import asyncio

        return asyncio.run(ahold(conversation, model))
    said = step(conversation, None)
    while isinstance(said, Request):
        said = step(conversation, model.ask(said))
    return said.result


async def ahold(conversation: Generator[Request, Reply, Result], model: Model) -> Result:
    """`hold`, on an event loop."""
    import asyncio

    if type(model).aask is Model.aask:  # one that can only block
        return await asyncio.to_thread(hold, conversation, model)
    said = await asyncio.to_thread(step, conversation, None)  # a thread, since it may read a database
    while isinstance(said, Request):
        said = await asyncio.to_thread(step, conversation, await model.aask(said))
    return said.result


def step(conversation: Generator[Request, Reply, Result], reply: Reply | None) -> Request | End[Result]:
    """What a conversation says to a reply: a request, or its result."""
    try:
        return next(conversation) if reply is None else conversation.send(reply)
    except StopIteration as end:
        return End(end.value)
