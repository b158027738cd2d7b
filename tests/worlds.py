"""Small worlds for the engine: everything that can happen to a run in a given state, valid or not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from typing import Any

from pydantic_core import to_json

from graphagent.engine.machine import FINAL, MODEL, READY, REASONING, RECALL, REMEMBER, RESPOND, STATES, TOOL, WAITING
from graphagent.engine.run import Run

ALL = frozenset(STATES)
Occurrence = tuple[str, dict[str, Any] | None, bytes]

MARKS: list[dict[str, Any]] = [{}, {"gate": "confirm"}, {"gate": "input"}, {"gate": "external"}]


def asks(ids: list[str]) -> bytes:
    """An assistant message that calls one tool per id."""
    calls = [{"id": id, "type": "function", "function": {"name": "act", "arguments": "{}"}} for id in ids]
    return to_json({"role": "assistant", "content": None, "tool_calls": calls})


def answers(id: str, text: str = "done") -> bytes:
    return to_json({"role": "tool", "tool_call_id": id, "content": text})


SAYS = to_json({"role": "assistant", "content": "Done."})
USER = to_json({"role": "user", "content": "Go."})


def occurrences(run: Run, widths: tuple[int, ...] = (1, 2)) -> Iterator[Occurrence]:
    """What the world may do to this run next: each trigger its state knows, in every shape that matters."""
    if run.state in FINAL:
        return
    yield "fail", {"error": {"type": "ModelError", "message": "down"}}, b""
    yield "cancel", {"reason": "enough"}, b""
    if run.state == READY:
        yield "begin", {"limits": run.limits.changed()}, USER
    elif run.state == RECALL:
        yield "recalled", {"runs": []}, b""
    elif run.state == REASONING:
        yield from (("thought", {"more": more}, b"") for more in (True, False))
    elif run.state == MODEL:
        yield "reply", {}, SAYS
        yield "retry", {"error": {"type": "ModelError", "message": "slow"}}, b""
        for width in widths:
            ids = [f"c{len(run.calls) + place}" for place in range(width)]
            for marks in product(MARKS, repeat=width):
                yield "call", {"calls": dict(zip(ids, marks, strict=True))}, asks(ids)
    elif run.state == TOOL or run.state in WAITING:
        yield from tool_occurrences(run)
    elif run.state == RESPOND:
        yield "finish", None, b""
        yield "repair", {"error": {"type": "OutputParseError", "message": "no"}}, USER
    elif run.state == REMEMBER:
        yield "remembered", {}, b""


def tool_occurrences(run: Run) -> Iterator[Occurrence]:
    """What may happen to the open calls of a run that uses tools or waits for people."""
    lost = [call.id for call in run.lost() if call.gate is None]
    if lost and run.state == TOOL:
        for verdicts in product(("again", "doubt"), repeat=len(lost)):
            yield "recover", {"calls": dict(zip(lost, verdicts, strict=True))}, b""
    for call in list(run.open.values()):
        about = {"call": call.id}
        if call.gate is None and call.status == "planned" and run.state == TOOL:
            yield "start", about, b""
        if call.status == "started" and (run.state == TOOL or call.gate == "doubt"):
            yield "result", about, answers(call.id)
            yield "result", {**about, "stop": True}, answers(call.id)
        if run.state == TOOL:
            continue
        if call.gate == "confirm":
            yield "revise", {**about, "arguments": '{"a": 1}'}, b""
            yield "approve", about, b""
        if call.gate in ("confirm", "input", "external"):
            yield "reject", about, answers(call.id, "no")
        if call.gate == "input":
            yield "answer", {**about, "arguments": "{}"}, b""
            yield "answer", {**about, "arguments": "{}"}, answers(call.id)
        if call.gate == "external":
            yield "deliver", about, answers(call.id)
        if call.gate == "doubt":
            yield "settle", {**about, "verdict": "retry"}, b""
            yield "settle", {**about, "verdict": "result"}, answers(call.id)


def after(run: Run, occurrence: Occurrence) -> Run:
    """A copy of the run that has learnt of the occurrence."""
    later = copy.deepcopy(run)
    trigger, data, messages = occurrence
    later.feed(trigger, data, messages, at=(later.seq + 1) * 1_000_000_000)  # long enough apart for every deadline
    return later
