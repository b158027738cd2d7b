"""A run as JSON values for a page: what its rows say, without the secrets in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from graphagent.engine.digest import canonical
from graphagent.exceptions import ToolArgumentsError
from graphagent.utils.redact import redacted_text
from graphagent.view.hide import hidden
from graphagent.view.signature import signature
from graphagent.view.timeline import timeline

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.engine.run import Run, Step
    from graphagent.storage.base import Head
    from graphagent.view.timeline import Moment


def run_data(head: Head, steps: list[Step]) -> dict[str, Any]:
    """A run, its steps and what it waits for. Times are in microseconds since the epoch, time spans in seconds.

    Raises `DamagedData` where the steps do not follow from each other.
    """
    run, moments = timeline(head, steps)
    return {
        "run": head_data(head),
        "error": hidden(run.error),
        "steps": [step_data(moment) for moment in moments],
        "waiting": waiting_data(run),
    }


def head_data(head: Head) -> dict[str, Any]:
    """What is known of a run without its steps."""
    return {
        "id": head.id,
        "agent_id": head.agent_id,
        "agent_name": head.agent_name,
        "session_id": head.session_id,
        "user_id": head.user_id,
        "parent_id": head.parent_id,
        "parent_seq": head.parent_seq,
        "state": head.state,
        "seq": head.seq,
        "created_at": head.created_at,
        "updated_at": head.updated_at,
    }


def step_data(moment: Moment) -> dict[str, Any]:
    """One step: what happened, where that led, and what it carried."""
    step = moment.step
    return {
        "seq": step.seq,
        "trigger": step.trigger,
        "state": step.state,
        "at": step.at,
        "took": moment.took,
        "tokens": moment.tokens,
        "open": moment.open,
        "told": [redacted_text(text) for text in moment.carried],
        "data": hidden(step.data),
        "messages": hidden(from_json(b"[%b]" % step.messages)),
    }


def waiting_data(run: Run) -> list[dict[str, Any]]:
    """The calls that a run waits for, in the order they were asked for."""
    return [call_data(run, call) for call in run.waiting()]


def call_data(run: Run, call: Call) -> dict[str, Any]:
    """A call that waits for a person: what has to be known to decide about it."""
    try:
        digest: str | None = canonical(call.name, call.arguments)
    except ToolArgumentsError:
        digest = None  # its arguments are not JSON: nothing that anybody could agree to
    return {
        "call": call.id,
        "kind": call.gate,
        "said": redacted_text(run.said or ""),
        "tool": call.name,
        "arguments": hidden(call.arguments),
        "signature": redacted_text(signature(call)),
        "fields": hidden(call.fields or []),
        "asks": call.asks,
        "since": call.made_at,
        "expires": None if call.gate == "doubt" else call.expires_at,
        "deadline": call.deadline if call.gate == "doubt" else None,
        "digest": digest,
    }
