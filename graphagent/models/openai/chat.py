"""A model behind a Chat Completions endpoint: OpenAI's, or any server that speaks the same protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import aclosing, closing
from functools import cached_property
from typing import Any, Final

from graphagent.models import defaults
from graphagent.models.base import Delta, Model, Reply, Request
from graphagent.models.openai import body
from graphagent.models.openai.connection import Connection
from graphagent.options import option

INCLUDE_USAGE: Final[Mapping[str, Any]] = {"include_usage": True}


class OpenAIChat(Connection, Model):
    """A chat model of OpenAI, or of a server that speaks its protocol (`base_url`).

    Only options that are given are sent. Nothing is checked or connected before the first request, and models of the
    same key and address share one client in the process. The meaning of a reply that is not a plain answer:

    - `Reply.refusal` holds the model's reason when it declines; its message says that text.
    - `Reply.finish` is `length` where the reply hit a token limit: content or tool arguments may be cut off.
    - `Reply.finish` is `content_filter` where the provider held back (the rest of) the content.
    - Tool arguments stay the text the model sent, well-formed or not. Call ids are made unique within the reply, and
      names are reduced to the characters the service accepts on the way back.
    - Reasoning text of servers that show it is `Reply.reasoning`; it is not sent back.

    All methods raise `ModelRequestError` (the request was refused; `transient` for rate limits), `ModelConnectionError`
    (unreachable, timed out, or cut off before the reply was complete), `ModelReplyError` (the reply is not one), or
    `ModelError` (the provider failed).
    """

    id: str = option(default=defaults.OPENAI_CHAT, kw_only=False)
    provider: str = "OpenAI"
    supports_native_structured_outputs: bool = True
    """Whether the server understands `response_format` with a JSON schema."""
    strict_output: bool = True
    """Whether the server must enforce that schema. False: it tries to."""

    # -- how it answers ----------------------------------------------------------------------------------------------
    temperature: float | None = None
    top_p: float | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    """The older name of `max_completion_tokens`, for servers that know only that."""
    reasoning_effort: str | None = None
    verbosity: str | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logit_bias: Mapping[str, int] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    seed: int | None = None
    stop: str | Sequence[str] | None = None
    modalities: Sequence[str] | None = None
    """What to answer with, as in `["text", "audio"]`."""
    audio: Mapping[str, Any] | None = None
    """Voice and format of audio answers, as in `{"voice": "alloy", "format": "wav"}`."""
    prediction: Mapping[str, Any] | None = None
    web_search_options: Mapping[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    """False: at most one tool call a reply. Sent only along with tools."""

    # -- how the service treats it -----------------------------------------------------------------------------------
    service_tier: str | None = None
    store: bool | None = None
    metadata: Mapping[str, str] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    stream_options: Mapping[str, Any] | None = INCLUDE_USAGE
    """Sent with streamed requests. None for servers that refuse it; they report no usage then."""
    request_params: Mapping[str, Any] | None = option(default=None, repr=False)
    """Fields of the request body that have no option of their own."""
    extra_body: Mapping[str, Any] | None = option(default=None, repr=False)
    """The same, under the name the `openai` client has for it; stands before `request_params`."""
    extra_headers: Mapping[str, str] | None = option(default=None, repr=False)
    extra_query: Mapping[str, Any] | None = option(default=None, repr=False)

    def ask(self, request: Request) -> Reply:
        """Ask once and return the whole reply."""
        from graphagent.models.openai import errors, reply, transport

        with errors.explained(self):
            response = transport.post(self, body.encode(self, request, streamed=False), stream=False)
            return reply.GrowingReply().whole(response.content)

    async def aask(self, request: Request) -> Reply:
        """`ask`, without blocking the event loop."""
        from graphagent.models.openai import errors, reply, transport

        with errors.explained(self):
            response = await transport.apost(self, body.encode(self, request, streamed=False), stream=False)
            return reply.GrowingReply().whole(response.content)

    def stream(self, request: Request) -> Generator[Delta | Reply]:
        """Ask once and yield the reply as it is produced; the last item is the complete `Reply`."""
        from graphagent.models.openai import errors, reply, transport

        growing = reply.GrowingReply()
        with (
            errors.explained(self),
            closing(transport.post(self, body.encode(self, request, streamed=True), stream=True)) as response,
        ):
            pieces = response.iter_bytes()
            for piece in pieces:
                yield from growing.feed(piece)
                if growing.done:
                    transport.drain(response, pieces)
                    break
            yield growing.reply()

    async def astream(self, request: Request) -> AsyncGenerator[Delta | Reply]:
        """`stream`, without blocking the event loop."""
        from graphagent.models.openai import errors, reply, transport

        growing = reply.GrowingReply()
        with errors.explained(self):
            response = await transport.apost(self, body.encode(self, request, streamed=True), stream=True)
            async with aclosing(response):
                pieces = response.aiter_bytes()
                async for piece in pieces:
                    for delta in growing.feed(piece):
                        yield delta
                    if growing.done:
                        await transport.adrain(pieces)
                        break
                yield growing.reply()

    @cached_property
    def constant_fields(self) -> bytes:
        """The fields of the request body that are the same in every request."""
        return body.constant_fields(self)
