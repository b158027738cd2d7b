"""What a run is told of before: history as messages, and whatever else is known as part of the one system message."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from graphagent.agent.memories import adds_memories, adds_summary, aside, recollect, recollected
from graphagent.run.history import Budget, history

if TYPE_CHECKING:
    from graphagent.agent.agent import Agent
    from graphagent.agent.configuration import Configuration
    from graphagent.agent.execution import Execution
    from graphagent.storage.base import Head


class Recalled(NamedTuple):
    """What was found: `references` are recorded; `notes` and `messages` are put in again from them when a run is loaded.

    `references` is a dict of JSON values, one key for each kind of rows referred to (`runs`: see `history.Reference`).
    `notes` are texts for the system message, and `messages` is history in wire form, joined by commas.
    """

    references: dict[str, Any]
    notes: list[str]
    messages: bytes = b""


def recalls(agent: Configuration) -> bool:
    """Whether runs of an agent are told anything of before."""
    return agent.add_history_to_messages or adds_memories(agent) or adds_summary(agent)


def gathered(agent: Agent, head: Head) -> Recalled:
    """What a new run is told of before. Reads the storage, and changes nothing."""
    references: dict[str, Any] = {}
    notes: list[str] = []
    messages = b""
    if agent.add_history_to_messages:
        runs, messages = history(agent.store, head.session_id, budget(agent))
        references["runs"] = [reference if reference.skipped else reference[:2] for reference in runs]
    if adds_memories(agent) or adds_summary(agent):
        remembered, notes = recollect(agent, head)
        references |= remembered
    return Recalled(references, notes, messages)


# -- how that reaches the run -------------------------------------------------------------------------------------------


def budget(agent: Configuration) -> Budget:
    """How much history is given. A budget of messages or tokens stands alone, unless runs are bounded as well."""
    runs: int | None = agent.num_history_runs
    if agent.num_history_responses is not None:
        runs = agent.num_history_responses
    elif "num_history_runs" not in agent.options() and (agent.num_history_messages or agent.num_history_tokens):
        runs = None
    return Budget(runs, agent.num_history_messages, agent.num_history_tokens)


def recall(execution: Execution) -> Generator[None]:
    """Tell a run what was before."""
    feed(execution, gathered(execution.agent, execution.head))
    yield None


async def arecall(execution: Execution) -> AsyncGenerator[None]:
    """`recall`, on an event loop."""
    feed(execution, await aside(execution.agent, gathered, execution.agent, execution.head))
    yield None


def feed(execution: Execution, found: Recalled) -> None:
    """Feed a run what was found. The first message is the notes, if there are any."""
    note = message(execution.agent, found.notes)
    data = {**found.references, "noted": len(note)} if note else found.references
    execution.feed("recalled", data, b",".join(filter(None, (note, found.messages))))


def note(agent: Agent, head: Head, references: dict[str, Any]) -> bytes:
    """The notes that references led to, read again for a run that was loaded. What was deleted since is left out."""
    return message(agent, recollected(agent, head, references))


def message(agent: Configuration, notes: list[str]) -> bytes:
    """Notes as a system message in wire form; nothing where there are none."""
    if not notes:
        return b""
    return to_json({"role": agent.system_message_role, "content": "\n\n".join(notes)})
