"""The first transition of a run: who runs for whom, and everything the model is told before it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from graphagent.agent.execution import Execution
from graphagent.engine.limits import Limits
from graphagent.engine.patch import same
from graphagent.engine.prompt import Brief, compose, fill
from graphagent.engine.run import Run
from graphagent.exceptions import DefinitionError
from graphagent.storage.base import Head
from graphagent.storage.session import TOLD, check_owner
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
    if definition.is_transactional and not agent.store.is_transactional:
        raise DefinitionError(
            f"This agent has transactional tools, and its {type(agent.store).__name__} has no transactions to write in. "
            "Give it a SqliteStorage or PostgresStorage."
        )
    known_session = session_id or agent.session_id
    head = Head(
        id=uuid7(),
        session_id=known_session or uuid7(),
        user_id=user_id or agent.user_id,
        agent_id=definition.agent_id,
        agent_name=agent.name,
        definition=definition.hash,
        description=definition.description,
        plan=definition.plan,
        created_at=clock.now(),
    )
    session = agent.store.session(head.session_id) if known_session else None
    if session is not None:
        check_owner(head, session.user_id)
    limits = definition.limits if retries is None else definition.limits._replace(retries=retries)
    beginning = Beginning(agent, head, message, messages or (), session_state or {}, limits)
    run, state = beginning.told(session.state if session else {})
    detailed = agent.stream_intermediate_steps if stream_intermediate_steps is None else stream_intermediate_steps
    execution = Execution(agent, head, run, streaming=streaming, detailed=detailed and streaming)
    execution.beginning, execution.known_state = beginning, state
    return execution


class Beginning:
    """What a run begins with. Told again where the state of its session changes before the run is on record."""

    def __init__(
        self, agent: Agent, head: Head, message: Message, messages: Iterable[Any], given: dict[str, Any], limits: Limits
    ) -> None:
        self.agent = agent
        self.head = head
        self.message = message
        self.own = [*map(wire, messages)]
        self.given = copied(given)
        self.defaults = copied(vars(agent).get("session_state") or {})
        self.limits = limits

    def told(self, stored: dict[str, Any]) -> tuple[Run, dict[str, Any]]:
        """A run that has begun in a session of this state, and the state it leaves: for each key what was given to the
        run, else what is stored, else the agent's default. What that changes is recorded, and no more.
        """
        wanted = {key: value for key, value in {**self.defaults, **stored, **self.given}.items() if key not in TOLD}
        changes = [
            ["set", [key], value, [stored[key]] if key in stored else []]
            for key, value in wanted.items()
            if key not in stored or not same(stored[key], value)
        ]
        known = Known(self.agent, self.head, wanted)
        own = [*self.own, *user_messages(known, self.message)]
        before = b",".join([*system_messages(known), *map(wire, self.agent.add_messages)])
        data: dict[str, Any] = {}
        if before:
            data["preamble"] = len(before)
        if self.limits != Limits():
            data["limits"] = self.limits.changed()
        if changes:
            data["state"] = changes
        run = Run(self.head.id, self.head.plan)
        messages = b",".join([*([before] if before else ()), *own])
        run.feed("begin", data or None, messages, at=self.head.created_at)
        return run, wanted


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
        return to_json({"role": message["role"], **message})  # the role first, as in all that is recorded
    if hasattr(message, "to_wire"):
        return bytes(message.to_wire())
    raise DefinitionError(f"A message is a dict with a 'role', or a Message; this is {type(message).__name__}.")
