"""Whatever a tool does wrong is its result: the model is told, and the run goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from gates import COLOURS, begin

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage


def agent_of(*tools: Any, script: Any = None) -> Agent:
    """An agent whose model calls each of these tools in one reply, and then ends."""
    calls = [call(one.name).with_id(one.name) for one in tools]
    return Agent(model=ScriptedModel(script or [calls, "Done."]), tools=tools, storage=MemoryStorage())


class Mute(Exception):
    """An error that cannot even say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def _raise(error: BaseException) -> Any:
    raise error


def _itself() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


WRONGS: dict[str, tuple[Callable[[], Any], str]] = {
    "exits": (lambda: _raise(SystemExit(3)), "3"),
    "raises what has no text": (lambda: _raise(ValueError()), "ValueError"),
    "raises what cannot be told": (lambda: _raise(Mute()), "Mute"),
    "raises what cannot be sent": (lambda: _raise(ValueError("\ud800")), "\\ud800"),
    "returns what cannot be encoded": (object, "cannot be written as JSON"),
    "returns what cannot be sent": (lambda: "\ud800", "\\ud800"),
    "returns itself": (_itself, "cannot be written as JSON"),
}


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("wrong", WRONGS)
def test_whatever_a_tool_does_wrong_is_its_result(colour: str, wrong: str) -> None:
    act, told = WRONGS[wrong]

    @tool(name="act")
    def act_here() -> Any:
        """Do wrong."""
        return act()

    @tool
    async def beside() -> Any:
        """Do wrong on an event loop."""
        return act()

    response = begin(agent_of(act_here, beside), colour)
    assert response.content == "Done."
    assert all(told in (t.result or "") for t in response.tools)
    assert [t.status for t in response.tools] == (
        ["completed"] * 2 if wrong == "returns what cannot be sent" else ["failed"] * 2
    )


@pytest.mark.parametrize("colour", COLOURS)
def test_state_that_cannot_be_stored_is_told_and_not_kept(colour: str) -> None:
    @tool
    def spoil(session_state: dict[str, Any]) -> str:
        """Put into state what cannot be stored."""
        session_state["lock"] = threading.Lock()
        return "spoilt"

    response = begin(agent_of(spoil), colour)
    assert response.content == "Done."
    assert "cannot be stored" in (response.tools[0].result or "")
