"""What a scripted model answers: texts, tool calls and refusals, written as plainly as they are said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic_core import to_json


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call. `arguments` is its JSON text, malformed where the script wants it so; an id is made where None."""

    name: str
    arguments: str = "{}"
    id: str | None = None

    def with_id(self, id: str) -> Call:
        """Return the same call under this id, to repeat an id or to know it beforehand."""
        return replace(self, id=id)


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply of the model. `finish` is the finish reason; None means what fits: `tool_calls` or `stop`."""

    content: str | None = None
    calls: tuple[Call, ...] = ()
    refusal: str | None = None
    reasoning: str | None = None
    finish: str | None = None
    usage: dict[str, Any] = field(default_factory=dict)


def say(
    content: str | None,
    *calls: Call,
    reasoning: str | None = None,
    finish: str | None = None,
    usage: dict[str, Any] | None = None,
) -> Answer:
    """Answer with a text, and with tool calls beside it where given.

    Args:
        content: The text, or None for none.
        calls: Tool calls of the same reply.
        reasoning: What the model thought before it answered, as servers that show it send it.
        finish: The finish reason, such as `length` or `content_filter`.
        usage: Token counts under the service's names (`prompt_tokens`, `completion_tokens`, …).
    """
    return Answer(content, calls, reasoning=reasoning, finish=finish, usage=usage or {})


def call(name: str, malformed: str | None = None, /, **arguments: Any) -> Call:
    """Call a tool. Several calls in one reply are a list: `[call("a"), call("b")]`.

    Args:
        name: The name of the tool.
        malformed: The text to send in place of JSON arguments, as in `call("add", '{"a": 1')`.
        arguments: The arguments, anything that becomes JSON.
    """
    return Call(name, to_json(arguments).decode() if malformed is None else malformed)


def refuse(reason: str) -> Answer:
    """Refuse to answer, as a model does when it will not do what it is asked."""
    return Answer(refusal=reason)
