"""OpenAI Agents: a runner, and a session in SQLite that takes the items of each turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import count, cycle
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, SQLiteSession, Usage, function_tool, set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from benchmarks.peers.peer import Peer
from benchmarks.work import CALLS, QUESTION, REPLIES, price


def output(reply: dict[str, Any]) -> Any:
    """An answer as the type of its service."""
    for call in reply.get("tool_calls", ()):
        return ResponseFunctionToolCall(type="function_call", call_id=call["id"], **call["function"])
    text = ResponseOutputText(type="output_text", text=reply["content"], annotations=[])
    return ResponseOutputMessage(id="message", type="message", role="assistant", status="completed", content=[text])


class Answers(Model):
    """Gives the next answer."""

    def __init__(self) -> None:
        self.following = cycle([output(reply) for reply in REPLIES])

    async def get_response(self, *_: Any, **__: Any) -> ModelResponse:
        return ModelResponse(output=[next(self.following)], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        raise NotImplementedError


def peer() -> Peer:
    set_tracing_disabled(disabled=True)  # it would send every run to its maker
    agent = Agent(name="agent", model=Answers(), tools=[function_tool(price)])

    def run(session: SQLiteSession | None = None) -> str:
        return str(Runner.run_sync(agent, QUESTION, session=session, max_turns=CALLS + 2).final_output)

    def durable(file: str) -> Callable[[], str]:
        numbers = count()
        return lambda: run(SQLiteSession(str(next(numbers)), file))

    return Peer("openai-agents", "from agents import Agent", run, durable, "every turn")
