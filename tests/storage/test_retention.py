"""What is deleted for good, with all that hangs on it, and what is kept of old runs."""

from __future__ import annotations

import pytest
from histories import AT, begun, ended, happen
from worlds import USER, asks

from graphagent.engine.graph import plan
from graphagent.engine.run import PRUNED, Run
from graphagent.exceptions import RunPruned
from graphagent.storage.base import Storage
from graphagent.storage.notebook import Learnt, Operation
from graphagent.storage.retention import Pruned
from graphagent.storage.session import Deleted


def remember(storage: Storage, user_id: str | None, run_id: str = "elsewhere") -> None:
    """Two versions of a memory, and a summary."""
    notebook = storage.notebook(user_id)
    notebook.write([Operation("add", "1", "likes tea"), Operation("replace", "1", "likes coffee")], AT)
    notebook.learn(Learnt(run_id, 7, AT, "s", summary={"summary": "tea"}))


def test_with_a_user_goes_what_is_remembered_of_them(storage: Storage) -> None:
    for user_id in ("ann", "bob"):
        remember(storage, user_id)
    assert storage.delete_user("ann") == Deleted(memories=3)
    assert [user for _, user in storage.remembered()] == ["bob"]
    assert [found.memory for found in storage.notebook("bob").search("coffee")] == ["likes coffee"]


def test_with_a_session_goes_what_was_said_of_it_and_no_memory(storage: Storage) -> None:
    run_id = ended(storage, "s", "ann")
    remember(storage, "ann", run_id)
    assert storage.delete_session("s") == Deleted(sessions=1, runs=1, steps=3, memories=1)
    assert len(storage.notebook("ann").history("1")) == 2


def test_of_a_pruned_run_the_spine_stays(storage: Storage) -> None:
    old, young = ended(storage, "s", "ann"), ended(storage, "s", "ann")
    waits, run = begun(session_id="s", user_id="ann", plan=plan(tools=True, gated=True))
    happen(run, ("begin", {}, USER))
    happen(run, ("call", {"calls": {"c": {"gate": "confirm"}}}, asks(["c"])))
    storage.save(waits, run)
    head, before = storage.load(old)
    limit = storage.load(young)[0].updated_at + 1
    assert storage.prune(limit, at=AT) == Pruned(2, 6)
    assert storage.prune(limit, at=AT) == Pruned()
    pruned_head, steps = storage.load(old)
    assert pruned_head == head
    assert [step[:4] for step in steps] == [step[:4] for step in before]
    assert [(step.data, step.messages) for step in steps] == [({PRUNED: AT}, b""), (None, b""), (None, b"")]
    with pytest.raises(RunPruned, match="removed since"):
        Run.replay(old, head.plan, steps)
    assert storage.load(waits.id)[1][1].messages == asks(["c"])


def test_what_is_younger_stays_whole(storage: Storage) -> None:
    run_id = ended(storage, "s", "ann")
    assert storage.prune(storage.load(run_id)[0].updated_at, at=AT) == Pruned()
