"""The same loop with the `openai` client as its documentation shows it, whole and streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.floor.memory import Messages
from benchmarks.floor.tool import answered

if TYPE_CHECKING:
    import openai


def run(
    client: openai.OpenAI,
    history: Messages,
    question: str,
    tools: Mapping[str, Callable[..., str]],
    definitions: list[dict[str, Any]],
) -> Messages:
    """The conversation, from the question to the answer."""
    messages: Messages = [*history, {"role": "user", "content": question}]
    for _ in range(1000):
        completion: Any = client.chat.completions.create(
            model="local",
            messages=messages,  # type: ignore[arg-type]  # plain dicts, as most programs have them
            tools=definitions,  # type: ignore[arg-type]
        )
        reply = completion.choices[0].message
        message: dict[str, Any] = {"role": "assistant", "content": reply.content}
        if reply.tool_calls:
            message["tool_calls"] = [call.model_dump() for call in reply.tool_calls]
        messages.append(message)
        if not reply.tool_calls:
            return messages
        messages += [answered(call, tools) for call in message["tool_calls"]]
    raise RuntimeError("the model does not come to an end")


def stream(client: openai.OpenAI, question: str) -> Iterator[dict[str, Any]]:
    """An event for each piece of the answer."""
    parts: list[str] = []
    with client.chat.completions.create(
        model="local",
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    ) as chunks:
        for chunk in chunks:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                parts.append(text)
                yield {"event": "content", "content": text}
    yield {"event": "completed", "content": "".join(parts)}
