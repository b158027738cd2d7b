"""Everything that can be configured on an agent: data, with defaults and meanings, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphagent.options import Options

if TYPE_CHECKING:
    from graphagent.memory import Memory
    from graphagent.models.base import Model
    from graphagent.models.message import Message
    from graphagent.run.events import RunEvent
    from graphagent.storage.base import Storage
    from graphagent.tools.function import Function
    from graphagent.tools.toolkit import Toolkit

    Tool = Function | Toolkit | Callable[..., Any] | dict[str, Any]


class Configuration(Options):
    """The options of an `Agent`. All are keyword-only and all have defaults."""

    # -- who it is ----------------------------------------------------------------------------------------------------
    model: Model | None = None
    """The model to ask. None: `OpenAIChat()` with its default id."""
    name: str | None = None
    agent_id: str | None = None
    """Stable identity across processes. None: the name, else derived from the definition."""
    role: str | None = None

    # -- what it is told ----------------------------------------------------------------------------------------------
    description: str | None = None
    goal: str | None = None
    instructions: str | Sequence[str] | Callable[..., str | Sequence[str]] | None = None
    """Text, a list of texts, or a function of the agent (`def f(agent)`) that returns either."""
    expected_output: str | None = None
    additional_context: str | None = None
    success_criteria: str | None = None
    markdown: bool = False
    """Ask the model for markdown, and print its answers as markdown."""
    add_name_to_instructions: bool = False
    add_datetime_to_instructions: bool = False
    timezone_identifier: str | None = None
    """IANA name such as `Europe/Paris` for `add_datetime_to_instructions`. None: local time."""
    add_state_in_messages: bool = False
    """Replace `{key}` in the developer's texts by session state, context, extra data and `user_id`. Never in user text."""
    system_message: str | Callable[..., str] | Message | None = None
    """Used as it is, in place of the composed one."""
    system_message_role: str = "system"
    create_default_system_message: bool = True
    add_messages: Sequence[Message | dict[str, Any]] = ()
    """Extra messages between the system message and history, sent with every run."""
    user_message: str | list[Any] | dict[str, Any] | Message | Callable[..., Any] | None = None
    """Used in place of the message given to `run`."""
    user_message_role: str = "user"
    context: dict[str, Any] | None = None
    """Values for templating and `add_context`; callables are called before each run (with `agent` if they take it)."""
    add_context: bool = False
    """Append the context to the user message as JSON."""
    resolve_context: bool = True
    extra_data: dict[str, Any] | None = None

    # -- what it can do -----------------------------------------------------------------------------------------------
    tools: Sequence[Tool] = ()
    """Functions, `Function`s, `Toolkit`s, and dicts that describe tools built into the provider."""
    tool_choice: str | dict[str, Any] | None = None
    """`none`, `auto`, `required`, or `{"type": "function", "function": {"name": …}}`. Sent with every request."""
    tool_call_limit: int | None = None
    """How many tool calls a run may invoke, pauses included. Further calls are answered with a refusal."""
    tool_hooks: Sequence[Callable[..., Any]] = ()
    """Functions around every tool call; see the how-to on tools."""
    show_tool_calls: bool = True

    # -- how long it goes on ------------------------------------------------------------------------------------------
    step_limit: int = 1000
    """How many transitions a run may make before another round of tools is refused and the run fails."""
    retries: int = 0
    """How often one model request is made again after a transient failure. Tools are never run again by it."""
    delay_between_retries: float = 1.0
    """Seconds before the first retry, unless the provider says how long to wait."""
    exponential_backoff: bool = False
    """Double the delay with every retry."""

    # -- what it keeps ------------------------------------------------------------------------------------------------
    storage: Storage | None = None
    """Where runs are recorded. None: in memory, as long as the agent lives."""
    user_id: str | None = None
    session_id: str | None = None
    """Defaults for runs that are given none. None: each run gets a session of its own; what `print_response` prints in one
    thread or task is one conversation."""
    session_state: dict[str, Any] | None = None
    """What a session's state starts with. Every run works on a copy."""
    save_response_to_file: str | None = None
    """A path, with `{name}`, `{session_id}`, `{user_id}`, `{message}` and `{run_id}` filled in."""

    # -- what it knows of before --------------------------------------------------------------------------------------
    add_history_to_messages: bool = False
    """Tell the model what was said before in the session: whole runs, oldest first, after the system message."""
    num_history_runs: int = 3
    """How many runs back. Those count that have ended and in which the model said something."""
    num_history_responses: int | None = None
    """The same by another name; it stands before `num_history_runs`."""
    num_history_messages: int | None = None
    """How many messages at most, in whole exchanges. Bounds of messages and tokens need no bound of runs beside them."""
    num_history_tokens: int | None = None
    """How many tokens at most, in whole exchanges; estimated as a quarter of the bytes sent."""

    read_chat_history: bool = False
    """Give the model a tool, `get_chat_history`, that reads what was said in this session."""
    read_tool_call_history: bool = False
    """Give the model a tool, `get_tool_call_history`, that reads the latest tool calls of this session."""
    search_previous_sessions_history: bool = False
    """Give the model a tool, `get_previous_session_messages`, that reads earlier sessions of the same user."""
    num_history_sessions: int | None = None
    """How many of them, the latest ones. None: all."""

    # -- what it remembers --------------------------------------------------------------------------------------------
    db: Storage | str | None = None
    """One place for runs, sessions and memories: a storage, a file, or a URL (`sqlite:///…`, `postgresql://…`). In place of
    `storage`, and of the `db` of a memory that has none."""
    memory: Memory | None = None
    """What is remembered about users, across sessions. None: a memory in the storage of the runs."""
    enable_agentic_memory: bool = False
    """Give the model a tool that changes what is remembered about the user."""
    enable_user_memories: bool = False
    """After each run, ask the memory's model what to remember of what the user said."""
    add_memory_references: bool | None = None
    """Tell the model what is remembered about the user. None: where one of the two above is on."""
    enable_session_summaries: bool = False
    """After each run, ask the memory's model to summarise the session."""
    add_session_summary_references: bool | None = None
    """Tell the model the summary of the session. None: where summaries are made."""

    # -- what callers see ---------------------------------------------------------------------------------------------
    stream: bool = False
    """Whether `run` streams when it is not told."""
    stream_intermediate_steps: bool = False
    store_events: bool = False
    events_to_skip: Sequence[RunEvent | str] | None = None
    """Events that `store_events` leaves out. None: the pieces of streamed text."""
    debug_mode: bool = False
    debug_level: int = 1
