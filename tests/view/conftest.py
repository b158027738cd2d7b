"""A browser to look at files with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Browser, chromium, watched


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for a whole file of tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(shared: Browser) -> Iterator[Browser]:
    """A browser in which no script failed and nothing was asked of anybody."""
    with watched(shared) as browser:
        yield browser
