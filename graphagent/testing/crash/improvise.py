"""Stories that are made up: some rounds of some calls of all kinds of tools, and people of some opinions."""

from __future__ import annotations

from random import Random
from typing import Final

from graphagent.agent import Agent
from graphagent.models import call
from graphagent.models.script import Call
from graphagent.testing.crash.model import told
from graphagent.testing.crash.person import Person
from graphagent.testing.crash.scenario import Scenario
from graphagent.testing.crash.stories import break_down, deliver, look, note, pay, transfer, write
from graphagent.tools.decorator import tool

TOOLS: Final = (
    tool(pay),
    tool(policy="read")(look),
    tool(policy="idempotent")(note),
    tool(requires_confirmation=True)(transfer),
    tool(name="send", requires_confirmation=True, policy="read")(pay),
    tool(requires_user_input=True, user_input_fields=["text"])(write),
    tool(external_execution=True)(deliver),
    tool(break_down),
)


def improvised(random: Random) -> Scenario:
    """A story of one to three rounds, each of one to four calls."""
    rounds = [[one_call(random) for _ in range(random.randint(1, 4))] for _ in range(random.randint(1, 3))]
    return Scenario(
        name="improvised",
        agent=Agent(name="improviser", model=told(*rounds, "Done."), tools=TOOLS),
        person=Person(rejects=("send",) if random.random() < 0.5 else (), hasty=random.random() < 0.5),
        stream=random.random() < 0.7,
        is_async=random.random() < 0.2,
    )


def one_call(random: Random) -> Call:
    """A call of some tool, now and then of one that is not there, or with arguments that do not fit."""
    kind = random.randrange(10)
    amount = random.randint(1, 9)
    calls = {
        0: call("pay", amount=amount), 1: call("look", place="here"), 2: call("note", text="this"),
        3: call("transfer", amount=amount), 4: call("send", amount=amount), 5: call("write", to="Ada"),
        6: call("deliver", item="tea"), 7: call("break_down", amount=amount), 8: call("ghost"),
    }  # fmt: skip
    return calls.get(kind, call("pay", amount="many"))
