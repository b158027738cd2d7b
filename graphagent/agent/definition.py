"""An agent, compiled: its tools by name, what its runs may visit, and the digest that runs are pinned to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from graphagent.agent.recall import recalls
from graphagent.engine.call import DEFAULT_TIMEOUT, REPEATABLE, TRANSACTIONAL
from graphagent.engine.graph import plan
from graphagent.engine.limits import Limits
from graphagent.run.events import skipped
from graphagent.tools.toolset import Toolset

if TYPE_CHECKING:
    from graphagent.agent.configuration import Configuration
    from graphagent.models.base import Model
    from graphagent.tools.function import Function


class Definition:
    """What a run needs of its agent. Made once for an agent, when it first runs; never changed."""

    def __init__(self, agent: Configuration) -> None:
        self.toolset = Toolset([*agent.tools, *own_tools(agent)])
        self.functions: dict[str, Function] = self.toolset.functions
        functions = self.functions.values()
        self.plan = plan(
            tools=bool(functions),
            unrepeatable=any(function.policy not in REPEATABLE for function in functions),
            gated=any(function.gate for function in functions),
            remembers=agent.enable_user_memories or agent.enable_session_summaries,
            recalls=recalls(agent),
        )
        self.is_transactional = any(function.policy == TRANSACTIONAL for function in functions)
        self.limits = Limits(steps=agent.step_limit, tool_calls=agent.tool_call_limit, retries=agent.retries)
        self.skipped = skipped(agent.events_to_skip)
        self.agent_name = agent.name
        self._given_id = agent.agent_id or agent.name
        self._model = agent.model

    @cached_property
    def agent_id(self) -> str:
        """The id that was given, else the name, else one derived from what the agent is."""
        return self._given_id or f"agent-{self.hash[:12]}"

    @cached_property
    def model(self) -> Model:
        if self._model is not None:
            return self._model
        from graphagent.models.openai import OpenAIChat

        return OpenAIChat()

    def marks(self, name: str, made: int) -> dict[str, Any]:
        """What the journal must know of a call to this tool, beyond its name and arguments.

        `made` is the number of calls that the run has made before it.
        """
        if name not in self.functions:
            return {"problem": "Error: The requested tool does not exist or is not available.", "policy": "read"}
        if self.limits.tool_calls is not None and made >= self.limits.tool_calls:
            told = f"Tool call limit reached. Tool call {name} not executed. Don't try to execute it again."
            return {"problem": told, "policy": "read"}
        return dict(self._marks[name])

    @cached_property
    def _marks(self) -> dict[str, dict[str, Any]]:
        return {name: _marks(function) for name, function in self.functions.items()}

    @cached_property
    def description(self) -> bytes:
        """What a parked run needs, as JSON: gates, policies and schemas of its tools. No instructions, no dates."""
        tools = {
            name: {
                "gate": function.gate,
                "policy": function.policy,
                "parameters": function.parameters,
                **({"form": function.form({}).parameters} if function.gate == "input" and not function.asks else {}),
            }
            for name, function in sorted(self.functions.items())
        }
        return to_json({"plan": sorted(self.plan), "tools": tools})

    @cached_property
    def hash(self) -> str:
        """SHA-256 of `description`, in hexadecimal."""
        from hashlib import sha256

        return sha256(self.description).hexdigest()


def own_tools(agent: Configuration) -> Iterator[Function]:
    """The tools that options bring with them."""
    if agent.enable_agentic_memory:
        from graphagent.agent.memories import memory_tool

        yield memory_tool(agent)
    if agent.read_chat_history or agent.read_tool_call_history or agent.search_previous_sessions_history:
        from graphagent.agent.looking_back import looking_back

        yield from looking_back(agent)


def _marks(function: Function) -> dict[str, Any]:
    """What is recorded of every call to a tool, where it differs from the common case."""
    marks: dict[str, Any] = {}
    if function.gate:
        marks["gate"] = function.gate
    if function.expires_after is not None:
        marks["expires"] = function.expires_after
    if function.policy != "once":
        marks["policy"] = function.policy
    if function.timeout != DEFAULT_TIMEOUT:
        marks["timeout"] = function.timeout
    if function.stop_after_tool_call:
        marks["stops"] = True
    if function.show_result:
        marks["shows"] = True
    return marks
