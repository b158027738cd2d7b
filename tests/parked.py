"""The runs that every dump of a database holds, and the agent that goes on with them in all later versions.

Dumps were written by agents like this one, long ago. So nothing that stands here is ever changed: a run of another kind
is one more entry of `RUNS`, and a tool that it needs one more of `tools`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final, Literal

from graphagent import Agent, RunResponse, tool
from graphagent.exceptions import ModelConnectionError
from graphagent.models import ScriptedModel, call
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Storage
from graphagent.tools.probe import UNKNOWN, Happened
from graphagent.tools.user_control_flow import UserControlFlowTools

Round = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Parked:
    """How far a run had come when its database was dumped, and how it ends once all that it asks is agreed to."""

    state: str
    rounds: tuple[Round, ...] = ()
    left: Literal["resting", "crashed", "found", "cancelled", "decided"] = "resting"
    """At its first rest; with a process that died; found by another one after that; cancelled at its rest; or there with all
    decided but the last request."""
    ends: str | None = None
    """The answer of the model, which is what its tools returned."""


FORM: Final = {"user_input_fields": [{"field_name": "seat", "field_type": "str", "field_description": "Which one."}]}
EACH: Final[Round] = [
    ("look", {"amount": 1}),
    ("pay", {"amount": 2}),
    ("mail", {"amount": 3}),
    ("order", {"amount": 4}),
]

RUNS: Final = {
    "answered": Parked("completed", ends="nothing"),
    "called": Parked("completed", ([("look", {"amount": 1}), ("note", {"amount": 2})], [("charge", {"amount": 3})]),
                     ends="saw 1; noted 2; charged 3"),
    "failed": Parked("failed", ([("break", {})],)),
    "cancelled": Parked("cancelled", ([("pay", {"amount": 1})],), "cancelled"),
    "confirm": Parked("confirm", ([("pay", {"amount": 1})],), ends="paid 1"),
    "input": Parked("input", ([("mail", {"amount": 1})],), ends="mailed 1 to ann"),
    "form": Parked("input", ([("get_user_input", FORM)],), ends='{"seat":"ann"}'),
    "external": Parked("external", ([("order", {"amount": 1})],), ends="delivered"),
    "each": Parked("confirm", (EACH,), ends="saw 1; paid 2; mailed 3 to ann; delivered"),
    "decided": Parked("external", (EACH,), "decided", ends="saw 1; paid 2; mailed 3 to ann; delivered"),
    "rounds": Parked("confirm", ([("look", {"amount": 1})], [("pay", {"amount": 2})], [("pay", {"amount": 3})]),
                     ends="saw 1; paid 2; paid 3"),
    "expired": Parked("confirm", ([("buy", {"amount": 1})],)),
    "doubt": Parked("doubt", ([("charge", {"amount": 1})],), "found", ends="so it was"),
    "once": Parked("tool", ([("charge", {"amount": 1})],), "crashed", ends="so it was"),
    "read": Parked("tool", ([("look", {"amount": 1})],), "crashed", ends="saw 1"),
    "idempotent": Parked("tool", ([("note", {"amount": 1})],), "crashed", ends="noted 1"),
    "happened": Parked("tool", ([("send", {"amount": 1})],), "crashed", ends="sent 1, as is known"),
    "unknown": Parked("tool", ([("send", {"amount": 0})],), "crashed", ends="so it was"),
    "side by side": Parked("tool", ([("look", {"amount": 1}), ("charge", {"amount": 2})],), "crashed",
                           ends="saw 1; so it was"),
    "asking": Parked("model", ([("look", {"amount": 1})], [("die", {})]), "crashed", ends="saw 1"),
}  # fmt: skip

fatal: str | None = None
"""What takes this process with it: the tool of that name, or the model where it is `die`."""


def acts(name: str) -> None:
    """The process of a run that is to be left crashed ends here."""
    if name == fatal:
        os._exit(9)


def tools() -> list[Any]:
    """One tool of each gate and of each policy."""

    @tool(requires_confirmation=True)
    def pay(amount: int) -> str:
        """Pay."""
        return f"paid {amount}"

    @tool(requires_confirmation=True, expires_after=0.001)
    def buy(amount: int) -> str:
        """Buy."""
        raise AssertionError("nobody decided in time")

    @tool(user_input_fields=["to"])
    def mail(amount: int, to: str) -> str:
        """Mail."""
        return f"mailed {amount} to {to}"

    @tool(external_execution=True)
    def order(amount: int) -> str:
        """Order."""
        raise AssertionError("carried out elsewhere")

    @tool
    def charge(amount: int) -> str:
        """Charge."""
        acts("charge")
        return f"charged {amount}"

    @tool(policy="read")
    def look(amount: int) -> str:
        """Look."""
        acts("look")
        return f"saw {amount}"

    @tool(policy="idempotent")
    def note(amount: int) -> str:
        """Note."""
        acts("note")
        return f"noted {amount}"

    @tool(policy="probe", probe=lambda amount: Happened(f"sent {amount}, as is known") if amount else UNKNOWN)
    def send(amount: int) -> str:
        """Send."""
        acts("send")
        return f"sent {amount}"

    return [pay, buy, mail, order, charge, look, note, send, UserControlFlowTools()]


def said(messages: list[dict[str, Any]]) -> Any:
    """What a run is told names its entry in `RUNS`, which says what the model asks for."""
    rounds = RUNS[next(message["content"] for message in messages if message["role"] == "user")].rounds
    turn = sum(message["role"] == "assistant" for message in messages)
    if turn < len(rounds):
        if rounds[turn][0][0] == "break":
            return ModelConnectionError("nobody answers")
        if rounds[turn][0][0] == "die":
            acts("die")
        else:
            return [call(name, **given).with_id(f"{name}{turn}") for name, given in rounds[turn]]
    return "; ".join(message["content"] for message in messages if message["role"] == "tool") or "nothing"


def parker(storage: Storage) -> Agent:
    """The agent of these runs. Each has its name in `RUNS` for its session."""
    return Agent(name="parker", model=ScriptedModel(said), tools=tools(), storage=storage)


def park(name: str, storage: Storage) -> None:
    """Run the agent as far as `RUNS` says. Does not return where that is until its process dies."""
    global fatal  # noqa: PLW0603 - a process parks one run
    parked = RUNS[name]
    if parked.left in {"crashed", "found"}:
        fatal = parked.rounds[-1][-1][0]
    agent = parker(storage)
    try:
        response = agent.run(name, session_id=name)
    except ModelConnectionError:
        return
    if parked.left == "cancelled":
        agent.cancel_run(response.run_id or "")
    if parked.left == "decided":
        inbox, run_id = Inbox(storage), response.run_id or ""
        inbox.approve(run_id, "pay0", by="bob", note="fine")
        agent.continue_run(run_id=run_id)
        inbox.answer(run_id, "mail0", {"to": "ann"}, by="bob")


def unpark(agent: Agent, run_id: str) -> RunResponse:
    """Go on with a run, agreeing to all that it asks, until it is over."""
    for _ in range(20):
        response = agent.get_run(run_id)
        if response.status in {"COMPLETED", "CANCELLED", "ERROR"}:
            return response
        for asked in response.tools:
            agree(asked)
        agent.continue_run(response)
    raise AssertionError(f"run {run_id} does not end")


def agree(asked: Any) -> None:
    """Decide what a call waits for, if it waits."""
    if asked.requires_confirmation:
        asked.confirmed = True
    for field in asked.user_input_schema or () if asked.requires_user_input else ():
        field.value = "ann" if field.value is None else field.value
    if asked.external_execution_required:
        asked.result = "delivered"
    if asked.in_doubt:
        asked.verdict, asked.result = "result", "so it was"
