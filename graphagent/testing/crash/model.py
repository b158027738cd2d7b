"""Models for trials: one that looks at what is asked and passes points, and one that tells a story however often it is interrupted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from graphagent.models import ScriptedModel
from graphagent.models.base import Delta, Model, Reply, Request
from graphagent.models.script import Call
from graphagent.testing.rules import violations

if TYPE_CHECKING:
    from graphagent.models.scripted import Item
    from graphagent.testing.crash.outside import Outside
    from graphagent.testing.crash.points import Points


class Watched(Model):
    """A model with a point before and after each request. What the provider would refuse is written down outside."""

    def __init__(self, inner: Model, points: Points, outside: Outside) -> None:
        self.inner = inner
        self.id = inner.id
        self.provider = inner.provider
        self.supports_native_structured_outputs = inner.supports_native_structured_outputs
        self.points = points
        self.outside = outside

    def look(self, request: Request) -> None:
        body: dict[str, Any] = {"model": self.id, "messages": request.decoded()}
        if request.tools:
            body["tools"] = (
                from_json(b"[%b]" % request.tools) if request.tools[:1] != b"[" else from_json(request.tools)
            )
        for violation in violations(body):
            self.outside.write("refused", why=violation)

    def ask(self, request: Request) -> Reply:
        self.look(request)
        with self.points.around("model ask"):
            return self.inner.ask(request)

    async def aask(self, request: Request) -> Reply:
        self.look(request)
        with self.points.around("model ask"):
            return await self.inner.aask(request)

    def stream(self, request: Request) -> Generator[Delta | Reply]:
        self.look(request)
        with self.points.around("model stream"):
            yield from self.inner.stream(request)

    async def astream(self, request: Request) -> AsyncGenerator[Delta | Reply]:
        self.look(request)
        with self.points.around("model stream"):
            async for said in self.inner.astream(request):
                yield said


def told(*answers: Item) -> ScriptedModel:
    """A model that gives these answers in order, going by the conversation: interrupted, it goes on where it was.

    Args:
        answers: Items of a script, as `ScriptedModel` takes them, one for each reply. The ids of calls are made from the
            turn and the place, so that every telling makes the same.
    """

    def answer(messages: list[dict[str, Any]]) -> Item:
        turn = sum(message["role"] == "assistant" for message in messages)
        said = answers[min(turn, len(answers) - 1)]
        calls = [said] if isinstance(said, Call) else said if isinstance(said, list | tuple) else ()
        return [call.with_id(call.id or f"call_{turn}_{place}") for place, call in enumerate(calls)] or said

    return ScriptedModel(answer)
