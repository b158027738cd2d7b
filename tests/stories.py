"""Stories: scripts of a model with tools that leave traces, for laws about whole runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st

from graphagent import Agent, tool
from graphagent.engine.run import Step
from graphagent.models import ScriptedModel, call
from graphagent.storage.base import Storage
from graphagent.testing.rules import violations

Round = list[tuple[str, int]]
Story = list[Round]

TOOLS = ("pay", "look", "boom", "ghost", "unfit", "note")


def stories(longest: int = 3, widest: int = 3) -> st.SearchStrategy[Story]:
    """Rounds of calls, each a tool and an argument; after the last round the model answers."""
    one = st.tuples(st.sampled_from(TOOLS), st.integers(0, 9))
    return st.lists(st.lists(one, min_size=1, max_size=widest), max_size=longest)


class World:
    """Where tools leave traces: how often each call had its effect. Outlives processes, as the outside world does."""

    def __init__(self) -> None:
        self.effects: Counter[str] = Counter()

    def tools(self) -> list[Any]:
        """Tools that act here: one that must not be repeated, one that may, one that fails, one that keeps state."""

        @tool
        def pay(amount: int, run_context: Any) -> str:
            """Pay an amount."""
            self.effects[f"pay {run_context.call_id}"] += 1
            return f"paid {amount}"

        @tool(policy="read")
        def look(amount: int, run_context: Any) -> str:
            """Look something up."""
            self.effects[f"look {run_context.call_id}"] += 1
            return f"saw {amount}"

        @tool(policy="read")
        def boom(amount: int) -> str:
            """Fail."""
            raise RuntimeError(f"boom {amount}")

        @tool(policy="idempotent")
        def note(amount: int, session_state: dict[str, Any]) -> str:
            """Write an amount down."""
            session_state.setdefault("notes", []).append(amount)
            return f"noted {amount}"

        @tool(policy="read")
        def unfit(amount: int) -> str:
            """Never called: what the story gives it is no number."""
            raise AssertionError("called with arguments that do not fit")

        return [pay, look, boom, note, unfit]


def told(story: Story) -> ScriptedModel:
    """A model that tells the story. It looks only at the conversation, so it goes on after any interruption."""

    def next_line(messages: list[dict[str, Any]]) -> Any:
        turn = sum(message["role"] == "assistant" for message in messages)
        if turn >= len(story):
            return "The end."
        return [
            call(name, '{"amount": "many"}').with_id(f"c{turn}.{place}")
            if name == "unfit"
            else call(name, amount=amount).with_id(f"c{turn}.{place}")
            for place, (name, amount) in enumerate(story[turn])
        ]

    return ScriptedModel(next_line)


def teller(story: Story, world: World, storage: Storage | None = None, **options: Any) -> Agent:
    """An agent whose runs follow the story."""
    return Agent(name="teller", model=told(story), tools=world.tools(), storage=storage, instructions="Go.", **options)


def gist(steps: list[Step]) -> list[tuple[Any, ...]]:
    """What steps say, without the times and, where calls ran side by side, the order in which they landed."""
    rows = []
    for step in steps:
        data = {key: value for key, value in (step.data or {}).items() if key != "time_to_first_token"}
        rows.append((step.trigger, data.get("call", ""), step.messages, repr(sorted(data))))
    landed = [row for row in rows if row[0] in ("start", "result")]
    return [row for row in rows if row[0] not in ("start", "result")] + sorted(landed)


def assert_valid_for_the_provider(conversation: list[dict[str, Any]]) -> None:
    """Each call is answered exactly once, right after its message, in call order."""
    body = {"model": "m", "messages": conversation}
    assert violations(body) == []
    for place, message in enumerate(conversation):
        ids = [asked["id"] for asked in message.get("tool_calls") or ()]
        answers = [answer.get("tool_call_id") for answer in conversation[place + 1 : place + 1 + len(ids)]]
        assert answers == ids
