"""LangGraph: a graph of a model and a tool node, with a checkpointer for SQLite that writes before each next step."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from itertools import count, cycle
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from benchmarks.peers.peer import Peer
from benchmarks.work import ARGUMENTS, QUESTION, REPLIES, price

LIMIT = 100  # of steps; the default of 25 is too few for ten calls


def message(turn: int, reply: dict[str, Any]) -> AIMessage:
    """An answer as its own message type."""
    calls = [
        {"id": call["id"], "name": call["function"]["name"], "args": json.loads(call["function"]["arguments"])}
        for call in reply.get("tool_calls", ())
    ]
    return AIMessage(content=reply["content"] or "", tool_calls=calls, id=f"reply-{turn}")


class Answers(BaseChatModel):
    """Gives the next answer."""

    following: Any

    @property
    def _llm_type(self) -> str:
        return "answers"

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=next(self.following))])


def graph(checkpointer: SqliteSaver | None) -> Any:
    """The agent of its introduction."""
    made = [message(turn, reply) for turn, reply in enumerate(REPLIES)]
    model = Answers(following=cycle(made)).bind_tools([price])
    builder = StateGraph(MessagesState)
    builder.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    builder.add_node("tools", ToolNode([price]))
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", tools_condition)
    builder.add_edge("tools", "model")
    return builder.compile(checkpointer=checkpointer)


def said(state: Any) -> str:
    """The last thing said, once all was done."""
    assert len(state["messages"]) == 2 * len(ARGUMENTS) + 2
    return str(state["messages"][-1].content)


def durable(file: str) -> Callable[[], str]:
    """Each run in a thread of its own; `durability="sync"` writes each step before the next."""
    saver = SqliteSaver(sqlite3.connect(file, check_same_thread=False))
    agent, numbers = graph(saver), count()

    def run() -> str:
        settings = {"configurable": {"thread_id": str(next(numbers))}, "recursion_limit": LIMIT}
        return said(agent.invoke({"messages": [HumanMessage(QUESTION)]}, settings, durability="sync"))

    return run


def peer() -> Peer:
    agent = graph(None)

    def in_memory() -> str:
        return said(agent.invoke({"messages": [HumanMessage(QUESTION)]}, {"recursion_limit": LIMIT}))

    imports = "from langgraph.graph import StateGraph; from langgraph.prebuilt import ToolNode"
    return Peer("langgraph", imports, in_memory, durable, "every step")
