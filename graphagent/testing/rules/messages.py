"""Rules about the messages of a request: what each may hold, and that every tool call is answered in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

# role -> what a message may hold, and the types of its content parts
ROLES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "developer": (frozenset({"role", "content", "name"}), frozenset({"text"})),
    "system": (frozenset({"role", "content", "name"}), frozenset({"text"})),
    "user": (frozenset({"role", "content", "name"}), frozenset({"text", "image_url", "input_audio", "file"})),
    "assistant": (
        frozenset({"role", "content", "name", "refusal", "audio", "tool_calls", "function_call"}),
        frozenset({"text", "refusal"}),
    ),
    "tool": (frozenset({"role", "content", "tool_call_id"}), frozenset({"text"})),
    "function": (frozenset({"role", "content", "name"}), frozenset()),
}
_INSTEAD_OF_CONTENT = ("tool_calls", "function_call", "refusal", "audio")


def is_name(value: Any) -> bool:
    """Say whether the service takes this as the name of a tool, a speaker or a response format."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def message_violations(messages: Any) -> Iterator[str]:
    """Find what is wrong with the messages, each alone and in their order."""
    if not isinstance(messages, list) or not messages:
        yield "messages: Expected an array with at least one message."
        return
    for index, message in enumerate(messages):
        yield from _message(f"messages[{index}]", message)
    yield from _unanswered(messages)


def _message(where: str, message: Any) -> Iterator[str]:
    role = message.get("role") if isinstance(message, dict) else None
    if not isinstance(role, str) or role not in ROLES:
        yield f"{where}.role: Expected one of {', '.join(ROLES)}, got {role!r}."
        return
    fields, part_types = ROLES[role]
    for name in sorted(message.keys() - fields):
        yield f"{where}.{name}: Unknown parameter in a message of role {role}."
    if message.get("name") is not None and not is_name(message["name"]):
        yield f"{where}.name: Expected 1 to 64 letters, digits, _ and -, got {message['name']!r}."
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield f"{where}.tool_call_id: Expected a string."
    if "tool_calls" in message and role == "assistant":
        yield from _calls(f"{where}.tool_calls", message["tool_calls"])
    content = message.get("content")
    if content is None:
        if role != "function" and not (role == "assistant" and any(message.get(key) for key in _INSTEAD_OF_CONTENT)):
            yield f"{where}.content: Expected a string, got null."
    elif not isinstance(content, str):
        yield from _parts(f"{where}.content", content, part_types)


def _parts(where: str, content: Any, part_types: frozenset[str]) -> Iterator[str]:
    if not isinstance(content, list) or not content:
        yield f"{where}: Expected a string or an array of content parts."
        return
    for index, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in part_types:
            yield f"{where}[{index}].type: Expected one of {', '.join(sorted(part_types))}, got {kind!r}."
        elif kind not in part:
            yield f"{where}[{index}].{kind}: Missing required parameter."


def _calls(where: str, calls: Any) -> Iterator[str]:
    if not isinstance(calls, list) or not calls:
        yield f"{where}: Expected an array with at least one tool call."
        return
    seen = set()
    for index, call in enumerate(calls):
        here = f"{where}[{index}]"
        kind = call.get("type") if isinstance(call, dict) else None
        if kind not in ("function", "custom"):
            yield f"{here}.type: Expected 'function' or 'custom', got {kind!r}."
            continue
        if not isinstance(call.get("id"), str) or not 1 <= len(call["id"]) <= 40:
            yield f"{here}.id: Expected a string of 1 to 40 characters, got {call.get('id')!r}."
        elif call["id"] in seen:
            yield f"{here}.id: Duplicate id {call['id']!r} in one message."
        else:
            seen.add(call["id"])
        yield from _called(f"{here}.{kind}", call.get(kind), "arguments" if kind == "function" else "input")


def _called(where: str, called: Any, text: str) -> Iterator[str]:
    if not isinstance(called, dict):
        yield f"{where}: Expected an object."
        return
    if not is_name(called.get("name")):
        yield f"{where}.name: Expected 1 to 64 letters, digits, _ and -, got {called.get('name')!r}."
    if not isinstance(called.get(text), str):
        yield f"{where}.{text}: Expected a string, got {called.get(text)!r}."


def _unanswered(messages: list[Any]) -> Iterator[str]:
    """Each call of an assistant message is answered by one tool message, before any other message."""
    asked, answered = set[str](), set[str]()
    for index, message in enumerate([*messages, {}]):
        if isinstance(message, dict) and message.get("role") == "tool":
            answer = str(message.get("tool_call_id"))
            if answer in answered:
                yield f"messages[{index}].tool_call_id: Duplicate answer to {answer!r}."
            elif answer not in asked:
                yield f"messages[{index}].role: A tool message must answer a call of the assistant message before it."
            answered.add(answer)
            continue
        if asked - answered:
            missing = ", ".join(sorted(asked - answered))
            yield f"messages[{index}].role: Tool calls are not answered by tool messages before it: {missing}."
        asked, answered = _ids(message), set()


def _ids(message: Any) -> set[str]:
    calls = message.get("tool_calls") if isinstance(message, dict) and message.get("role") == "assistant" else None
    return {str(call.get("id")) for call in calls if isinstance(call, dict)} if isinstance(calls, list) else set()
