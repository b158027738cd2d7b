"""What the tests of models share: the service's own schema, and ways to ask a model in every manner it can be asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from graphagent.models.base import Delta, Model, Reply, Request

SCHEMA = Path(__file__).parent.parent / "data" / "openai_chat_completions.json"

Check: TypeAlias = Callable[[dict[str, Any]], list[str]]
Ask: TypeAlias = Callable[[Model, Request], Reply]
Manners: TypeAlias = dict[str, Ask]


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/CreateChatCompletionRequest"})


@pytest.fixture(scope="session")
def check_request() -> Check:
    """For `LocalProvider(check=…)`: refuse what the service's own schema refuses."""
    return lambda body: [f"{error.json_path}: {error.message[:500]}" for error in validator().iter_errors(body)]


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for the tests of a module, so that their asynchronous requests share a client."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def manners(loop: asyncio.Runner) -> Manners:
    """The four ways to ask. Each returns the whole reply, without the one field that is measured by a clock."""

    def settled(*items: Delta | Reply) -> Reply:
        *deltas, reply = items
        assert isinstance(reply, Reply)
        assert all(isinstance(delta, Delta) for delta in deltas)
        for kind in ("content", "reasoning"):
            pieces = "".join(getattr(delta, kind) or "" for delta in deltas)
            assert not deltas or pieces == (getattr(reply, kind) or ""), "the deltas are not the reply"
        return replace(reply, time_to_first_token=None)

    async def gathered(model: Model, request: Request) -> list[Delta | Reply]:
        return [item async for item in model.astream(request)]

    return {
        "ask": lambda model, request: settled(model.ask(request)),
        "aask": lambda model, request: settled(loop.run(model.aask(request))),
        "stream": lambda model, request: settled(*model.stream(request)),
        "astream": lambda model, request: settled(*loop.run(gathered(model, request))),
    }
