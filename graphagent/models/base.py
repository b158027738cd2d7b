"""What the engine asks of a model, whoever provides it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json


@dataclass(slots=True)
class Request:
    """One question to a model, encoded once.

    `messages` is the transcript: Chat Completions messages as JSON objects joined by commas, without brackets.
    `tools` is the list of tool definitions in the same form, empty where there are none.
    `response_format` is that of Chat Completions (`json_schema`, `json_object`) or None for text.
    """

    messages: bytes
    tools: bytes = b""
    tool_choice: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None

    def decoded(self) -> list[dict[str, Any]]:
        """The messages as dicts."""
        messages: list[dict[str, Any]] = from_json(b"[%b]" % self.messages)
        return messages


@dataclass(slots=True)
class ToolCall:
    """A call the model asks for. `arguments` is its JSON text, as sent; it may be malformed."""

    id: str
    name: str
    arguments: str


@dataclass(slots=True)
class Reply:
    """What a model said, complete.

    `message` is the assistant message in wire form. It holds what must be sent back on the next turn and nothing that
    the service would refuse there. `usage` has the token counts under the names of `graphagent.run.metrics`
    (`input_tokens`, `output_tokens`, `total_tokens`, `cached_tokens`, `reasoning_tokens`, …), only those known.
    `finish` is the provider's finish reason (`stop`, `tool_calls`, `length`, `content_filter`, …).
    `time_to_first_token` is in seconds, for streamed replies.
    """

    message: bytes
    content: str | None = None
    calls: list[ToolCall] = field(default_factory=list)
    finish: str = "stop"
    usage: dict[str, int] = field(default_factory=dict)
    refusal: str | None = None
    reasoning: str | None = None
    model: str | None = None
    audio: dict[str, Any] | None = None
    citations: list[dict[str, Any]] | None = None
    logprobs: list[dict[str, Any]] | None = None
    time_to_first_token: float | None = None


@dataclass(slots=True)
class Delta:
    """A piece of a reply as it streams: text, reasoning text or a chunk of audio (base64)."""

    content: str | None = None
    reasoning: str | None = None
    audio: dict[str, Any] | None = None


class Model:
    """A language model that can be asked. Immutable; one object serves many runs, threads and tasks at once.

    A provider implements `ask` and `stream` and their asynchronous twins. All raise `graphagent.exceptions.ModelError`
    and nothing else for what goes wrong outside. A stream yields deltas and ends with exactly one `Reply`.
    """

    id: str
    provider: str = "unknown"
    supports_native_structured_outputs: bool = False

    def ask(self, request: Request) -> Reply:
        """Ask once and return the whole reply."""
        raise NotImplementedError(f"{type(self).__name__} cannot be asked synchronously.")

    async def aask(self, request: Request) -> Reply:
        """`ask`, without blocking the event loop."""
        raise NotImplementedError(f"{type(self).__name__} cannot be asked asynchronously.")

    def stream(self, request: Request) -> Generator[Delta | Reply]:
        """Ask once and yield the reply as it is produced; the last item is the complete `Reply`."""
        yield self.ask(request)

    async def astream(self, request: Request) -> AsyncGenerator[Delta | Reply]:
        """`stream`, without blocking the event loop."""
        yield await self.aask(request)


def assistant_message(content: str | None, calls: list[ToolCall], *, audio_id: str | None = None) -> bytes:
    """The assistant message that holds a reply, in wire form.

    The service takes it back with null content only beside calls or audio, so any other reply says at least nothing.
    """
    message: dict[str, Any] = {"role": "assistant", "content": content or (None if calls or audio_id else "")}
    if calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls
        ]
    if audio_id:
        message["audio"] = {"id": audio_id}
    return to_json(message)
