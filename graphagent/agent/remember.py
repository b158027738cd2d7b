"""What a run leaves behind: memories of its user and a summary of its session, on record with the run's last step.

The answer stands by then. Whatever goes wrong here is on record, in the log and in the event, and changes nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import TimeoutError as LateError
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphagent.agent.memories import adeliver, deliver, noted, operations
from graphagent.utils.log import logger
from graphagent.utils.redact import redacted_text

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.models.base import Model, Reply, Request


class Task(NamedTuple):
    """One thing to ask a model. `take` makes of what comes of it the data to put on record."""

    name: str
    conversation: Generator[Request, Reply, Any]
    model: Model
    take: Callable[[Any], dict[str, Any]]


def tasks(execution: Execution) -> list[Task]:
    """What there is to ask after this run. Reads no database: that is for the conversations."""
    agent, head = execution.agent, execution.head
    memory, own = agent.memories, execution.definition.model
    said = conversation_of(execution)
    asked = "\n\n".join(text for role, text in said if role == agent.user_message_role)
    found = []
    if agent.enable_user_memories and asked:
        found.append(Task("memories", memory.update(asked, head.user_id), memory.manager_model(own), operations_of))
    if agent.enable_session_summaries and said:
        model = memory.summarizer_model(own)
        text = "\n\n".join(f"{role}: {text}" for role, text in said)
        found.append(Task("summary", summarizing(execution, text, model), model, lambda summary: {"summary": summary}))
    return found


def summarizing(execution: Execution, said: str, model: Model) -> Generator[Request, Reply, dict[str, Any]]:
    """The conversation that finds the summary of the session, from the last one and this run."""
    memory, head = execution.agent.memories, execution.head
    before = memory.notebook(head.user_id).summaries(head.session_id)
    return (yield from memory.summarize(before[0].summary if before else None, said, model))


def operations_of(update: Any) -> dict[str, Any]:
    """What an update changes, and what of it could not be done."""
    return {**operations(update), **({"problems": update.problems} if update.problems else {})}


def conversation_of(execution: Execution) -> list[tuple[str, str]]:
    """Who said what in this run: the texts of its user and of its model."""
    from pydantic_core import from_json

    from graphagent.memory.manager import plain

    roles = (execution.agent.user_message_role, "assistant")
    messages = from_json(b"[%b]" % b",".join(execution.run.transcript))
    said = ((message["role"], plain(message.get("content"))) for message in messages)
    return [(role, text) for role, text in said if role in roles and text]


def remember(execution: Execution) -> Generator[None]:
    """Ask, and feed the run what came of it. Each model is asked in a thread, and waited for only so long."""
    from graphagent.agent.background import in_thread
    from graphagent.memory.asking import hold

    deliver(execution.agent, execution.head.agent_id)
    data: dict[str, Any] = {}
    under_way = [
        (task, in_thread(f"graphagent-{task.name}", partial(hold, task.conversation, task.model)))
        for task in attempted(execution, data)
    ]
    for task, future in under_way:
        try:
            data |= task.take(future.result(execution.agent.memories.timeout))
        except Exception as error:  # noqa: BLE001 - the answer stands, whatever a model raises
            failed(execution, data, task.name, error)
    feed(execution, data)
    yield from ()


async def aremember(execution: Execution) -> AsyncGenerator[None]:
    """`remember`, on an event loop."""
    import asyncio

    from graphagent.memory.asking import ahold

    await adeliver(execution.agent, execution.head.agent_id)
    data: dict[str, Any] = {}

    async def done(task: Task) -> None:
        try:
            async with asyncio.timeout(execution.agent.memories.timeout):
                found = await ahold(task.conversation, task.model)
            data.update(task.take(found))
        except Exception as error:  # noqa: BLE001 - the answer stands, whatever a model raises
            failed(execution, data, task.name, error)

    await asyncio.gather(*map(done, attempted(execution, data)))
    feed(execution, data)
    return
    yield


def attempted(execution: Execution, data: dict[str, Any]) -> list[Task]:
    """What there is to ask; nothing where even that cannot be found out."""
    try:
        return tasks(execution)
    except Exception as error:  # noqa: BLE001 - as above
        failed(execution, data, "memories", error)
        return []


def feed(execution: Execution, data: dict[str, Any]) -> None:
    """Feed the run what is to be remembered. What could not be found out is said with it."""
    for problem in data.get("problems", ()):
        logger.warning("Run %s: a change of memory was not made: %s", execution.run.id, problem)
    learns = "memories" in data or "summary" in data
    execution.feed("remembered", (noted(execution.agent, data) if learns else data) or None)


def failed(execution: Execution, data: dict[str, Any], name: str, error: Exception) -> None:
    """Put on record why an update failed."""
    late = isinstance(error, LateError | TimeoutError)
    told = f"it took longer than {execution.agent.memories.timeout:g} seconds" if late else redacted_text(str(error))
    data.setdefault("errors", {})[name] = {"type": type(error).__name__, "message": told or type(error).__name__}
    logger.warning("Run %s: the update of %s failed: %s", execution.run.id, name, told, exc_info=error)
