"""The answers of `work.REPLIES`, over and over, as a model of the package and as one for loops written by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import cycle
from typing import Any

from benchmarks.floor.memory import Messages
from benchmarks.work import REPLIES
from graphagent.models.base import Model, Reply, Request, ToolCall, assistant_message


def reply(message: dict[str, Any]) -> Reply:
    """A message as what a model returns."""
    calls = [ToolCall(call["id"], **call["function"]) for call in message.get("tool_calls", ())]
    return Reply(
        assistant_message(message["content"], calls), message["content"], calls, "tool_calls" if calls else "stop"
    )


MADE = [reply(message) for message in REPLIES]


class Answers(Model):
    """Gives the next answer at once, whatever it is asked: what is left is the cost of everything else."""

    id = "answers"
    provider = "benchmarks"

    def __init__(self) -> None:
        self._next = cycle(MADE).__next__

    def ask(self, request: Request) -> Reply:
        return self._next()

    async def aask(self, request: Request) -> Reply:
        return self._next()


class PatientAnswers(Answers):
    """Lets others have their turn, as a network does, and then gives the answer that is due in this conversation."""

    async def aask(self, request: Request) -> Reply:
        await asyncio.sleep(0)
        return MADE[request.messages.count(b'"role":"tool"')]


def by_hand() -> Callable[[Messages], dict[str, Any]]:
    """`Answers` for a loop."""
    following = cycle(REPLIES).__next__
    return lambda messages: following()


async def by_hand_awaited(messages: Messages) -> dict[str, Any]:
    """`Answers` for a loop that awaits."""
    return REPLIES[len(messages) // 2]


async def by_hand_patient(messages: Messages) -> dict[str, Any]:
    """`PatientAnswers` for a loop."""
    await asyncio.sleep(0)
    return REPLIES[len(messages) // 2]
