"""The first transition of a run: who runs for whom, and everything the model is told before it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from graphagent.agent.execution import Execution
from graphagent.engine.limits import Limits
from graphagent.engine.prompt import Brief, compose, fill
from graphagent.engine.run import Run
from graphagent.exceptions import DefinitionError
from graphagent.storage.base import Head
from graphagent.storage.storable import copied
from graphagent.utils import clock
from graphagent.utils.identity import uuid7

if TYPE_CHECKING:
    from pydantic import BaseModel

    from graphagent.agent.agent import Agent
    from graphagent.models.message import Message as ChatMessage

    Message = str | list[Any] | dict[str, Any] | ChatMessage | BaseModel | None


def begun(
    agent: Agent,
    message: Message,
    streaming: bool,
    *,
    stream_intermediate_steps: bool | None = None,
    user_id: str | None = None,
    session_id: str | None = None,
    session_state: dict[str, Any] | None = None,
    messages: list[Any] | None = None,
    retries: int | None = None,
) -> Execution:
    """A run that has begun and is not on record yet."""
    definition = agent.definition
    begun_at = clock.now()
    head = Head(
        id=uuid7(),
        session_id=session_id or agent.session_id or uuid7(),
        user_id=user_id or agent.user_id,
        agent_id=definition.agent_id,
        agent_name=agent.name,
        definition=definition.hash,
        description=definition.description,
        plan=definition.plan,
        created_at=begun_at,
    )
    run = Run(head.id, definition.plan)
    configured = vars(agent).get("session_state")
    state = copied({**(configured or {}), **(session_state or {})}) if configured or session_state else {}
    known = Known(agent, head, state)
    own = [*map(wire, messages or ()), *user_messages(known, message)]
    preamble = [*system_messages(known), *map(wire, agent.add_messages)]
    before = b",".join(preamble)
    data: dict[str, Any] = {}
    if before:
        data["preamble"] = len(before)
    limits = definition.limits if retries is None else definition.limits._replace(retries=retries)
    if limits != Limits():
        data["limits"] = limits.changed()
    if state:
        data["state"] = state
    run.feed("begin", data or None, b",".join([*([before] if before else ()), *own]), at=begun_at)
    detailed = agent.stream_intermediate_steps if stream_intermediate_steps is None else stream_intermediate_steps
    return Execution(agent, head, run, streaming=streaming, detailed=detailed and streaming)


class Known:
    """What the texts of one run may refer to."""

    def __init__(self, agent: Agent, head: Head, state: dict[str, Any]) -> None:
        self.agent = agent
        self.head = head
        self.state = state
        context = agent.context or {}
        self.context = {
            key: ask(value, agent) if callable(value) and agent.resolve_context else value
            for key, value in context.items()
        }

    def filled(self, text: str) -> str:
        """A developer's text with `{key}` replaced, where the agent asks for that."""
        return fill(text, self.values()) if self.agent.add_state_in_messages else text

    def values(self) -> Mapping[str, Any]:
        """State before context before extra data, so that what changes most is found first."""
        about = {"user_id": self.head.user_id} if self.head.user_id else {}
        return {**about, **(self.agent.extra_data or {}), **self.context, **self.state}


def ask(text: Callable[..., Any], agent: Agent) -> Any:
    """Call a developer's function, with the agent where it takes one."""
    return text(agent=agent) if "agent" in signature(text).parameters else text()


def system_messages(known: Known) -> list[bytes]:
    """The system message in wire form, if there is one."""
    agent = known.agent
    text = agent.system_message
    if text is None:
        content = known.filled(compose(brief(known))) if agent.create_default_system_message else ""
    elif isinstance(text, str):
        content = known.filled(text)
    elif callable(text):
        content = ask(text, agent)
        if not isinstance(content, str):
            raise DefinitionError(f"system_message() returned {type(content).__name__}; it must return text.")
    else:
        return [wire(text)]
    return [to_json({"role": agent.system_message_role, "content": content})] if content else []


def brief(known: Known) -> Brief:
    """What the agent's system message is made of."""
    agent = known.agent
    instructions = ask(agent.instructions, agent) if callable(agent.instructions) else agent.instructions
    return Brief(
        description=agent.description,
        goal=agent.goal,
        role=agent.role,
        instructions=[instructions] if isinstance(instructions, str) else list(instructions or ()),
        notes=list(notes(agent)),
        guides=agent.definition.toolset.instructions,
        expected_output=agent.expected_output,
        additional_context=agent.additional_context,
        success_criteria=agent.success_criteria,
    )


def notes(agent: Agent) -> Iterable[str]:
    """Single facts for the system message."""
    if agent.markdown:
        yield "Use markdown to format your answers."
    if agent.add_datetime_to_instructions:
        from datetime import datetime
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(agent.timezone_identifier) if agent.timezone_identifier else None
        yield f"The current time is {datetime.now(zone)}."
    if agent.add_name_to_instructions and agent.name:
        yield f"Your name is: {agent.name}."


def user_messages(known: Known, message: Message) -> list[bytes]:
    """The user's message in wire form. Nobody's words but a developer's are ever templated."""
    agent = known.agent
    if agent.user_message is not None:
        message = ask(agent.user_message, agent) if callable(agent.user_message) else agent.user_message
    if message is None:
        return []
    if hasattr(message, "to_wire") or isinstance(message, dict):
        return [wire(message)]
    content = said(message)
    if agent.add_context and known.context:
        content += f"\n\n<context>\n{to_json(known.context, indent=2).decode()}\n</context>"
    return [to_json({"role": agent.user_message_role, "content": content})]


def said(message: Any) -> str:
    """A user's message as text."""
    if isinstance(message, str):
        return message
    if isinstance(message, list) and all(isinstance(part, str) for part in message):
        return "\n".join(message)
    return to_json(message).decode()


def wire(message: Any) -> bytes:
    """A chat message in wire form, from a dict or a `Message`. Raises `DefinitionError` where it is neither."""
    if isinstance(message, dict) and isinstance(message.get("role"), str):
        return to_json(message)
    if hasattr(message, "to_wire"):
        return bytes(message.to_wire())
    raise DefinitionError(f"A message is a dict with a 'role', or a Message; this is {type(message).__name__}.")
