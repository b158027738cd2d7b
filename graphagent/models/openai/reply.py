"""A reply as it arrives, whole or in deltas. Both go the same way, so that a reply does not depend on how it came."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from pydantic_core import from_json

from graphagent.exceptions import ModelConnectionError, ModelReplyError
from graphagent.models.base import Delta, Reply, assistant_message
from graphagent.models.openai.calls import Calls
from graphagent.models.openai.errors import stated
from graphagent.models.openai.events import Payloads
from graphagent.models.openai.usage import token_counts


class GrowingReply:
    """Takes a reply as it comes in, gives its deltas, and the reply when it is complete."""

    def __init__(self) -> None:
        self.done = False
        self._started = perf_counter()
        self._first_token: float | None = None
        self._payloads = Payloads()
        self._content: list[str] = []
        self._refusal: list[str] = []
        self._reasoning: list[str] = []
        self._calls = Calls()
        self._audio: list[dict[str, Any]] = []
        self._citations: list[dict[str, Any]] = []
        self._logprobs: list[dict[str, Any]] = []
        self._usage: dict[str, int] = {}
        self._model: str | None = None
        self._finish: str | None = None

    def feed(self, piece: bytes) -> Iterator[Delta]:
        """Take a piece of the stream, of any size. Sets `done` when the server says that this was all.

        Raises:
            ModelReplyError: What arrived is not a chunk of a chat completion.
            ModelError: The server sent an error in place of the rest.
        """
        for payload in self._payloads.feed(piece):
            if payload == b"[DONE]":
                self.done = True
                return
            if (delta := self._take(payload, "delta")) is not None:
                yield delta

    def whole(self, body: bytes) -> Reply:
        """Take a complete response body and return its reply. Raises as `feed` does."""
        self._take(body, "message")
        if self._finish is None:
            raise ModelReplyError(f"The response holds no choices: {_shown(body)}", transient=True)
        self._first_token = None
        return self.reply()

    def reply(self) -> Reply:
        """Return the complete reply.

        Raises:
            ModelConnectionError: The stream ended before the reply was complete.
        """
        if self._finish is None:
            raise ModelConnectionError("The stream ended before the reply was complete. Try again.", transient=True)
        calls, refusal, audio = self._calls.finished(), "".join(self._refusal) or None, _joined(self._audio)
        content: str | None = "".join(self._content)
        if not content and (calls or refusal or audio):
            content = None
        return Reply(
            message=assistant_message(content or refusal, calls, audio_id=_text(audio or {}, "id")),
            content=content,
            calls=calls,
            finish=self._finish,
            usage=self._usage,
            refusal=refusal,
            reasoning="".join(self._reasoning) or None,
            model=self._model,
            audio=audio,
            citations=self._citations or None,
            logprobs=self._logprobs or None,
            time_to_first_token=self._first_token,
        )

    def _take(self, payload: bytes, part: str) -> Delta | None:
        try:
            chunk = from_json(payload)
        except ValueError as error:
            raise ModelReplyError(f"The reply is not JSON ({error}): {_shown(payload)}", transient=True) from error
        if not isinstance(chunk, dict):
            raise ModelReplyError(f"The reply is no object: {_shown(payload)}", transient=True)
        if chunk.get("error"):
            raise stated(chunk["error"])
        if isinstance(usage := chunk.get("usage"), dict):
            self._usage = token_counts(usage)
        self._model = _text(chunk, "model") or self._model
        for choice in _objects(chunk, "choices"):
            if not choice.get("index"):  # of several choices the first is the reply
                return self._choose(choice, part)
        return None

    def _choose(self, choice: dict[str, Any], part: str) -> Delta | None:
        said = _object(choice, part)
        content, refusal, audio = _text(said, "content"), _text(said, "refusal"), _object(said, "audio")
        reasoning = _text(said, "reasoning_content") or _text(said, "reasoning")
        if calls := _objects(said, "tool_calls"):
            self._calls.add(calls, whole=part == "message")
        for texts, text in ((self._content, content), (self._refusal, refusal), (self._reasoning, reasoning)):
            if text:
                texts.append(text)
        if audio:
            self._audio.append(audio)
        self._citations += _objects(said, "annotations")
        self._logprobs += _objects(_object(choice, "logprobs"), "content")
        if finish := _text(choice, "finish_reason"):
            self._finish = finish
        elif part == "message":
            self._finish = "tool_calls" if calls else "stop"
        if self._first_token is None and (content or calls or reasoning or refusal or audio):
            self._first_token = perf_counter() - self._started
        return Delta(content or None, reasoning or None, audio or None) if content or reasoning or audio else None


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Join the chunks of an audio answer: id and expiry are said once, the transcript and the data bit by bit."""
    if not parts:
        return None
    audio = {key: value for part in parts for key, value in part.items()}
    if any("transcript" in part for part in parts):
        audio["transcript"] = "".join(_text(part, "transcript") for part in parts)
    chunks = [_text(part, "data") for part in parts if part.get("data")]
    data = "".join(chunks)
    if "=" in data.rstrip("="):  # each chunk is base64 in its own right, so they do not simply follow each other
        try:
            data = b64encode(b"".join(b64decode(chunk) for chunk in chunks)).decode()
        except ValueError as error:
            raise ModelReplyError(f"The audio of the reply is not base64: {error}.", transient=True) from error
    return audio | {"data": data} if chunks else audio


def _text(part: dict[str, Any], key: str) -> str:
    value = part.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ModelReplyError(f"{key!r} of the reply is {_shown(value)}, not text.", transient=True)
    return value


def _object(part: dict[str, Any], key: str) -> dict[str, Any]:
    value = part.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ModelReplyError(f"{key!r} of the reply is {_shown(value)}, not an object.", transient=True)
    return value


def _objects(part: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = part.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ModelReplyError(f"{key!r} of the reply is {_shown(value)}, not a list of objects.", transient=True)
    return value


def _shown(value: object) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else repr(value)
    return text if len(text) <= 200 else text[:199] + "…"
