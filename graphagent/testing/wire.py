"""Answers as the bytes of the Chat Completions protocol: one body, or the events of a stream."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import zip_longest
from secrets import token_hex
from typing import Any

from pydantic_core import to_json

from graphagent.models.script import Answer, Call

DONE = b"data: [DONE]\n\n"
_PIECE = re.compile(r"\s*\S{1,12}|\s+")


def pieces(text: str) -> list[str]:
    """Cut a text into pieces of about a token: words with the blanks before them, long words in several pieces."""
    return _PIECE.findall(text)


def event(body: object) -> bytes:
    """Encode one server-sent event."""
    return b"data: %b\n\n" % to_json(body)


def completion(answer: Answer, request: dict[str, Any], prompt: int) -> bytes:
    """Encode the whole reply of a request that is not streamed; `prompt` is the size of the request in bytes."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.content, "refusal": answer.refusal}
    if answer.reasoning is not None:
        message["reasoning_content"] = answer.reasoning
    if answer.calls:
        message["tool_calls"] = [_tool_call(call) for call in answer.calls]
    message["annotations"] = []
    choices = [
        {"index": index, "message": message, "logprobs": None, "finish_reason": _finish(answer)}
        for index in range(request.get("n") or 1)
    ]
    return to_json({**_head(request, "chat.completion"), "choices": choices, "usage": _usage(answer, prompt)})


def stream(answer: Answer, request: dict[str, Any], prompt: int) -> list[bytes]:
    """Encode the reply as the events of a stream, the closing `[DONE]` included.

    All is encoded before the first byte leaves, and what the events have in common only once: whoever measures a
    client through this server should measure the client.
    """
    head = _head(request, "chat.completion.chunk")
    with_usage = bool((request.get("stream_options") or {}).get("include_usage"))
    usage = b',"usage":null' if with_usage else b""
    template = b',"logprobs":null,"finish_reason":%b}]' + usage + b"}\n\n"
    openings = [
        b'data: %b,"choices":[{"index":%d,"delta":' % (to_json(head)[:-1], n) for n in range(request.get("n") or 1)
    ]
    going_on, ending = template % b"null", template % to_json(_finish(answer))
    events = [opening + to_json(delta) + going_on for delta in _deltas(answer) for opening in openings]
    events += [opening + b"{}" + ending for opening in openings]
    if with_usage:
        events.append(event({**head, "choices": [], "usage": _usage(answer, prompt)}))
    return [*events, DONE]


def _head(request: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{token_hex(12)}",
        "object": kind,
        "created": int(time.time()),
        "model": request.get("model"),
        "service_tier": "default",
        "system_fingerprint": "fp_local",
    }


def _finish(answer: Answer) -> str:
    return answer.finish or ("tool_calls" if answer.calls else "stop")


def _tool_call(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id or f"call_{token_hex(12)}", "type": "function", "function": function}


def _deltas(answer: Answer) -> Iterator[dict[str, Any]]:
    content = None if answer.calls and answer.content is None else ""
    yield {"role": "assistant", "content": content, "refusal": None}
    for key, text in (
        ("reasoning_content", answer.reasoning),
        ("content", answer.content),
        ("refusal", answer.refusal),
    ):
        for piece in pieces(text or ""):
            yield {key: piece}
    # Calls that run in parallel take turns, so a client that tells them apart by anything but the index is found out.
    turns = zip_longest(*(_fragments(index, call) for index, call in enumerate(answer.calls)))
    for fragment in (fragment for turn in turns for fragment in turn if fragment):
        yield {"tool_calls": [fragment]}


def _fragments(index: int, call: Call) -> Iterator[dict[str, Any]]:
    opening = _tool_call(call)
    yield {"index": index, **opening, "function": {"name": call.name, "arguments": ""}}
    for piece in pieces(call.arguments):
        yield {"index": index, "function": {"arguments": piece}}


def _usage(answer: Answer, prompt: int) -> dict[str, Any]:
    """Estimate four bytes a token; what the script states stands."""
    reasoning = _tokens(answer.reasoning or "")
    said = [answer.content or "", answer.refusal or "", *(call.name + call.arguments for call in answer.calls)]
    counts: dict[str, Any] = {
        "prompt_tokens": -(-prompt // 4),
        "completion_tokens": _tokens("".join(said)) + reasoning,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
    } | answer.usage
    return {"total_tokens": counts["prompt_tokens"] + counts["completion_tokens"]} | counts


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)
