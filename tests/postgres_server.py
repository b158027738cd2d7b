"""A real Postgres server for tests: one that is given, or one started from a package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import NoReturn

import pytest

from graphagent.testing.crash import postgres

VARIABLE = "GRAPHAGENT_TEST_POSTGRES"
_numbers = count(1)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server: that of the environment, or one that lives as long as this context."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except ImportError as error:
            without(f"{error}; install the dependency group `test`")
        except (OSError, RuntimeError) as error:
            without(str(error))
        yield url


def without(why: str) -> NoReturn:
    """There is no server: an error where the gates are run, and a reason to skip elsewhere."""
    told = f"No Postgres server for the tests: {why}. Give them one with {VARIABLE}=postgresql://…"
    if os.environ.get("CI"):
        pytest.fail(told, pytrace=False)
    pytest.skip(told)


def fresh_schema() -> str:
    """A schema that no other test uses, nor another run of the tests on the same server."""
    return f"test_{os.getpid()}_{next(_numbers)}"
