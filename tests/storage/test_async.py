"""Saves on an event loop: together where they come together, each with its own outcome, and the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest
from histories import begun, happen, session
from worlds import USER

from graphagent.engine.run import Run, Step
from graphagent.exceptions import StorageBusy, StorageError
from graphagent.storage.base import Head, Storage
from graphagent.storage.sqlite import SqliteStorage

Opener = Callable[..., SqliteStorage]
Pair = tuple[Head, Run]


def fresh(many: int) -> list[Pair]:
    """Runs that have begun and are not on record."""
    pairs = [begun() for _ in range(many)]
    for _, run in pairs:
        happen(run, ("begin", {}, USER))
    return pairs


def heard(storage: SqliteStorage) -> list[str]:
    """The statements that end transactions from now on, with the name of the thread that made them."""
    ends: list[str] = []

    def hear(statement: str) -> None:
        if statement in {"COMMIT", "ROLLBACK"}:
            ends.append(f"{statement} {'here' if threading.current_thread() is threading.main_thread() else 'there'}")

    storage._database._opened(1.0).set_trace_callback(hear)
    return ends


async def all_of(works: list[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*works, return_exceptions=True))


def test_what_is_saved_in_one_tick_is_one_commit(sqlite: Opener) -> None:
    storage, pairs = sqlite(), fresh(20)
    ends = heard(storage)
    told = asyncio.run(all_of([storage.asave(*pair) for pair in pairs]))
    assert [[step.trigger for step in steps] for steps in told] == [["begin"]] * 20
    assert ends == ["COMMIT here"]
    assert len(storage.runs()) == 20


def test_a_commit_that_is_synced_leaves_the_loop_alone(sqlite: Opener) -> None:
    """It is made in a thread, and what is not synced goes along where they come together."""
    storage, pairs = sqlite(), fresh(2)
    ends = heard(storage)

    async def live() -> None:
        for occurrence in session()[1:4]:  # the last of them is a call: an intent
            for _, run in pairs[:1] if occurrence[0] == "call" else pairs:
                happen(run, occurrence)
            await all_of([storage.asave(*pair) for pair in pairs])

    asyncio.run(live())
    assert ends == ["COMMIT here", "COMMIT here", "COMMIT there"]


def test_what_comes_while_a_commit_is_under_way_makes_the_next_one(sqlite: Opener) -> None:
    storage, pairs = sqlite(), fresh(9)
    ends = heard(storage)

    async def live() -> None:
        happen(pairs[0][1], ("cancel", {}, b""))
        first = asyncio.create_task(storage.asave(*pairs[0]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # its commit is under way
        await all_of([first, *(storage.asave(*pair) for pair in pairs[1:])])

    asyncio.run(live())
    assert ends == ["COMMIT there", "COMMIT here"]


def test_the_loop_goes_on_while_another_process_has_the_database(sqlite: Opener) -> None:
    """Another program holds the lock until the loop has gone round a hundred times."""
    storage, (pair,) = sqlite(), fresh(1)
    storage.save(*pair)
    happen(pair[1], ("recalled", {}, b""))

    async def live() -> list[Step]:
        saving = asyncio.create_task(storage.asave(*pair))
        for _ in range(100):
            await asyncio.sleep(0)
            assert not saving.done()
        other.execute("ROLLBACK")
        return await saving

    with closing(sqlite3.connect(storage.db_file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [step.trigger for step in asyncio.run(live())] == ["recalled"]


def test_those_who_wait_for_a_busy_database_each_get_an_error_of_their_own(sqlite: Opener) -> None:
    storage, pairs = sqlite(busy_timeout=0.01), fresh(3)
    storage._database._opened(1.0)
    with closing(sqlite3.connect(storage.db_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = asyncio.run(all_of([storage.asave(*pair) for pair in pairs]))
    assert [type(error) for error in told] == [StorageBusy] * 3
    assert len({id(error) for error in told}) == 3
    assert all(isinstance(error.__cause__, sqlite3.Error) for error in told)
    again = asyncio.run(all_of([storage.asave(*pair) for pair in pairs]))
    assert [len(steps) for steps in again] == [1, 1, 1]


def test_cancelling_one_who_waits_does_not_cancel_the_others(storage: Storage) -> None:
    """Its steps may be on record or not: the next save of the run finds out, and nothing is there twice."""
    pairs = fresh(5)

    async def live() -> list[Any]:
        saving = [asyncio.create_task(storage.asave(*pair)) for pair in pairs]
        await asyncio.sleep(0)
        saving[2].cancel()
        return list(await asyncio.gather(*saving, return_exceptions=True))

    told = asyncio.run(live())
    assert [len(steps) for index, steps in enumerate(told) if index != 2] == [1, 1, 1, 1]
    happen(pairs[2][1], ("cancel", {}, b""))
    storage.save(*pairs[2])
    assert [step.trigger for step in storage.steps(pairs[2][0].id)] == ["begin", "cancel"]


def test_cancelling_while_the_commit_is_under_way_keeps_the_record_straight(sqlite: Opener) -> None:
    storage = sqlite()

    async def live() -> None:
        for _ in range(30):
            ((head, run),) = fresh(1)
            happen(run, ("cancel", {}, b""))
            happened = list(run.fresh)
            saving = asyncio.create_task(storage.asave(head, run))
            await asyncio.sleep(0)
            await asyncio.sleep(0)  # the thread has it
            saving.cancel()
            await asyncio.gather(saving, return_exceptions=True)
            await storage.asave(head, run)
            assert run.fresh == []
            assert storage.steps(head.id) == happened

    asyncio.run(live())


def test_what_happens_to_a_run_while_its_commit_is_under_way_is_saved_by_the_next(sqlite: Opener) -> None:
    """The commit has taken its steps and waits for another program; then the run is fed."""
    storage, ((head, run),) = sqlite(), fresh(1)
    storage.save(head, run)
    happen(run, ("recalled", {}, b""))
    begun_to_write = threading.Event()
    connection = storage._database._opened(1.0)
    connection.set_trace_callback(lambda statement: begun_to_write.set() if "BEGIN" in statement else None)

    async def live() -> list[Step]:
        saving = asyncio.create_task(storage.asave(head, run))
        await asyncio.to_thread(begun_to_write.wait)
        happen(run, ("cancel", {}, b""))
        other.execute("ROLLBACK")
        return await saving

    with closing(sqlite3.connect(storage.db_file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [step.trigger for step in asyncio.run(live())] == ["recalled"]
    assert [step.trigger for step in run.fresh] == ["cancel"]
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]


def test_tasks_that_save_the_same_run_are_told_each_step_once(storage: Storage) -> None:
    """As when several tools of one run return at the same time."""
    ((head, run),) = fresh(1)
    happen(run, ("cancel", {}, b""))
    told = asyncio.run(all_of([storage.asave(head, run) for _ in range(3)]))
    assert sorted(len(steps) for steps in told) == [0, 0, 2]
    assert len(storage.steps(head.id)) == 2


def test_one_storage_serves_loops_and_threads_at_once(storage: Storage) -> None:
    """Four event loops and four threads, each with runs of its own: every step is told, and is on record, once."""
    failures: list[BaseException] = []

    def in_loop(pairs: list[Pair]) -> None:
        async def live(head: Head, run: Run) -> None:
            told = await storage.asave(head, run)
            for occurrence in session()[1:]:
                happen(run, occurrence)
                told += await storage.asave(head, run)
            check(head, told)

        async def together() -> None:
            await asyncio.gather(*(live(*pair) for pair in pairs))

        asyncio.run(together())

    def in_thread(pairs: list[Pair]) -> None:
        for head, run in pairs:
            told = storage.save(head, run)
            for occurrence in session()[1:]:
                happen(run, occurrence)
                told += storage.save(head, run)
            check(head, told)

    def check(head: Head, told: list[Step]) -> None:
        assert told == storage.load(head.id)[1]
        assert [step.trigger for step in told] == [trigger for trigger, *_ in session()]

    def guarded(work: Callable[[list[Pair]], None], pairs: list[Pair]) -> None:
        try:
            work(pairs)
        except BaseException as error:
            failures.append(error)

    works = [(work, fresh(6)) for work in (in_loop, in_thread) * 4]
    threads = [threading.Thread(target=guarded, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(storage.runs(state="completed")) == 48


def test_an_error_that_concerns_all_reaches_all(sqlite: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    storage, pairs = sqlite(), fresh(3)
    for _, run in pairs[:1]:
        happen(run, ("cancel", {}, b""))  # synced: by way of the thread
    storage.db_file.parent.joinpath("in the way").write_text("")
    monkeypatch.setattr(storage._database, "file", storage.db_file.parent / "in the way" / "runs.db")
    told = asyncio.run(all_of([storage.asave(*pair) for pair in pairs]))
    assert [type(error) for error in told] == [StorageError] * 3
    assert all(run.fresh for _, run in pairs)


def test_a_loop_that_is_gone_does_not_hold_up_the_next_one(sqlite: Opener) -> None:
    """Closed in the middle of a commit; the storage then serves a new loop, in the same thread."""
    storage, pairs = sqlite(), fresh(2)
    happen(pairs[0][1], ("cancel", {}, b""))

    async def leave() -> None:
        saving = asyncio.create_task(storage.asave(*pairs[0]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not saving.done()

    asyncio.run(leave())
    assert len(asyncio.run(all_of([storage.asave(*pairs[1])]))[0]) == 1
    storage.save(*pairs[0])
    assert [head.seq for head in storage.runs()] in ([1, 2], [2, 1])
