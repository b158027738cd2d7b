"""A model that answers from a script, in memory: for tests and demonstrations of agents."""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from itertools import count, repeat
from typing import Any, Final, TypeAlias

from graphagent.exceptions import DefinitionError, ModelRequestError
from graphagent.models.base import Delta, Model, Reply, Request, ToolCall, assistant_message
from graphagent.models.openai.usage import token_counts
from graphagent.models.script import Answer, Call

Item: TypeAlias = (
    "str | Call | Sequence[Call] | Answer | Reply | BaseException | Callable[[list[dict[str, Any]]], Item]"
)
_PIECE: Final = re.compile(r"\s*\S+|\s+")


class ScriptedModel(Model):
    """Answers each request with the next item of a script, at once and in order.

        model = ScriptedModel([call("add", a=1, b=2), say("It is 3.")])

    An item is a text, a `call` or a list of calls, what `say` or `refuse` return, a `Reply` as it is, an exception to
    raise, or a function from the messages so far (dicts) to one of these. A function in place of the list answers every
    request. A streamed reply comes word by word. Call ids are made from the turn and the place in the reply where the
    script gives none, so the same script always makes the same ids. One object serves many threads and tasks.

    Args:
        script: The items, or the function.
        id: What the model is called.
        provider: Who is said to provide it.

    Attributes:
        requests: Every `Request` so far, in order; `requests[-1].decoded()` is the last conversation.

    Raises:
        ModelRequestError: A request came after the end of the script.
    """

    def __init__(
        self,
        script: Sequence[Item] | Callable[[list[dict[str, Any]]], Item],
        *,
        id: str = "scripted",
        provider: str = "scripted",
    ) -> None:
        if isinstance(script, str | Call | Answer | Reply):
            raise DefinitionError("A script is a list of answers, also where it holds one: ScriptedModel([…]).")
        self.id = id
        self.provider = provider
        self.supports_native_structured_outputs = True
        self.requests: list[Request] = []
        self._turns = count(1)
        # Replies are made beforehand where that is possible, so that asking costs next to nothing.
        self._script: Iterator[Item] = (
            repeat(script) if callable(script) else iter([_settled(item, next(self._turns)) for item in script])
        )
        self._lock = threading.Lock()

    def ask(self, request: Request) -> Reply:
        """Return the next reply of the script, or raise what stands in its place."""
        with self._lock:
            self.requests.append(request)
            item = next(self._script, None)
        while callable(item):
            item = _settled(item(request.decoded()), next(self._turns))
        if isinstance(item, Reply):
            return item
        if isinstance(item, BaseException):
            raise item
        raise ModelRequestError(
            f"The script of this model has ended: request {len(self.requests)} came and no answer is left. "
            "Add one to ScriptedModel([…]), or find out why the agent asked once more than planned."
        )

    async def aask(self, request: Request) -> Reply:
        """`ask`, which never blocks."""
        return self.ask(request)

    def stream(self, request: Request) -> Generator[Delta | Reply]:
        """Yield the next reply of the script word by word, then whole."""
        reply = self.ask(request)
        for piece in _PIECE.findall(reply.reasoning or ""):
            yield Delta(reasoning=piece)
        for piece in _PIECE.findall(reply.content or ""):
            yield Delta(content=piece)
        yield reply

    async def astream(self, request: Request) -> AsyncGenerator[Delta | Reply]:
        """`stream`, which never blocks."""
        for item in self.stream(request):
            yield item


def _settled(item: Item, turn: int) -> Item:
    """A script item as what is returned, raised or called."""
    if isinstance(item, str):
        return _reply(Answer(item), turn)
    if isinstance(item, Answer):
        return _reply(item, turn)
    if isinstance(item, Call):
        return _reply(Answer(calls=(item,)), turn)
    if isinstance(item, list | tuple) and item and all(isinstance(part, Call) for part in item):
        return _reply(Answer(calls=tuple(item)), turn)
    if isinstance(item, Reply | BaseException) or callable(item):
        return item
    raise DefinitionError(
        f"A script holds texts, calls, lists of calls, replies, exceptions and functions that return one of these; "
        f"this is {item!r}. Use say() and call() from graphagent.models."
    )


def _reply(answer: Answer, turn: int) -> Reply:
    calls = [
        ToolCall(call.id or f"call_{turn}_{place}", call.name, call.arguments)
        for place, call in enumerate(answer.calls, 1)
    ]
    return Reply(
        message=assistant_message(answer.content or answer.refusal, calls),
        content=answer.content,
        calls=calls,
        finish=answer.finish or ("tool_calls" if calls else "stop"),
        usage=token_counts(answer.usage),
        refusal=answer.refusal,
        reasoning=answer.reasoning,
    )
