"""The memories of users and the summaries of their sessions: kept in a storage, changed by hand or by a model."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from graphagent.exceptions import DefinitionError, MemoryNotFound
from graphagent.memory.asking import ahold, hold
from graphagent.memory.draft import Update, clean
from graphagent.memory.manager import MemoryManager, chosen
from graphagent.memory.schema import SessionSummary, UserMemory
from graphagent.memory.summarizer import SessionSummarizer
from graphagent.options import Options
from graphagent.storage.notebook import Operation
from graphagent.storage.storable import storable
from graphagent.utils import clock
from graphagent.utils.identity import uuid7

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from graphagent.models.base import Model, Reply, Request
    from graphagent.storage.base import Storage
    from graphagent.storage.notebook import Notebook, Version

Method = Literal["last_n", "first_n", "agentic"]


class Memory(Options):
    """What is remembered about users. Immutable; one object serves many users, agents, threads and tasks at once.

    Every method is about one user, `user_id`, and touches nothing of another; None is a user, too. Only `clear` is about
    all of them. All raise `StorageError`s for what goes wrong with the database.
    """

    model: Model | None = None
    """The model that is asked what to remember. None: that of the agent, else the default of `OpenAIChat`."""
    db: Storage | None = None
    """Where it is kept: `SqliteMemoryDb`, `PostgresMemoryDb`, or any storage. None: in this process."""
    memory_manager: MemoryManager | None = None
    summarizer: SessionSummarizer | None = None
    delete_memories: bool = True
    """Whether a model may delete a memory of the user it serves."""
    clear_memories: bool = True
    """Whether a model may delete all memories of the user it serves."""
    reference_limit: int | None = 100
    """How many memories, the latest, an agent's model and the memory model are shown. None: all."""
    timeout: float = 60.0
    """Seconds an update may take before a run goes on without it."""
    debug_mode: bool = False
    """Log whole requests and replies."""

    @cached_property
    def storage(self) -> Storage:
        """Where it is kept."""
        if self.db is not None:
            return self.db
        from graphagent.storage.memory import MemoryStorage

        return MemoryStorage()

    def notebook(self, user_id: str | None = None) -> Notebook:
        """The rows about one user."""
        return self.storage.notebook(user_id)

    # -- memories, by hand --------------------------------------------------------------------------------------------

    def get_user_memories(self, user_id: str | None = None) -> list[UserMemory]:
        """What is remembered about a user, in the order in which it was written."""
        return list(map(UserMemory.of, self.notebook(user_id).memories()))

    def get_user_memory(self, memory_id: str, user_id: str | None = None) -> UserMemory:
        """One memory. Raises `MemoryNotFound` where the user has none of that id."""
        last = self.notebook(user_id).history(memory_id)
        if not last or not last[-1].is_current:
            raise missing(memory_id)
        return UserMemory.of(last[-1])

    def get_user_memory_history(self, memory_id: str, user_id: str | None = None) -> list[UserMemory]:
        """All versions of a memory, oldest first. Of one that was deleted, the texts are gone."""
        return list(map(UserMemory.of, self.notebook(user_id).history(memory_id)))

    def add_user_memory(self, memory: UserMemory, user_id: str | None = None) -> str:
        """Remember something about a user. Returns its id. Raises `NotStorable` for text that is none."""
        id = memory.memory_id or uuid7()
        if not self._write(user_id, operation("add", id, memory)):
            raise DefinitionError(f"There is a memory of the id {id!r} already, or there was; leave the id out.")
        return id

    def replace_user_memory(self, memory_id: str, memory: UserMemory, user_id: str | None = None) -> str:
        """Put something else in the place of a memory. Returns its id. Raises `MemoryNotFound`, `NotStorable`."""
        if not self._write(user_id, operation("replace", memory_id, memory)):
            raise missing(memory_id)
        return memory_id

    def delete_user_memory(self, memory_id: str, user_id: str | None = None) -> None:
        """Delete a memory with its history. Raises `MemoryNotFound`."""
        if not self._write(user_id, Operation("delete", memory_id)):
            raise missing(memory_id)

    def clear_user_memories(self, user_id: str | None = None) -> int:
        """Delete all memories of one user. Returns how many there were."""
        return self.notebook(user_id).clear(clock.now())

    def clear(self) -> int:
        """Delete all memories and summaries of all users in this `table_name`. No model can do that. Returns how many memories."""
        users = [user for _, user in self.storage.remembered()]
        for user in users:
            self.notebook(user).forget_summaries()
        return sum(map(self.clear_user_memories, users))

    def search_user_memories(
        self,
        query: str | None = None,
        limit: int | None = None,
        retrieval_method: Method | None = None,
        user_id: str | None = None,
    ) -> list[UserMemory]:
        """Memories of a user.

        Args:
            query: What to look for.
            limit: How many at most. None: all that fit.
            retrieval_method: None: those with words of the query, best first, found by the full-text index of the
                database; without a query, as `last_n`. `last_n` and `first_n`: the last or first ones, in the order in
                which they were written. `agentic`: those that a model chooses, best first.
            user_id: Whose.

        Raises:
            DefinitionError: The method is unknown, or needs a query.
            ModelError: `agentic`, and the model gave no usable answer.
        """
        found = self._found(query, limit, retrieval_method, user_id)
        if found is not None:
            return found
        memories = self._shown(user_id)
        return picked(memories, hold(chosen(memories, query or ""), self._asked(None)), limit)

    async def asearch_user_memories(
        self,
        query: str | None = None,
        limit: int | None = None,
        retrieval_method: Method | None = None,
        user_id: str | None = None,
    ) -> list[UserMemory]:
        """`search_user_memories`, without blocking the event loop."""
        import asyncio

        found = await asyncio.to_thread(self._found, query, limit, retrieval_method, user_id)
        if found is not None:
            return found
        memories = await asyncio.to_thread(self._shown, user_id)
        return picked(memories, await ahold(chosen(memories, query or ""), self._asked(None)), limit)

    # -- memories, by a model -----------------------------------------------------------------------------------------

    def create_user_memories(self, message: str, user_id: str | None = None) -> Update:
        """Have the model remember what a message of the user is worth. Returns what was changed.

        Raises:
            ModelError: The model failed; nothing was changed.
        """
        return self._written(user_id, hold(self.update(message, user_id), self.manager_model()))

    async def acreate_user_memories(self, message: str, user_id: str | None = None) -> Update:
        """`create_user_memories`, without blocking the event loop."""
        import asyncio

        update = await ahold(self.update(message, user_id), self.manager_model())
        return await asyncio.to_thread(self._written, user_id, update)

    def update_memory_task(self, task: str, user_id: str | None = None) -> Update:
        """Have the model do something with the memories of a user. Returns and raises as `create_user_memories`."""
        return self._written(user_id, hold(self.update(task, user_id, is_task=True), self.manager_model()))

    async def aupdate_memory_task(self, task: str, user_id: str | None = None) -> Update:
        """`update_memory_task`, without blocking the event loop."""
        import asyncio

        update = await ahold(self.update(task, user_id, is_task=True), self.manager_model())
        return await asyncio.to_thread(self._written, user_id, update)

    def update(self, text: str, user_id: str | None, *, is_task: bool = False) -> Generator[Request, Reply, Update]:
        """The conversation that finds what to change; it changes nothing."""
        notebook = self.notebook(user_id)
        return (
            yield from (self.memory_manager or MemoryManager()).update(
                self._shown(user_id),
                f"Do this with the memories: {text}" if is_task else f"What the user said:\n{text}",
                everything=lambda: [version.id for version in notebook.memories()],
                delete=self.delete_memories,
                clear=self.clear_memories,
            )
        )

    def manager_model(self, otherwise: Model | None = None) -> Model:
        """The model that is asked what to remember; `otherwise` that of the agent."""
        return self._asked(self.memory_manager.model if self.memory_manager else None, otherwise)

    # -- summaries ----------------------------------------------------------------------------------------------------

    def get_session_summary(self, session_id: str, user_id: str | None = None) -> SessionSummary | None:
        """What a session of a user was about; None where nobody summarised it."""
        found = self.notebook(user_id).summaries(session_id)
        return SessionSummary.of(found[0]) if found else None

    def get_session_summaries(self, user_id: str | None = None) -> list[SessionSummary]:
        """What each session of a user was about."""
        return list(map(SessionSummary.of, self.notebook(user_id).summaries()))

    def delete_session_summary(self, session_id: str, user_id: str | None = None) -> int:
        """Delete all that was said about a session. Returns how many summaries there were, of all its runs."""
        return self.notebook(user_id).forget_summaries(session_id)

    def summarize(self, before: str | None, said: str, model: Model) -> Generator[Request, Reply, dict[str, Any]]:
        """The conversation that finds a summary; it changes nothing."""
        return (self.summarizer or SessionSummarizer()).summarize(before, said, model)

    def summarizer_model(self, otherwise: Model | None = None) -> Model:
        """The model that is asked for summaries; `otherwise` that of the agent."""
        return self._asked(self.summarizer.model if self.summarizer else None, otherwise)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _write(self, user_id: str | None, *operations: Operation) -> int:
        storable([list(operation) for operation in operations], path="$.memory")
        return self.notebook(user_id).write(operations, clock.now())

    def _written(self, user_id: str | None, update: Update) -> Update:
        self._write(user_id, *update.operations)
        return update

    def _shown(self, user_id: str | None) -> list[UserMemory]:
        return list(map(UserMemory.of, self.notebook(user_id).memories(limit=self.reference_limit)))

    def _found(
        self, query: str | None, limit: int | None, method: Method | None, user_id: str | None
    ) -> list[UserMemory] | None:
        """What the database finds; None where a model is to be asked."""
        if method not in {None, "last_n", "first_n", "agentic"}:
            raise DefinitionError(f"retrieval_method is None, 'last_n', 'first_n' or 'agentic', not {method!r}.")
        if method == "agentic":
            if not query:
                raise DefinitionError("Retrieval by a model needs a query: search_user_memories(query=…).")
            return None
        notebook = self.notebook(user_id)
        found: Iterable[Version]
        if method is None and query is not None:
            found = notebook.search(query, limit)
        else:
            found = notebook.memories(limit=limit, first=method == "first_n")
        return list(map(UserMemory.of, found))

    def _asked(self, given: Model | None, otherwise: Model | None = None) -> Model:
        model = given or self.model or otherwise
        if model is not None:
            return model
        from graphagent.models.openai import OpenAIChat

        return OpenAIChat()


def operation(kind: Literal["add", "replace"], id: str, memory: UserMemory) -> Operation:
    """The operation that writes a memory. Raises `DefinitionError` for an empty one."""
    text = clean(memory.memory)
    if not text:
        raise DefinitionError("A memory says something; this one is empty.")
    topics = None if memory.topics is None else list(map(clean, memory.topics))
    return Operation(kind, id, text, topics, memory.input and clean(memory.input))


def missing(memory_id: str) -> MemoryNotFound:
    """There is no such memory of this user."""
    return MemoryNotFound(f"This user has no memory of the id {memory_id!r}.")


def picked(memories: list[UserMemory], ids: list[str], limit: int | None) -> list[UserMemory]:
    """Memories by their ids, in the order of these."""
    by_id = {memory.memory_id: memory for memory in memories}
    return [by_id[id] for id in ids[:limit]]
