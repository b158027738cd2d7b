"""Pydantic AI: an agent over its function model. It has no journal of its own: who wants one stores the messages."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from benchmarks.peers.peer import Peer
from benchmarks.work import QUESTION, REPLIES, price


def response(reply: dict[str, Any]) -> ModelResponse:
    """An answer as its own type."""
    calls = reply.get("tool_calls")
    if not calls:
        return ModelResponse(parts=[TextPart(reply["content"])])
    return ModelResponse(
        parts=[ToolCallPart(call["function"]["name"], call["function"]["arguments"], call["id"]) for call in calls]
    )


def peer() -> Peer:
    following = cycle([response(reply) for reply in REPLIES])

    def answers(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return next(following)

    agent = Agent(FunctionModel(answers), tools=[price])
    return Peer("pydantic-ai-slim", "from pydantic_ai import Agent", lambda: agent.run_sync(QUESTION).output)
