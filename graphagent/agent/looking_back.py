"""Tools with which a model reads what was said and done before: in this session, and in earlier ones of the same user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json, to_json

from graphagent.run.history import said, spoken
from graphagent.run.view import arguments_of, content_of
from graphagent.tools.function import Function

if TYPE_CHECKING:
    from graphagent.agent.configuration import Configuration
    from graphagent.agent.scope import Scope
    from graphagent.engine.run import Run
    from graphagent.storage.base import Storage

NOTHING: Final = "There is none."


def looking_back(agent: Configuration) -> list[Function]:
    """The tools of this kind that an agent has."""
    wanted = {
        get_chat_history: agent.read_chat_history,
        get_tool_call_history: agent.read_tool_call_history,
    }
    tools = [Function(tool, policy="read") for tool, is_wanted in wanted.items() if is_wanted]
    if agent.search_previous_sessions_history:
        tools.append(Function(previous_sessions(agent.num_history_sessions), policy="read"))
    return tools


def get_chat_history(run_context: Any, num_chats: int | None = None) -> str:  # noqa: D417 - the model is not told of the context
    """Read what was said earlier in this conversation: pairs of what the user said and what was answered, oldest first.

    Args:
        num_chats: How many of the latest pairs to read. All of them by default.
    """
    scope: Scope = run_context
    found = list(chats(scope.execution.store, scope.session_id, num_chats))[::-1]
    return to_json(found).decode() if found else NOTHING


def get_tool_call_history(run_context: Any, num_calls: int = 3) -> str:  # noqa: D417 - as above
    """Read which tools were called earlier in this conversation, with arguments and results, latest first.

    Args:
        num_calls: How many of the latest calls to read.
    """
    scope: Scope = run_context
    found: list[dict[str, Any]] = []
    for _, run in spoken(scope.execution.store, scope.session_id):
        for call in reversed(run.calls.values()):
            if len(found) >= num_calls:
                return to_json(found).decode() if found else NOTHING
            result = from_json(call.answer)["content"] if call.answer else None
            found.append({"tool": call.name, "arguments": arguments_of(call), "result": result})
    return to_json(found).decode() if found else NOTHING


def previous_sessions(limit: int | None) -> Any:
    """The tool that reads earlier sessions, at most so many."""

    def get_previous_session_messages(run_context: Any) -> str:
        """Read what was said in earlier conversations with this user, latest conversation first."""
        scope: Scope = run_context
        store = scope.execution.store
        found: list[dict[str, Any]] = []
        before: str | None = None
        while limit is None or len(found) < limit:
            page = store.sessions(user_id=scope.user_id, before=before, limit=20)
            for session in page:
                before = session.id
                if session.id == scope.session_id or (limit is not None and len(found) >= limit):
                    continue
                if pairs := list(chats(store, session.id))[::-1]:
                    found.append({**({"name": session.name} if session.name else {}), "chats": pairs})
            if not page:
                break
        return to_json(found).decode() if found else NOTHING

    return get_previous_session_messages


def chats(storage: Storage, session_id: str, limit: int | None = None) -> Iterator[dict[str, str]]:
    """What a user said and what was answered, run by run, latest first; runs without an answer are left out."""
    left = limit
    for _, run in spoken(storage, session_id):
        if left is not None and left <= 0:
            return
        answer = content_of(run)
        if answer:
            left = None if left is None else left - 1
            yield {"user": asked(run), "assistant": answer}


def asked(run: Run) -> str:
    """What the user said in the beginning of a run, as text."""
    texts = []
    for message in map(from_json, said(run)):
        if message["role"] == "assistant":
            break
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        texts += [part["text"] for part in parts if isinstance(part.get("text"), str)]
    return "\n".join(texts)
