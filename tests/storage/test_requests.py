"""What runs ask of people, as rows: the same as what the runs say, in every storage, and decided once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from histories import again, begun, happen, histories
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ALL, answers, asks, occurrences

from graphagent.engine.digest import canonical
from graphagent.engine.run import Run, Step
from graphagent.exceptions import AlreadyResolved, StaleRun
from graphagent.run import decisions
from graphagent.run.decisions import Decider, Decision
from graphagent.run.inbox import Inbox
from graphagent.storage.base import Head, Storage
from graphagent.storage.requests import Request

anything_goes = settings(suppress_health_check=["function_scoped_fixture"])  # type: ignore[list-item]
ROOT = Path(__file__).parents[2]
SHOWN = canonical("act", "{}")


def said_by(run: Run) -> set[tuple[str, str, str, str, str]]:
    """What a run itself says is pending."""
    return {
        (call.id, call.gate, call.name, call.arguments, canonical(call.name, call.arguments))
        for call in run.open.values()
        if call.gate and not run.is_over
    }


def said_by_rows(requests: list[Request]) -> set[tuple[str, str, str, str, str]]:
    return {
        (request.call_id, request.kind, request.tool_name, request.arguments, request.digest) for request in requests
    }


ENDS = {"fail", "cancel", "reply", "retry", "finish"}


@st.composite
def long_stories(draw: st.DrawFn) -> list[Step]:
    """The steps of a run that asks and is answered for long, before it may end."""
    run = Run("r", ALL)
    for turn in range(draw(st.integers(1, 25))):
        possible = list(occurrences(run))
        lasting = [occurrence for occurrence in possible if occurrence[0] not in ENDS]
        if not possible:
            break
        happen(run, draw(st.sampled_from(lasting if lasting and turn < 22 else possible)))
    return run.fresh


@anything_goes
@given(history=histories(20) | long_stories(), cuts=st.data())
def test_rows_say_what_the_run_says(new_place: Callable[[], Any], history: list[Step], cuts: st.DataObject) -> None:
    """Whatever steps are saved together: the rows that are pending are what replaying the run says is pending."""
    storage = new_place().open()
    head, run = begun()
    for step in history:
        again(run, step)
        if step is history[-1] or cuts.draw(st.booleans()):
            storage.save(head, run)
            pending = storage.requests(run_id=head.id)
            assert said_by_rows(pending) == said_by(Run.replay(head.id, head.plan, history[: run.seq]))
            assert len(pending) == len(said_by_rows(pending))
    everything = storage.requests(run_id=head.id, status=None)
    assert [request for request in everything if request.status == "pending"] == storage.requests(run_id=head.id)
    assert all((request.decided_at is None) == (request.status == "pending") for request in everything)


# -- what becomes of them ---------------------------------------------------------------------------------------------


def waits(storage: Storage, gate: str = "confirm", id: str | None = None, **marks: Any) -> tuple[Head, Run]:
    """A run that waits for a decision about its call c1."""
    head, run = begun(id)
    for trigger, data, messages in (
        ("begin", {}, b""),
        ("recalled", {"runs": []}, b""),
        ("thought", {"more": False}, b""),
        ("call", {"calls": {} if gate == "doubt" else {"c1": {"gate": gate, **marks}}}, asks(["c1"])),
        *([("recover", {"calls": {"c1": "doubt"}}, b"")] if gate == "doubt" else ()),
    ):
        happen(run, (trigger, data, messages))
    storage.save(head, run)
    return head, run


ANNE = Decider("anne", "as said", SHOWN)
DECISIONS: dict[str, tuple[str, Callable[[Run], list[Decision]], list[str]]] = {
    "approve": ("confirm", lambda run: decisions.approve(run.calls["c1"], ANNE), ["approved"]),
    "revise": ("confirm", lambda run: decisions.revise(run.calls["c1"], ANNE, '{"a":1}'), ["superseded", "approved"]),
    "reject": ("input", lambda run: decisions.reject(run.calls["c1"], ANNE), ["rejected"]),
    "answer": ("input", lambda run: decisions.answer(run.calls["c1"], ANNE, {"a": 1}), ["answered"]),
    "deliver": ("external", lambda run: decisions.deliver(run.calls["c1"], ANNE, "done"), ["delivered"]),
    "settle": ("doubt", lambda run: decisions.settle(run.calls["c1"], ANNE, "failure"), ["settled"]),
    "late": ("doubt", lambda _: [Decision("result", {"call": "c1"}, answers("c1"))], ["settled"]),
    "cancel": ("confirm", lambda _: [Decision("cancel", {"reason": "enough"})], ["cancelled"]),
    "fail": ("doubt", lambda _: [Decision("fail", {"error": {}})], ["cancelled"]),
}


@pytest.mark.parametrize(("gate", "decide", "expected"), DECISIONS.values(), ids=list(DECISIONS))
def test_a_decision_is_on_record_with_who_and_when(
    place: Any, gate: str, decide: Callable[[Run], list[Decision]], expected: list[str]
) -> None:
    head, run = waits(place.open(), gate)
    (asked,) = place.open().requests()
    assert (asked.run_id, asked.call_id, asked.kind, asked.status) == (head.id, "c1", gate, "pending")
    assert (asked.tool_name, asked.arguments, asked.digest) == ("act", "{}", SHOWN)
    assert (asked.seq, asked.asked_at) == (run.seq, run.instant)
    decided = decide(run)
    for decision in decided:
        happen(run, decision)
    place.open().save(head, run)
    rows = place.open().requests(status=None)[::-1]
    assert [row.status for row in rows] == expected
    by_person = decided[-1].data.get("by") is not None
    assert {(row.decided_by, row.note) for row in rows} == {("anne", "as said") if by_person else (None, None)}
    assert rows[-1].decided_at == run.instant
    assert place.open().requests() == []


def test_fields_and_the_date_of_expiry_are_shown(storage: Storage) -> None:
    fields = [{"name": "é", "field_type": "str", "value": None, "required": True}]
    waits(storage, "input", fields=fields, expires=1.5)
    (asked,) = storage.requests()
    assert asked.fields == fields
    assert asked.expires_at == asked.asked_at + 1_500_000


def test_calls_of_a_run_that_used_up_its_steps_wait_for_nobody(storage: Storage) -> None:
    head, run = begun()
    happen(run, ("begin", {"limits": {"steps": 3}}, b""))
    happen(run, ("recalled", {"runs": []}, b""))
    happen(run, ("thought", {"more": False}, b""))
    happen(run, ("call", {"calls": {"c1": {"gate": "confirm"}}}, asks(["c1"])))
    assert run.state == "failed"
    storage.save(head, run)
    assert storage.requests(status=None) == []


def test_text_that_no_database_could_hold_is_shown_without_it(storage: Storage) -> None:
    """The step has it to the letter."""
    head, run = waits(storage)
    happen(run, ("approve", {"call": "c1", "digest": SHOWN, "note": "a\0b", "by": "x\0"}, b""))
    storage.save(head, run)
    (row,) = storage.requests(status="approved")
    assert (row.note, row.decided_by) == ("a\ufffdb", "x\ufffd")
    assert (storage.steps(head.id)[-1].data or {})["note"] == "a\0b"


# -- decided once -----------------------------------------------------------------------------------------------------


def test_a_decision_about_something_else_is_refused_by_the_record(storage: Storage) -> None:
    """Even where nobody compared the digests before: nothing is written."""
    head, run = waits(storage)
    before = storage.load(head.id)
    happen(run, ("approve", {"call": "c1", "digest": canonical("act", {"cents": 1})}, b""))
    with pytest.raises(AlreadyResolved, match="not any more what was shown"):
        storage.save(head, run)
    assert [step.trigger for step in run.fresh] == ["approve"]
    assert storage.load(head.id) == before
    assert len(storage.requests()) == 1


def test_of_two_who_decide_the_second_changes_nothing(place: Any) -> None:
    head, _ = waits(place.open())
    copies = []
    for _ in range(2):
        found, steps = place.open().load(head.id)
        copies.append((found, Run.replay(found.id, found.plan, steps)))
    for (_, run), decide in zip(copies, (decisions.approve, decisions.reject), strict=True):
        for decision in decide(run.calls["c1"], ANNE):
            happen(run, decision)
    place.open().save(*copies[0])
    with pytest.raises(StaleRun):
        place.open().save(*copies[1])
    with pytest.raises(AlreadyResolved):
        Inbox(place.open()).reject(head.id, "c1")
    assert [row.status for row in place.open().requests(status=None)] == ["approved"]


def test_threads_that_decide_the_same_request_have_one_winner(storage: Storage) -> None:
    for turn in range(20):
        head, _ = waits(storage, id=f"r{turn}")
        gate = threading.Barrier(3)
        told: list[str] = []

        def decide(me: str, id: str = head.id, gate: threading.Barrier = gate, told: list[str] = told) -> None:
            gate.wait()
            try:
                Inbox(storage).approve(id, "c1", by=me) if me == "0" else Inbox(storage).reject(id, "c1", by=me)
            except AlreadyResolved:
                told.append("resolved")
            else:
                told.append(me)

        threads = [threading.Thread(target=decide, args=(str(me),)) for me in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = set(told) - {"resolved"}
        assert sorted(told)[-2:] == ["resolved", "resolved"]
        (row,) = storage.requests(run_id=head.id, status=None)
        assert (row.decided_by, row.status) == (winner, "approved" if winner == "0" else "rejected")


# -- found ------------------------------------------------------------------------------------------------------------


def test_requests_are_found_by_what_is_known_of_them(storage: Storage) -> None:
    for number, gate in enumerate(["confirm", "input", "confirm", "doubt"]):
        waits(storage, gate, id=f"r{number}")
    Inbox(storage).reject("r2", "c1")

    def found(**wanted: Any) -> str:
        return "".join(request.run_id[1:] for request in storage.requests(**wanted))

    assert found() == "310"
    assert found(kind="confirm") == "0"
    assert found(status="rejected") == "2"
    assert found(status=None) == "3210"
    assert found(run_id="r1") == "1"
    assert found(run_id="r1\0") == ""
    assert found(limit=2) == "31"
    assert found(limit=2, before=storage.requests()[1].number) == "0"
    assert found(limit=0) == ""


# -- expired ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", ["confirm", "input", "external"])
def test_whoever_looks_after_the_date_finds_it_rejected_by_policy(place: Any, gate: str) -> None:
    """In an inbox or by deciding: the rejection is a transition of the run, and stays one."""
    for look in ("pending", "decide"):
        head, _ = waits(place.open(), gate, id=f"{gate} {look}", expires=60)
        inbox = Inbox(place.open())
        assert place.open().requests(run_id=head.id)  # long expired, but nobody has looked
        if look == "pending":
            assert inbox.pending(run_id=head.id) == []
        else:
            with pytest.raises(AlreadyResolved):
                inbox.reject(head.id, "c1", by="anne")
        (row,) = place.open().requests(run_id=head.id, status=None)
        assert (row.status, row.decided_by) == ("expired", "policy")
        found, steps = place.open().load(head.id)
        assert steps[-1].trigger == "reject"
        assert steps[-1].data is not None
        assert steps[-1].data["expired"] is True
        run = Run.replay(found.id, found.plan, steps)
        assert run.state == "model"
        assert b"in time" in run.prompt()


def test_what_has_time_left_or_no_date_does_not_expire(storage: Storage) -> None:
    waits(storage, "confirm", id="long", expires=1e9)
    waits(storage, "confirm", id="for ever")
    waits(storage, "doubt", id="doubt")
    assert {request.run_id for request in Inbox(storage).pending()} == {"long", "for ever", "doubt"}
    (asked,) = storage.requests(run_id="long")
    assert asked.expires_at == asked.asked_at + 10**15


# -- real processes ---------------------------------------------------------------------------------------------------

RACER = """
import sys
from graphagent.exceptions import AlreadyResolved
from graphagent.run.inbox import Inbox
kind, place, schema, me = sys.argv[1:]
if kind == "sqlite":
    from graphagent.storage.sqlite import SqliteStorage
    storage = SqliteStorage(db_file=place, busy_timeout=30)
else:
    from graphagent.storage.postgres import PostgresStorage
    storage = PostgresStorage(db_url=place, schema=schema, busy_timeout=30)
inbox = Inbox(storage)
inbox.pending()
print("ready", flush=True)
for line in sys.stdin:
    try:
        (inbox.approve if me == "0" else inbox.reject)(line.strip(), "c1", by=me)
    except AlreadyResolved:
        print("resolved", flush=True)
    else:
        print("won", flush=True)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_processes_that_decide_the_same_request_exactly_one_wins(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    storage: Any = request.getfixturevalue(kind)()
    storage.runs()
    place = str(tmp_path / "runs.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    command = [sys.executable, "-c", RACER, kind, place, getattr(storage, "schema", "")]
    runs = [waits(storage, id=f"r{number}")[0].id for number in range(40)]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(me)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for me in range(3)
        ]
        assert [heard(racer) for racer in racers] == ["ready"] * 3
        wins = set()
        for run_id in runs:
            for racer in racers:
                assert racer.stdin is not None
                print(run_id, file=racer.stdin, flush=True)
            outcomes = [heard(racer) for racer in racers]
            assert sorted(outcomes) == ["resolved", "resolved", "won"]
            winner = outcomes.index("won")
            (row,) = storage.requests(run_id=run_id, status=None)
            assert (row.decided_by, row.status) == (str(winner), "rejected" if winner else "approved")
            decisions_on_record = [step for step in storage.steps(run_id) if step.trigger in {"approve", "reject"}]
            assert len(decisions_on_record) == 1
            wins.add(winner)
    assert len(wins) > 1


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
