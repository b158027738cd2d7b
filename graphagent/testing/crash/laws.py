"""What must hold of a run, whoever died on the way. A law that is broken is a complaint, with the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from graphagent.engine.call import REPEATABLE
from graphagent.engine.run import Run, Step
from graphagent.testing.crash.life import digest
from graphagent.testing.rules import violations

if TYPE_CHECKING:
    from graphagent.storage.base import Head, Storage
    from graphagent.testing.crash.outside import Line, Outside
    from graphagent.testing.crash.scenario import Scenario

LAWS: Final = ("lost", "twice", "stuck", "wrong", "broken")
DECIDED: Final = ("approve", "reject", "answer", "deliver", "settle")


class Complaint(NamedTuple):
    """A broken law: something acknowledged is `lost`, a call was started `twice`, a run is `stuck`, something was decided
    `wrong`ly, or the run went `broken`: its history or its end is not what it has to be.
    """

    law: str
    why: str


@dataclass
class Ending:
    """A run without interruption: what every other telling is held to."""

    transcript: str = ""
    results: dict[str, str] = field(default_factory=dict)
    points: list[str] = field(default_factory=list)
    seconds: float = 0.0


def complaints(
    scenario: Scenario, storage: Storage, outside: Outside, ending: Ending | None, *, forgets: bool = False
) -> list[Complaint]:
    """Everything that is wrong after the last process is done.

    Args:
        scenario: The story.
        storage: What is on record.
        outside: What has happened.
        ending: How the story ends when nothing is in its way. None: this is that telling.
        forgets: Whether the power went: then the record may have lost what was acknowledged, but never an intent.
    """
    lines = outside.lines()
    found = [storage.load(head.id) for head in storage.runs()]
    told = [Complaint("stuck", line["why"]) for line in lines if line["what"] == "trouble"]
    told += [Complaint("broken", f"the provider refuses: {line['why']}") for line in lines if line["what"] == "refused"]
    if len(found) != 1 and not (told and not found):
        told.append(Complaint("broken", f"{len(found)} runs are on record, where there was to be one"))
    if not forgets:
        told += lost(lines, {head.id: steps for head, steps in found})
    told += twice(lines)
    told += usurped(lines)
    wished = any(line["what"] == "cancel" for line in lines)  # a caller may die before it has said so
    ends = "completed" if scenario.cancels_after and not wished else scenario.ends
    runs = {head.id: Run.replay(head.id, head.plan, steps) for head, steps in found}
    told += unrecorded(lines, runs)
    for head, steps in found:
        run = runs[head.id]
        told += wrong(run, steps, lines)
        told += ended(scenario, ends, head, run, ending)
        told += left_open(storage, run)
    return told


def lost(lines: Sequence[Line], final: dict[str, list[Step]]) -> Iterator[Complaint]:
    """What a caller was told must be on record whenever anybody looks, and what was on record stays as it was."""
    acked: dict[str, int] = defaultdict(int)
    before: dict[int, dict[str, int]] = {}  # what had been told when a process began to look
    rows = {run: [list(digest(step)) for step in steps] for run, steps in final.items()}
    for line in lines:
        if line["what"] == "ack":
            acked[line["run"]] = max(acked[line["run"]], line["seq"])
        if line["what"] == "look":
            before[line["process"]] = dict(acked)
        if line["what"] == "found":
            for run, seq in before[line["process"]].items():
                there = len(line["rows"].get(run, ()))
                if there < seq:
                    yield Complaint("lost", f"step {seq} of run {run} was told, and {there} were found")
            for run, earlier in line["rows"].items():
                if list(map(list, earlier)) != rows.get(run, [])[: len(earlier)]:
                    yield Complaint(
                        "lost", f"run {run}: of {len(earlier)} steps that were found some are not there now"
                    )
    for run, seq in acked.items():
        if len(rows.get(run, ())) < seq:
            yield Complaint("lost", f"step {seq} of run {run} was told, and is not on record")


def twice(lines: Sequence[Line]) -> Iterator[Complaint]:
    """A call is started at most once, unless its tool may be repeated; the key of a call is always the same."""
    starts: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line["what"] == "start":
            starts[line["run"], line["call"]].append(line)
    for (run, call), made in starts.items():
        if len(made) > 1 and made[0]["policy"] not in REPEATABLE:
            yield Complaint("twice", f"call {call} of run {run} ({made[0]['tool']}) was started {len(made)} times")
        if len(keys := {line["key"] for line in made}) > 1:
            yield Complaint("twice", f"call {call} of run {run} had several keys: {sorted(map(str, keys))}")


def unrecorded(lines: Sequence[Line], final: dict[str, Run]) -> Iterator[Complaint]:
    """Whatever was started is on record as started."""
    for run, call, tool in {(line["run"], line["call"], line["tool"]) for line in lines if line["what"] == "start"}:
        known = final[run].calls.get(call) if run in final else None
        if known is None or not known.attempt:
            yield Complaint("lost", f"call {call} of run {run} ({tool}) was started, and is not on record as started")


def usurped(lines: Sequence[Line]) -> Iterator[Complaint]:
    """Who has lost a run to somebody else records nothing more of it, and is told so. Anybody may cancel it."""
    for place, taken in enumerate(lines):
        if taken["what"] != "taken":
            continue
        for line in lines[place:]:
            if line["process"] != taken["former"]:
                continue
            if line["what"] in {"told", "cancel"}:
                break
            if line["what"] == "ack" and line["run"] == taken["run"] and line["seq"] > taken["seq"]:
                yield Complaint("wrong", f"step {line['seq']} was recorded by a process that had lost the run")
                break


def wrong(run: Run, steps: Sequence[Step], lines: Sequence[Line]) -> Iterator[Complaint]:
    """Every decision on record was taken by a person, once; what was not approved never ran."""
    meant = {(line["call"], line["how"]) for line in lines if line["what"] == "decide" and line["run"] == run.id}
    started = {line["call"] for line in lines if line["what"] == "start" and line["run"] == run.id}
    taken: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.trigger in DECIDED:
            call = (step.data or {})["call"]
            if step.trigger != "settle":
                taken[call].append(step.trigger)
            if (call, step.trigger) not in meant:
                yield Complaint("wrong", f"step {step.seq}: {step.trigger} of call {call} was decided by nobody")
    for call, decisions in taken.items():
        if len(decisions) > 1:
            yield Complaint("wrong", f"call {call} was decided {len(decisions)} times: {', '.join(decisions)}")
    gates = [marks for step in steps if step.trigger == "call" for marks in (step.data or {}).get("calls", {}).items()]
    for call, marks in gates:
        if call in started and marks.get("gate") is not None and not {"approve", "answer"} & set(taken[call]):
            yield Complaint("wrong", f"call {call} ({run.calls[call].name}) was started, and nobody had agreed to it")


def left_open(storage: Storage, run: Run) -> Iterator[Complaint]:
    """What a run asked is answered, or asks nobody any more when it is over."""
    for request in storage.requests(run_id=run.id, status="pending") if run.is_over else ():
        yield Complaint("wrong", f"run {run.id} is over and still asks about call {request.call_id} ({request.kind})")


def ended(scenario: Scenario, ends: str, head: Head, run: Run, ending: Ending | None) -> Iterator[Complaint]:
    """A run ends, as it always does, with a history that the provider takes."""
    if not run.is_over:
        yield Complaint("stuck", f"run {run.id} was left in state {run.state!r} at step {run.seq}")
        return
    if head.state != ends:
        yield Complaint("broken", f"run {run.id} ended {head.state!r}, not {ends!r}: {run.error}")
    if ending is not None and scenario.has_one_transcript and run.prompt().decode() != ending.transcript:
        yield Complaint("broken", f"run {run.id} has another transcript than without interruption: {run.prompt()!r}")
    if head.state == "completed":
        body: dict[str, Any] = {"model": "m", "messages": from_json(b"[%b]" % run.prompt())}
        yield from (Complaint("broken", f"the provider refuses the history: {why}") for why in violations(body))


def ending_of(storage: Storage) -> Ending:
    """How the one run on record ended."""
    (head,) = storage.runs()
    run = Run.replay(head.id, head.plan, storage.load(head.id)[1])
    results = {call.id: str(from_json(call.answer)["content"]) for call in run.calls.values() if call.answer}
    return Ending(run.prompt().decode(), results)
