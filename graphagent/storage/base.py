"""What every storage gives: runs put on record step by step, fenced, and found again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar, TypeVarTuple

from graphagent.exceptions import DefinitionError
from graphagent.storage.session import EVERYBODY, Deleted, Everybody, Session

if TYPE_CHECKING:
    import networkx

    from graphagent.engine.run import Run, Step
    from graphagent.storage.notebook import Learnt, Notebook
    from graphagent.storage.requests import Kind, Request, Status
    from graphagent.storage.retention import Pruned
    from graphagent.storage.transaction import Transaction

Asked = TypeVarTuple("Asked")
Found = TypeVar("Found")

# A transition that lets an effect begin, or that somebody decided: losing it in a power cut would be a silent second start.
SYNCED: Final = frozenset(
    ("call", "start", "approve", "reject", "revise", "answer", "deliver", "settle", "recover", "cancel")
)

# What these carry as messages stands in the rows their data refer to, and is never recorded a second time. Such a step
# loads with no messages: whoever goes on with the run splices them in, from those rows, before it is replayed.
REFERRING: Final = frozenset(("recalled",))


DAMAGED: Final = "damaged"  # in place of the state of a run that cannot be read back


@dataclass(slots=True, kw_only=True)
class Head:
    """What is known of a run without reading its steps, and what its copy in this process believes of the record.

    Times are microseconds since the epoch. `space` is the storage's `table_name`, `definition` the hash of what the run
    needs of its agent and `description` that definition as JSON: recorded once for all runs that share it, with the
    first of them. `seq` and `epoch` are the fence: a save is refused unless the record still has them.
    """

    id: str
    session_id: str
    agent_id: str
    space: str = ""
    user_id: str | None = None
    agent_name: str | None = None
    definition: str = ""
    plan: frozenset[str] = frozenset()
    parent_id: str | None = None
    parent_seq: int | None = None
    state: str = ""
    seq: int = 0
    owner: str | None = None
    epoch: int = 0
    lease_until: int = 0
    created_at: int = 0
    updated_at: int = 0
    number: int = 0
    """Its row in the database. 0: not on record yet."""
    damage: str | None = None
    """Why it cannot be read back. Only its id is sure then; `state` is `damaged`, and what does not fit is left out."""
    description: bytes = field(default=b"", repr=False)
    unsure: bool = field(default=False, repr=False)
    """The last commit failed in a way that may have left it on record."""


class Storage(ABC):
    """Keeps runs. One object serves many runs, threads, event loops and processes at once.

    All methods raise `StorageError`s for what goes wrong with the database. What was recorded before stands then, and
    what was offered is kept by the run, to be offered again.
    """

    table_name: str | None
    """The space of what is kept here; None sees all."""

    is_shared: ClassVar[bool] = True
    """Whether other processes may see the same runs, so that leases have to be renewed."""

    is_transactional: ClassVar[bool] = False
    """Whether tools can write in the transactions that record their results."""

    @abstractmethod
    def save(self, head: Head, run: Run) -> list[Step]:
        """Put the fresh steps of a run on record, all or none, and return them; they are fresh no more.

        The first save of a head records the head too, and its session where that is new. `head.state`, `seq` and the
        times follow the record. What the steps change in the state of the session changes there, in the same transaction.

        Raises:
            SessionOwnershipError: The run begins in a session of another user. Nothing was written.
            StateConflict: A step changes what another run of the session has changed meanwhile. Nothing was written.
            StaleRun: The record has moved on, or has a run of that id already. Nothing was written.
            AlreadyResolved: A step decides about a request that is not pending, or is not what was shown. Nothing was
                written.
            NotStorable: A step carries what would not load back. Nothing was written.
            StorageBusy: The database was locked by others for too long.
            StorageReadOnly: The database cannot be written.
            StorageFull: There is no room left.
            DamagedData: The file is no database, or not in order.
        """

    @abstractmethod
    async def asave(self, head: Head, run: Run) -> list[Step]:
        """`save`, without blocking the event loop. Returns, like it, when the steps are on record.

        Cancelling it does not undo it: whether the steps got on record is then seen by what `run.fresh` still holds
        once the next save of this run returns.
        """

    def transact(self, head: Head, run: Run, act: Callable[[Transaction, Run], None]) -> list[Step]:
        """Let a tool write to the database, and put on record what came of it, in one transaction: both or nothing.

        Args:
            head: Of the run, whose steps so far are on record.
            run: Is fed what came of it, once that is on record.
            act: Writes, by the transaction, and feeds a copy of the run. It may be called more than once; of all but the
                last time nothing stands.

        Returns:
            The steps that were fed.

        Raises:
            DefinitionError: This storage has no transactions.
            StorageError: As `save` does. Nothing was written then.
        """
        raise DefinitionError(
            f"{type(self).__name__} has no transactions for a tool to write in. Use a SqliteStorage or PostgresStorage."
        )

    @abstractmethod
    def claim(self, head: Head, owner: str, until: int) -> None:
        """Take a run in hand: from now on only saves of this head are accepted, since the epoch is the next one.

        Args:
            head: The head as loaded. Its epoch, owner and lease follow the record.
            owner: Who takes it.
            until: When the lease ends unless it is renewed, in microseconds since the epoch.

        Raises:
            StaleRun: The record has moved on, or somebody else took it in between. Nothing was written.
        """

    @abstractmethod
    def renew(self, head: Head, until: int) -> bool:
        """Extend the lease of a run in hand. Returns whether it still is in the hand of this head."""

    @abstractmethod
    def load(self, run_id: str) -> tuple[Head, list[Step]]:
        """A run's head and all its steps, in order. Raises `RunNotFound`, or `DamagedData` naming the row."""

    def run_graph(self, run_id: str) -> networkx.MultiDiGraph[str]:
        """The plan of a run with the way it took; see `graphagent.engine.graph.run_graph`. Raises as `load`."""
        from graphagent.engine.graph import run_graph

        head, steps = self.load(run_id)
        return run_graph(head.id, head.plan, steps)

    @abstractmethod
    def steps(self, run_id: str, after: int = 0) -> list[Step]:
        """The steps of a run that follow step number `after`. Raises as `load` does."""

    @abstractmethod
    def runs(
        self,
        *,
        session_id: str | None = None,
        user_id: str | None = None,
        agent_id: str | None = None,
        state: str | Collection[str] | None = None,
        prefix: str | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Head]:
        """Heads of runs that fit all that is given, those recorded last first. One that cannot be read back has `damage`.

        Args:
            session_id: Of this session.
            user_id: Of this user.
            agent_id: Of this agent.
            state: In this state, or in one of these.
            prefix: Whose id begins like that.
            before: Only runs first recorded before the run of this id; pages go on from the last one shown.
            limit: At most so many. None: all.

        Raises:
            RunNotFound: There is no run `before`.
        """

    @abstractmethod
    def requests(
        self,
        *,
        run_id: str | None = None,
        kind: Kind | None = None,
        status: Status | None = "pending",
        before: int | None = None,
        limit: int | None = None,
    ) -> list[Request]:
        """What runs ask, or asked, of people, those asked last first. No run is loaded for it.

        One that cannot be read back has `damage`.

        Args:
            run_id: Of this run.
            kind: Of this kind.
            status: In this state. None: in any.
            before: Only those with a lower `number`; pages go on from the last one shown.
            limit: At most so many. None: all.
        """

    @abstractmethod
    def definition(self, hash: str) -> bytes | None:
        """The description, as JSON, that runs of this definition were recorded with; None where there is none."""

    @abstractmethod
    def notebook(self, user_id: str | None, space: str | None = None) -> Notebook:
        """What is remembered about one user, in this storage's `table_name` or in another `space`."""

    @abstractmethod
    def remembered(self) -> list[tuple[str, str | None]]:
        """About whom anything is remembered in this storage's `table_name`, or in any: `space` and user."""

    @abstractmethod
    def undelivered(self, agent_id: str | None) -> list[tuple[str | None, Learnt]]:
        """What runs of an agent changed in a memory that is kept elsewhere, and that it has not confirmed; with the user.

        None: of all agents. What cannot be read back has `damage`.
        """

    @abstractmethod
    def delivered(self, learnt: Learnt) -> None:
        """The memory that is kept elsewhere has it."""

    @property
    @abstractmethod
    def place(self) -> object:
        """What storages of one and the same database have in common, and others have not."""

    # -- sessions -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def session(self, session_id: str) -> Session | None:
        """The session of that id as it stands; None where no run has begun in it. Of several spaces, the latest one.

        Raises `DamagedData` where it cannot be read back.
        """

    @abstractmethod
    def sessions(
        self,
        *,
        user_id: str | Everybody | None = EVERYBODY,
        before: str | None = None,
        limit: int | None = None,
    ) -> list[Session]:
        """Sessions, those begun last first. One that cannot be read back has `damage`.

        Args:
            user_id: Of this user. None is the user that nobody named, and `EVERYBODY` whoever it is.
            before: Only sessions begun before the session of this id; pages go on from the last one shown.
            limit: At most so many. None: all.

        Raises:
            SessionNotFound: There is no session `before`.
        """

    @abstractmethod
    def ended(
        self, session_id: str, *, before: int | None = None, limit: int | None = None
    ) -> list[tuple[Head, list[Step]]]:
        """The runs of a session that have ended, with their steps, those recorded last first.

        Args:
            session_id: Of this session.
            before: Only runs whose head has a lower `number`.
            limit: At most so many. None: all.
        """

    @abstractmethod
    def rename_session(self, session_id: str, name: str | None) -> None:
        """Give a session a name. Raises `SessionNotFound`."""

    @abstractmethod
    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session with all its runs, for good, and say how much that was; nothing where there is none.

        A run of it that is under way elsewhere ends there with `StaleRun`.
        """

    @abstractmethod
    def delete_user(self, user_id: str | None) -> Deleted:
        """Delete all sessions of a user, as `delete_session`, and all that is remembered about them, in one transaction."""

    @abstractmethod
    def prune(self, before: int, at: int) -> Pruned:
        """Remove what runs carried that ended `before` an instant; their transitions stay, and that it was removed `at` one.

        Both are microseconds since the epoch.

        The state of sessions and what is remembered about users stay, too. A pruned run raises `RunPruned` where its
        messages are asked for, and is not recalled. It is not undone by anything.
        """

    async def aside(self, read: Callable[[*Asked], Found], *asked: *Asked) -> Found:
        """What a function gives that asks this storage something, without blocking the event loop."""
        return read(*asked)

    # -- its end ------------------------------------------------------------------------------------------------------

    def close(self) -> None:  # noqa: B027 - nothing to let go of is the common case
        """Let go of files and connections. Nothing is lost by it, and the storage opens again when it is used again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
