"""Faults to plant in the protocol, by name. Whoever claims that it is proven must catch every one of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest.mock import patch

from graphagent.engine.call import PLANNED, Call
from graphagent.engine.machine import TOOL

Plant = Callable[[ExitStack], None]


@contextmanager
def planted(name: str) -> Generator[None]:
    """Plant a fault in this process, for as long as the context lasts."""
    with ExitStack() as stack:
        FAULTS[name](stack)
        yield


def replace(stack: ExitStack, where: str, by: Any) -> None:
    """Put something in the place of what is there. Raises `AttributeError` where nothing is."""
    stack.enter_context(patch(where, by))


def original(where: str) -> Any:
    """What is there now."""
    module, _, name = where.rpartition(".")
    return getattr(sys.modules[module], name)


def without_check(column: str) -> Plant:
    """The update of a run's head does not look at this column any more."""

    def plant(stack: ExitStack) -> None:
        for name, module in list(sys.modules.items()):
            sql = vars(module).get("UPDATE_RUN") if name.startswith("graphagent.storage.") else None
            if not isinstance(sql, str):
                continue
            blind = re.sub(rf"run\.{column} = (\?|%s|%\(\w+\)s)", r"COALESCE(\1, 0) >= 0", sql)
            if blind == sql:
                raise LookupError(f"{name}.UPDATE_RUN does not check {column}: {sql}")
            stack.enter_context(patch.object(module, "UPDATE_RUN", blind))

    return plant


def result_before_intent(stack: ExitStack) -> None:
    """A tool is called before it is on record that it will be."""

    def drive(run: Any, perform: Any, save: Any) -> Generator[Any]:
        while (need := run.need()) is not None:
            if run.fresh and need.state != TOOL:
                yield from save(run)
            for said in perform(need):
                yield from save(run)
                if said is not None:
                    yield said
        yield from save(run)

    def started(execution: Any, call: Call) -> Iterable[None]:
        if call.status == PLANNED:
            execution.feed("start", {"call": call.id})
        return ()

    replace(stack, "graphagent.agent.execution.drive", drive)
    replace(stack, "graphagent.agent.perform.started", started)


def always_retry(stack: ExitStack) -> None:
    """A call that was interrupted is made again, whatever its policy."""
    replace(stack, "graphagent.agent.recover.verdict", lambda *_: "again")


def no_deadline(stack: ExitStack) -> None:
    """A call may begin however late it is."""
    stack.enter_context(patch.object(Call, "deadline", property(lambda call: None)))


def emit_before_commit(stack: ExitStack) -> None:
    """A caller is told of steps before they are on record."""
    drive = original("graphagent.agent.execution.drive")

    def hasty(run: Any, perform: Any, save: Any) -> Generator[Any]:
        def told_first(run: Any) -> Generator[Any]:
            yield from run.fresh.copy()
            save(run)

        yield from drive(run, perform, told_first)

    replace(stack, "graphagent.agent.execution.drive", hasty)


def key_per_attempt(stack: ExitStack) -> None:
    """Every attempt has an idempotency key of its own."""
    from graphagent.agent.scope import Scope

    injected = Scope.injected

    def numbered(self: Scope) -> dict[str, Any]:
        return injected(self) | {"idempotency_key": f"{self.idempotency_key}/{self.attempt}"}

    stack.enter_context(patch.object(Scope, "injected", numbered))


def split_commits(stack: ExitStack) -> None:
    """The head of a run and its steps are committed one after the other."""
    journal = original("graphagent.storage.journal.Journal")
    write = journal._write  # noqa: SLF001 - a fault is planted where nobody else may look

    class Split:
        def __init__(self, connection: Any) -> None:
            self.connection = connection

        def executemany(self, sql: str, rows: Any) -> Any:
            if "INTO step" in sql:
                self.connection.execute("COMMIT")
                self.connection.execute("BEGIN")
            return self.connection.executemany(sql, rows)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

    stack.enter_context(
        patch.object(journal, "_write", lambda self, connection, offers: write(self, Split(connection), offers))
    )


def writes_apart(stack: ExitStack) -> None:
    """What a transactional tool writes is committed before its result."""
    transaction = original("graphagent.storage.transaction.Transaction")
    execute = transaction.execute

    def hasty(self: Any, sql: str, parameters: Any = ()) -> Any:
        done = execute(self, sql, parameters)
        if sql.startswith("INSERT"):
            self._session.execute("COMMIT")
            self._session.execute("BEGIN")
            self._wrote = False
        return done

    stack.enter_context(patch.object(transaction, "execute", hasty))


def resume_ignores_waiting(stack: ExitStack) -> None:
    """Who goes on with a run takes what nobody has decided for agreed to."""
    from graphagent.run.decisions import Decider, approve

    carried = original("graphagent.agent.resume.carried")

    def obliging(run: Any, functions: Any, tools: Any) -> list[Any]:
        said = carried(run, functions, tools)
        decided = {decision.data["call"] for decision in said}
        waiting = [call for call in run.open.values() if call.gate == "confirm" and call.id not in decided]
        return [*said, *(decision for call in waiting for decision in approve(call, Decider()))]

    replace(stack, "graphagent.agent.resume.carried", obliging)


def unsynced_intent(stack: ExitStack) -> None:
    """An intent is not synced to the disk before its effect."""
    for name, module in list(sys.modules.items()):
        if name.startswith("graphagent.storage.") and "SYNCED" in vars(module):
            stack.enter_context(patch.object(module, "SYNCED", frozenset()))


FAULTS: Final[dict[str, Plant]] = {
    "no epoch check": without_check("epoch"),
    "no head check": without_check("seq"),
    "result before intent": result_before_intent,
    "always retry": always_retry,
    "no deadline": no_deadline,
    "emit before commit": emit_before_commit,
    "key per attempt": key_per_attempt,
    "split commits": split_commits,
    "tool writes apart": writes_apart,
    "resume ignores waiting": resume_ignores_waiting,
    "unsynced intent": unsynced_intent,
}
