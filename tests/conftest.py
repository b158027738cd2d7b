"""What holds for every test: how hard hypothesis searches, and that no test can reach a real provider."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from graphagent.testing import Item, LocalProvider

settings.register_profile("sample", max_examples=10, deadline=None, derandomize=True)
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

for name in [name for name in os.environ if name.startswith("OPENAI_")]:
    del os.environ[name]  # a key exported in a developer's shell would be spent, and would make tests pass only there


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A Postgres server for all tests; each has a schema of its own."""
    from postgres_server import server

    with server() as url:
        yield url


def oblige(request: dict[str, Any]) -> Item:
    """Answer as a model does that calls the first tool it is offered, once, and then says something."""
    from graphagent.testing import call, say

    if request["messages"][-1]["role"] == "user" and request.get("tools"):
        function = request["tools"][0]["function"]
        return call(function["name"], **dict.fromkeys(function["parameters"]["properties"], "to be or not to be"))
    return say("That is what I found.")


@pytest.fixture
def obliging_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalProvider]:
    """A local provider that code which names none is led to, in this process and in those it starts."""
    from graphagent.testing import LocalProvider

    with LocalProvider(oblige) as provider:
        monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", provider.api_key)
        yield provider
    assert provider.refused == []
