"""What a type checker knows of the public face. Checked by mypy; run, it only says that the code is real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import assert_type

import pytest

from graphagent import Agent, Function, RunResponse, RunResponseEvent, tool
from graphagent.exceptions import DefinitionError
from graphagent.models import ScriptedModel


@tool
def add(a: int, b: int) -> int:
    """Add."""
    return a + b


@tool(requires_confirmation=True)
def pay(cents: int) -> str:
    """Pay."""
    return f"paid {cents}"


def agent() -> Agent:
    return Agent(model=ScriptedModel(lambda _: "ok"), tools=[add, pay], markdown=True)


def test_a_run_is_a_response_and_a_streamed_one_an_iterator_of_events() -> None:
    assert_type(agent().run("Go."), RunResponse)
    assert_type(agent().run("Go.", stream=False), RunResponse)
    assert_type(agent().run("Go.", stream=True), Iterator[RunResponseEvent])


def test_so_it_is_on_an_event_loop() -> None:
    async def main() -> None:
        assert_type(await agent().arun("Go."), RunResponse)
        stream = await agent().arun("Go.", stream=True)
        assert_type(stream, AsyncIterator[RunResponseEvent])
        assert [event.content async for event in stream] == ["ok"]

    asyncio.run(main())


def test_a_tool_is_called_as_the_function_it_was() -> None:
    assert_type(add(1, 2), int)
    assert_type(pay(cents=5), str)
    assert isinstance(add, Function)


def test_wrong_options_are_found_by_the_checker_and_at_once() -> None:
    with pytest.raises(DefinitionError):
        Agent(modle=None)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        agent().name = "other"  # type: ignore[misc]
