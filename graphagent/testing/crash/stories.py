"""The scenarios that the project proves itself with: every flow, every policy, both colours, and what goes wrong on the way."""

from __future__ import annotations

import time
from itertools import count
from typing import Any, Final

from graphagent.agent import Agent
from graphagent.exceptions import ModelConnectionError
from graphagent.models import call
from graphagent.models.base import Reply, Request
from graphagent.models.scripted import ScriptedModel
from graphagent.storage.transaction import Transaction
from graphagent.testing.crash.model import told
from graphagent.testing.crash.outside import Outside
from graphagent.testing.crash.person import Person
from graphagent.testing.crash.scenario import Scenario
from graphagent.tools.decorator import tool
from graphagent.tools.probe import NOT_HAPPENED, Happened


def pay(amount: int) -> str:
    """Pay an amount."""
    return f"paid {amount}"


def transfer(amount: int) -> str:
    """Transfer an amount, which somebody must agree to."""
    return f"transferred {amount}"


def write(to: str, text: str) -> str:
    """Write somebody a letter, the text of which a person knows."""
    return f"wrote {text!r} to {to}"


def deliver(item: str) -> str:
    """Deliver something. Carried out by others."""
    raise AssertionError("carried out here")


def look(place: str) -> str:
    """Look something up."""
    return f"saw {place}"


def note(text: str, idempotency_key: str) -> str:
    """Write something down, under a key that the receiver knows again."""
    return f"noted {text}"


def refund(amount: int) -> str:
    """Pay back, at a place that can be asked whether it was done."""
    return f"paid back {amount}"


def was_refunded(amount: int, run_context: Any) -> Any:
    """Ask there."""
    done = Outside.here.happened(run_context.run_id, run_context.call_id)
    return Happened(f"paid back {amount}") if done else NOT_HAPPENED


def break_down(amount: int) -> str:
    """Fail."""
    raise RuntimeError(f"broke at {amount}")


def dawdle(amount: int) -> str:
    """Take longer than is allowed."""
    time.sleep(
        0.25
    )  # long enough that a loaded machine does not freeze it between its last look at the clock and its start
    return "dawdle succeeded"


async def pay_later(amount: int) -> str:
    """Pay an amount, without blocking."""
    import asyncio

    await asyncio.sleep(0)
    return f"paid {amount} later"


def book(amount: int, run_context: Any, transaction: Transaction) -> str:
    """Book an amount, and say what is booked now."""
    book = f"book_{run_context.run_id.replace('-', '')}"  # of its own, since trials share a server
    transaction.execute(f"CREATE TABLE IF NOT EXISTS {book} (amount INTEGER)")
    transaction.execute(f"INSERT INTO {book} VALUES ({amount})")  # noqa: S608 - our own id and a number, for any database
    ((number, total),) = transaction.execute(f"SELECT count(*), sum(amount) FROM {book}").fetchall()  # noqa: S608 - a table of the story
    if amount < 0:
        raise ValueError(f"booked {amount} and no more")
    return f"{number} booked, {total} in all"


class Faltering(ScriptedModel):
    """A model whose every other request fails, as a provider does that is overloaded."""

    _turns_of_process = count(1)

    def ask(self, request: Request) -> Reply:
        if next(self._turns_of_process) % 2:
            raise ModelConnectionError("The connection was cut.", transient=True)
        return super().ask(request)


def faltering(*answers: Any) -> Faltering:
    """`told`, every other time."""
    return Faltering(next(told(*answers)._script))  # type: ignore[arg-type]  # noqa: SLF001 - the function that it asks


def agent(*answers: Any, tools: list[Any], model: ScriptedModel | None = None, **options: Any) -> Agent:
    """An agent whose model tells this, and then that it is done."""
    return Agent(name="teller", model=model or told(*answers, "Done."), tools=tools, **options)


SCENARIOS: Final[tuple[Scenario, ...]] = (
    Scenario(name="single", agent=agent(call("pay", amount=1), tools=[pay])),
    Scenario(name="silent", agent=agent(call("pay", amount=1), call("pay", amount=2), tools=[pay]), stream=False),
    Scenario(name="parallel", agent=agent([call("pay", amount=n) for n in range(3)], tools=[pay])),
    Scenario(
        name="sequential",
        agent=agent(*[call("pay", amount=n) for n in range(3)], tools=[pay], instructions="Pay."),
    ),
    Scenario(
        name="approved",
        agent=agent(call("transfer", amount=1), tools=[tool(requires_confirmation=True)(transfer)]),
    ),
    Scenario(
        name="rejected",
        agent=agent(call("transfer", amount=1), tools=[tool(requires_confirmation=True)(transfer)]),
        person=Person(rejects=("transfer",)),
    ),
    Scenario(
        name="input",
        agent=agent(
            call("write", to="Ada"), tools=[tool(requires_user_input=True, user_input_fields=["text"])(write)]
        ),
        person=Person(answers={"text": "hello"}),
    ),
    Scenario(
        name="external",
        agent=agent(call("deliver", item="tea"), tools=[tool(external_execution=True)(deliver)]),
    ),
    Scenario(
        name="several gates",
        agent=agent(
            [
                call("pay", amount=1), call("transfer", amount=2), call("write", to="Ada"),
                call("deliver", item="tea"), call("send", amount=3),
            ],
            tools=[
                pay, tool(requires_confirmation=True)(transfer),
                tool(requires_user_input=True, user_input_fields=["text"])(write),
                tool(external_execution=True)(deliver),
                tool(name="send", requires_confirmation=True)(pay),
            ],
        ),
        person=Person(rejects=("send",), answers={"text": "hello"}),
    ),
    Scenario(name="read", agent=agent(call("look", place="here"), tools=[tool(policy="read")(look)])),
    Scenario(name="idempotent", agent=agent(call("note", text="this"), tools=[tool(policy="idempotent")(note)])),
    Scenario(
        name="probe",
        agent=agent(call("refund", amount=1), tools=[tool(policy="probe", probe=was_refunded)(refund)]),
    ),
    Scenario(
        name="mixed policies",
        agent=agent(
            [call("look", place="here"), call("note", text="this"), call("pay", amount=1)],
            tools=[tool(policy="read")(look), tool(policy="idempotent")(note), pay],
        ),
    ),
    Scenario(  # what was booked twice, or not, shows in what the next call says
        name="transactional",
        agent=agent(
            call("book", amount=1), [call("book", amount=2), call("pay", amount=1), call("book", amount=-3)],
            call("book", amount=4), call("book", amount=0), tools=[tool(policy="transactional")(book), pay],
        ),
        needs_database=True,
    ),
    Scenario(
        name="async transactional",
        agent=agent(
            [call("book", amount=1), call("pay_later", amount=1), call("book", amount=2)], call("book", amount=0),
            tools=[tool(policy="transactional")(book), pay_later],
        ),
        needs_database=True,
        is_async=True,
    ),
    Scenario(name="raising", agent=agent(call("break_down", amount=1), tools=[break_down])),
    Scenario(name="async", agent=agent(call("pay_later", amount=1), tools=[pay_later]), is_async=True),
    Scenario(
        name="async parallel",
        agent=agent(
            [call("pay_later", amount=1), call("pay", amount=2), call("transfer", amount=3)],
            tools=[pay_later, pay, tool(requires_confirmation=True)(transfer)],
        ),
        is_async=True,
    ),
    Scenario(
        name="cancelled",
        agent=agent(call("pay", amount=1), call("pay", amount=2), tools=[pay]),
        cancels_after="ToolCallCompleted",
        ends="cancelled",
        has_one_transcript=False,
    ),
    Scenario(name="timeout", agent=agent(call("dawdle", amount=1), tools=[tool(timeout=0.15)(dawdle)])),
    Scenario(
        name="model errors",
        agent=agent(
            tools=[pay], model=faltering(call("pay", amount=1), call("pay", amount=2), "Done."), retries=6,
            delay_between_retries=0.0,
        ),
    ),
)  # fmt: skip
