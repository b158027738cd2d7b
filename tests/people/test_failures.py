"""What is nobody's error of ours: the run is on record as failed, and whoever drives it is told by the error itself."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from gates import COLOURS, begin, go_on, replayed, triggers

from graphagent import Agent, tool
from graphagent.exceptions import DefinitionError, ModelReplyError, RunIsOver
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage

colours = pytest.mark.parametrize("colour", COLOURS)


class Broken(Exception):
    """Of no class that anybody here knows."""


def only_run(agent: Agent) -> str:
    (head,) = agent.store.runs()
    return head.id


@colours
def test_whatever_a_model_raises_is_on_record_and_ends_the_run(colour: str) -> None:
    agent = Agent(model=ScriptedModel([Broken("no luck with Bearer 0123456789abcdef")]), storage=MemoryStorage())
    with pytest.raises(Broken, match="no luck") as raised:
        begin(agent, colour)
    run_id = only_run(agent)
    assert raised.value.__notes__ == [f"Run {run_id} failed."]
    assert triggers(agent, run_id) == ["begin", "fail"]
    assert replayed(agent, run_id).error == {"type": "Broken", "message": "no luck with Bearer [redacted]"}
    with pytest.raises(RunIsOver):
        go_on(agent, colour, run_id=run_id)


@colours
@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_who_is_interrupted_while_a_model_is_asked_can_go_on(colour: str, end: type[BaseException]) -> None:
    storage = MemoryStorage()
    with pytest.raises(end):
        begin(Agent(name="a", model=ScriptedModel([end()]), storage=storage), colour)
    agent = Agent(name="a", model=ScriptedModel(["Done."]), storage=storage)
    assert triggers(agent, only_run(agent)) == ["begin"]
    assert go_on(agent, colour, run_id=only_run(agent)).content == "Done."


def test_a_reply_that_no_run_can_take_is_on_record_and_ends_the_run() -> None:
    """Two calls of one id."""
    twice = [call("act").with_id("c"), call("act").with_id("c")]
    agent = Agent(model=ScriptedModel([twice]), tools=[tool(name="act")(lambda: "acted")], storage=MemoryStorage())
    with pytest.raises(ModelReplyError, match="call ids"):
        agent.run("Go.")
    assert replayed(agent, only_run(agent)).state == "failed"


def test_a_stream_that_ends_without_a_reply_is_asked_for_again() -> None:
    class Silent(ScriptedModel):
        asked = 0

        def stream(self, request: Any) -> Any:
            self.asked += 1
            yield from () if self.asked == 1 else super().stream(request)

    agent = Agent(model=Silent(["Done."]), retries=1, delay_between_retries=0, storage=MemoryStorage())
    assert begin(agent, "streamed").content == "Done."
    assert triggers(agent, only_run(agent)) == ["begin", "retry", "reply", "finish"]


# -- a hook that cannot work ------------------------------------------------------------------------------------------


@colours
@pytest.mark.parametrize("beside", [0, 2])
def test_a_hook_that_cannot_work_fails_the_run_and_is_not_told_to_the_model(colour: str, beside: int) -> None:
    """It is the developer's fault. Calls under way beside it are put on record first."""
    ended = threading.Event()

    def hook(nobody_has_this: str) -> Any:
        raise AssertionError("called without what it asks for")

    @tool(pre_hook=hook)
    def act() -> str:
        """Never called."""
        raise AssertionError("called")

    @tool
    def look() -> str:
        """Return a while later."""
        ended.wait(0.05)
        return "seen"

    calls = [call("act").with_id("a"), *(call("look").with_id(f"l{n}") for n in range(beside))]
    agent = Agent(model=ScriptedModel([calls, "Done."]), tools=[act, look], storage=MemoryStorage())
    with pytest.raises(DefinitionError, match="nobody_has_this"):
        begin(agent, colour)
    run = replayed(agent, only_run(agent))
    assert (run.state, (run.error or {})["type"]) == ("failed", "DefinitionError")
    assert [run.calls[f"l{n}"].status for n in range(beside)] == ["answered"] * beside
    assert isinstance(agent.model, ScriptedModel)
    assert len(agent.model.requests) == 1
    with pytest.raises(RunIsOver):
        agent.continue_run(run_id=run.id)


def test_an_asynchronous_hook_in_a_synchronous_run_fails_the_run() -> None:
    async def hook() -> None:
        raise AssertionError("called")

    agent = Agent(
        model=ScriptedModel([call("act"), "Done."]), tools=[tool(name="act", pre_hook=hook)(lambda: "acted")],
        storage=MemoryStorage(),
    )  # fmt: skip
    with pytest.raises(DefinitionError, match="arun"):
        agent.run("Go.")
    assert replayed(agent, only_run(agent)).state == "failed"
