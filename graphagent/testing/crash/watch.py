"""Finds the points by itself: around every statement and commit, every model call and every tool call of this process."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from graphagent.storage.memory import MemoryStorage
from graphagent.tools.function import Function

if TYPE_CHECKING:
    from graphagent.engine.run import Run
    from graphagent.storage.base import Head
    from graphagent.testing.crash.outside import Outside
    from graphagent.testing.crash.points import Points

NOTHING: Mapping[str, Any] = MappingProxyType({})
NAMED = re.compile(r"(?i)\b(?:INTO|UPDATE|FROM|TABLE|INDEX|PRAGMA)\s+(\w+)")


def described(sql: str) -> str:
    """What a statement does, in two or three words: `commit COMMIT`, `sql INSERT step`."""
    verb = (sql.split() or [""])[0].upper().rstrip(";")
    if verb == "COMMIT":
        return "commit COMMIT"
    if verb == "ROLLBACK" and " TO " in sql:
        return "sql ROLLBACK TO"
    table = NAMED.search(sql)
    return f"sql {verb} {table[1]}" if table else f"sql {verb}"


class Connection:
    """A connection to SQLite with a point before and after everything that it is told to do."""

    def __init__(self, real: Any, points: Points, committed: Callable[[Any], None] | None) -> None:
        self._real = real
        self._points = points
        self._committed = committed

    def execute(self, sql: str, *given: Any) -> Any:
        with self._points.around(described(sql)):
            done = self._real.execute(sql, *given)
            if self._committed is not None and sql == "COMMIT":
                self._committed(self._real)
            return done

    def executescript(self, sql: str) -> Any:
        with self._points.around(described(sql)):
            return self._real.executescript(sql)

    def executemany(self, sql: str, rows: Iterable[Any]) -> Any:
        """Every row is a statement."""

        def one_by_one() -> Iterator[Any]:
            for row in rows:
                self._points(f"before {described(sql)}")
                yield row

        done = self._real.executemany(sql, one_by_one())
        self._points(f"after {described(sql)}")
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@contextmanager
def watched(points: Points, outside: Outside, committed: Callable[[Any], None] | None = None) -> Generator[None]:
    """Let this process pass points wherever it touches a database or calls a tool.

    Args:
        points: What counts them.
        outside: Where it is written that a tool begins to act.
        committed: Called with the connection to SQLite right after each commit.
    """
    with ExitStack() as stack:
        if sqlite := sys.modules.get("sqlite3"):
            connect = sqlite.connect
            wrapped = lambda *asked, **options: Connection(connect(*asked, **options), points, committed)  # noqa: E731 - it is as short as what it wraps
            stack.enter_context(patch.object(sqlite, "connect", wrapped))
        if psycopg := sys.modules.get("psycopg"):
            from graphagent.testing.crash.postgres import watched_postgres

            stack.enter_context(watched_postgres(psycopg, points))
        stack.enter_context(patch.object(MemoryStorage, "save", recording(MemoryStorage.save, points)))
        stack.enter_context(patch.object(Function, "invoke", blocking(Function.invoke, points, outside)))
        stack.enter_context(patch.object(Function, "ainvoke", waiting(Function.ainvoke, points, outside)))
        yield


def recording(save: Callable[..., Any], points: Points) -> Callable[..., Any]:
    """`MemoryStorage.save` with a point before and after."""

    def watched_save(self: MemoryStorage, head: Head, run: Run) -> Any:
        with points.around("commit SAVE"):
            return save(self, head, run)

    return watched_save


def blocking(invoke: Callable[..., Any], points: Points, outside: Outside) -> Callable[..., Any]:
    """`Function.invoke` with a point before and after, and its start put on record outside."""

    def watched_invoke(
        self: Function, arguments: dict[str, Any], injected: Mapping[str, Any] = NOTHING, **options: Any
    ) -> Any:
        points(f"before tool {self.name}")
        start(self, injected, outside)
        points(f"within tool {self.name}")
        value = invoke(self, arguments, injected, **options)
        points(f"after tool {self.name}")
        return value

    return watched_invoke


def waiting(ainvoke: Callable[..., Any], points: Points, outside: Outside) -> Callable[..., Any]:
    """`Function.ainvoke`, likewise."""

    async def watched_ainvoke(
        self: Function, arguments: dict[str, Any], injected: Mapping[str, Any] = NOTHING, **options: Any
    ) -> Any:
        points(f"before tool {self.name}")
        start(self, injected, outside)
        points(f"within tool {self.name}")
        value = await ainvoke(self, arguments, injected, **options)
        points(f"after tool {self.name}")
        return value

    return watched_ainvoke


def start(function: Function, injected: Mapping[str, Any], outside: Outside) -> None:
    """From here on the outside world is changed."""
    scope = injected.get("run_context")
    if scope is None:
        return  # called by hand, not by a run
    outside.write(
        "start", tool=function.name, policy=function.policy, run=scope.run_id, call=scope.call_id,
        key=injected.get("idempotency_key"),
    )  # fmt: skip
