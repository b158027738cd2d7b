"""A studio over a database that has a run in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import piped
from studios import AGENTS, TOKEN, Studio, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with agents and a database."""
    made = tmp_path_factory.mktemp("studio")
    (made / "shop.py").write_text(AGENTS, "utf-8")
    assert piped("run", "shop.py:answering", "hello", "--db", "graphagent.db", cwd=made).returncode == 0
    return made


@pytest.fixture(scope="module")
def studio(folder: Path) -> Iterator[Studio]:
    """A studio that needs no token."""
    yield from serving(folder)


@pytest.fixture(scope="module")
def locked(folder: Path) -> Iterator[Studio]:
    """A studio over the same database that needs a token."""
    yield from serving(folder, "--token", TOKEN)
