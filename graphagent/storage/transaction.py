"""A tool that writes to the database of its own run: what it does and the step that says so are one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from graphagent.exceptions import ToolError
from graphagent.storage.rows import Offer

if TYPE_CHECKING:
    from graphagent.engine.run import Run, Step
    from graphagent.storage.base import Head

    Act = Callable[["Transaction", Run], None]

FIRST_WORD: Final = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]*)", re.DOTALL)
OURS: Final = frozenset(
    ("ABORT", "BEGIN", "COMMIT", "END", "PREPARE", "RELEASE", "ROLLBACK", "SAVEPOINT", "START")
)  # statements that begin or end a transaction: this one is neither begun nor ended by a tool


class Transaction:
    """What a tool of policy `transactional` gets as its parameter `transaction`: the one that its result is recorded in.

    It is of use until the tool returns or raises. What was executed is committed with the result; if the tool raises, it
    is undone, and the error is the result.
    """

    __slots__ = ("_session", "_wrote")

    def __init__(self, session: Any) -> None:
        self._session = session
        self._wrote = False

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Execute one statement and return the cursor of the driver: `fetchone()`, `fetchall()`, `rowcount`.

        Args:
            sql: In the language of the database. On Postgres names are looked up in the schema of the storage first;
                others are written in full, as in `public.account`.
            parameters: For `?` on SQLite and `%s` on Postgres.

        Raises:
            ToolError: The tool is over, or the statement would begin or end a transaction.
            Exception: What the driver raises.
        """
        if self._session is None:
            raise ToolError("The transaction of this call is over: it ends when the tool returns.")
        word = FIRST_WORD.match(sql)
        if word and word[1].upper() in OURS:
            raise ToolError(f"A tool does not execute {word[1].upper()}: its transaction ends with its result.")
        if not self._wrote:
            self._session.execute("SAVEPOINT tool")
            self._wrote = True
        return self._session.execute(sql, parameters) if parameters else self._session.execute(sql)

    def undo(self) -> None:
        """Take back all that was executed."""
        if self._wrote:
            self._session.execute("ROLLBACK TO SAVEPOINT tool")

    def end(self) -> None:
        """From now on it is of no use."""
        self._session = None


class Acting:
    """One call, from what it does in a transaction to its steps on record.

    A transaction may have to be made again. Then the tool is called again, with a copy of the run as it was: nothing that
    an earlier attempt did or told is left.
    """

    def __init__(self, head: Head, run: Run, act: Act) -> None:
        self.head = head
        self.run = run
        self.act = act
        self.offer: Offer | None = None

    def attempt(self, session: Any) -> list[Offer]:
        """Act, and return what is to be written of it: one offer, or none."""
        run = copied(self.run)
        transaction = Transaction(session)
        try:
            self.act(transaction, run)
        finally:
            transaction.end()
        offer = Offer(self.head, run)
        self.offer = offer if offer.take() else None
        return [offer] if self.offer else []

    def settle(self, space: str | None) -> list[Step]:
        """It is on record: let the run itself know, and return its steps."""
        if self.offer is None:
            return []
        self.offer.settle(space)
        for step in self.offer.steps:
            self.run.feed(step.trigger, step.data, step.messages, at=step.at)
        self.run.fresh.clear()
        return self.offer.steps


def copied(run: Run) -> Run:
    """A copy that can be fed what becomes of its latest calls. What is settled for good it shares with the run."""
    settled = [call for call in run.calls.values() if call not in run.batch]
    return deepcopy(run, {id(each): each for each in (*settled, *run.replies)})
