"""What is particular to a Postgres server: connections that break, locks, other users of it, how safely is written."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from histories import begun, happen, session
from worlds import USER, asks

from graphagent import Agent
from graphagent.engine.run import Run
from graphagent.exceptions import (
    DamagedData,
    DefinitionError,
    NotStorable,
    RunNotFound,
    SchemaTooNew,
    StaleRun,
    StorageBusy,
    StorageError,
    StorageReadOnly,
    StorageUnreachable,
)
from graphagent.models import ScriptedModel
from graphagent.models.scripted import Item
from graphagent.storage.base import SYNCED, Head
from graphagent.storage.journal import Journal
from graphagent.storage.postgres import PostgresStorage
from graphagent.testing import call, say

Opener = Callable[..., PostgresStorage]
LOCKED = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'graphagent' AND wait_event_type = 'Lock'"


def saved(storage: PostgresStorage, id: str = "1", **known: Any) -> tuple[Head, Run]:
    """A run that has begun, on record."""
    head, run = begun(id, **known)
    happen(run, ("begin", {}, USER))
    storage.save(head, run)
    return head, run


@pytest.fixture
def server(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """The server, past the storage."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def backends(server: psycopg.Connection[Any]) -> list[tuple[int, str]]:
    """Process and state of the server's side of each connection of ours."""
    return server.execute(
        "SELECT pid, state FROM pg_stat_activity WHERE application_name = 'graphagent' ORDER BY pid"
    ).fetchall()


# -- where it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "db_url="),
        ({"db_url": "sqlite:///secret.db"}, "db_url="),
        ({"db_url": "postgresql://me:secret@host:port=1/x?secret"}, "no URL of a Postgres database"),
        ({"db_url": "postgresql://h/d", "schema": 'x"; DROP'}, "schema is a name"),
        ({"db_url": "postgresql://h/d", "pool_size": 0}, "1 or more"),
        ({"db_url": "postgresql://h/d", "durability": "none"}, "'auto' or 'full'"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_refused_at_once(options: dict[str, Any], told: str) -> None:
    with pytest.raises(DefinitionError, match=told) as refused:
        PostgresStorage(**options)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_a_url_is_understood(postgres: Opener, postgres_url: str, scheme: str) -> None:
    storage = postgres(db_url=postgres_url.replace("postgresql", scheme, 1))
    saved(storage)
    assert storage.load("1")[0].seq == 1


def test_looking_for_runs_makes_no_tables(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    storage = postgres()
    assert storage.runs() == []
    assert storage.requests() == []
    assert storage.definition("d") is None
    with pytest.raises(RunNotFound):
        storage.load("1")
    assert server.execute("SELECT to_regnamespace(%s)", (storage.schema,)).fetchone() == (None,)


def test_no_password_is_in_what_is_said() -> None:
    storage = PostgresStorage(db_url="postgresql://me:secret@127.0.0.1:9/runs", busy_timeout=0.1)
    with pytest.raises(StorageUnreachable, match=r"runs at 127\.0\.0\.1:9 cannot be reached") as failed:
        saved(storage)
    for told in (str(failed.value), repr(storage), repr(storage._journal.database.name)):
        assert "secret" not in told
    with pytest.raises(StorageUnreachable):
        storage.runs()


def test_table_names_isolate_and_ids_do_not(postgres: Opener) -> None:
    mine, theirs, all_of_them = (postgres(table_name=name) for name in ("mine", "theirs", None))
    saved(mine, "m")
    saved(theirs, "t")
    assert [head.id for head in mine.runs()] == ["m"]
    assert [head.id for head in all_of_them.runs()] == ["t", "m"]
    with pytest.raises(RunNotFound, match="mine"):
        mine.load("t")
    with pytest.raises(StaleRun, match="begun by somebody else"):
        saved(mine, "t")
    with pytest.raises(DefinitionError, match="table_name=None"):
        saved(all_of_them, "x")


def test_names_that_no_text_column_holds_are_refused(postgres: Opener) -> None:
    with pytest.raises(NotStorable):
        saved(postgres(), session_id="a\0b")
    assert postgres().runs(session_id="a\0b") == []


def test_messages_stand_as_they_go_over_the_wire(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    storage = postgres()
    head, run = begun()
    wire = '{"role":"user","content":"é\\u0000\U0001f600","b":1,"a":[ ]},{"role":"user","content":""}'
    run.feed("begin", {"z": "é", "a": 1}, wire.encode(), at=1)
    storage.save(head, run)
    row = server.execute(f"SELECT data, messages FROM {storage.schema}.step").fetchone()
    assert row == ('{"z":"é","a":1}', wire)
    assert storage.steps(head.id)[0].messages == wire.encode()


# -- how safely -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("durability", ["auto", "full"])
def test_what_carries_an_intent_or_a_decision_is_synced(
    postgres: Opener, durability: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within each transaction, the server itself says how it will be committed."""
    levels: list[str] = []
    write = Journal._write

    def asking(self: Journal, connection: Any, offers: Any) -> None:
        levels.append(connection.execute("SHOW synchronous_commit").fetchone()[0])
        write(self, connection, offers)

    monkeypatch.setattr(Journal, "_write", asking)
    storage = postgres(durability=durability)
    head, run = begun()
    for occurrence in session(4):
        happen(run, occurrence)
        storage.save(head, run)
        assert levels.pop() == ("on" if durability == "full" or occurrence[0] in SYNCED else "off"), occurrence[0]


# -- connections ------------------------------------------------------------------------------------------------------


def test_no_connection_is_lent_while_a_tool_or_a_model_works(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    """Neither here nor as the server sees it. Where calls work side by side, one may begin while the start of the other
    is being recorded; that commit comes to its end while both work."""
    storage = postgres()
    seen: list[str] = []
    turn = threading.Lock()

    def look(who: str) -> str:
        until = time.monotonic() + 30
        with turn:
            while storage._database.pool.lent or {state for _, state in backends(server)} - {"idle"}:
                assert time.monotonic() < until
        seen.append(who)
        return "seen"

    def act(who: str) -> str:
        """Act."""
        return look(who)

    class Watching(ScriptedModel):
        def ask(self, request: Any) -> Any:
            look("model")
            return super().ask(request)

    script: list[Item] = [[call("act", who="one")], [call("act", who="two"), call("act", who="three")], say("Done.")]
    agent = Agent(model=Watching(script), tools=[act], storage=storage)
    assert agent.run("Go.").content == "Done."
    assert asyncio.run(agent.copy(model=ScriptedModel(script)).arun("Go.")).content == "Done."
    assert sorted(seen) == sorted(["model"] * 3 + ["one", "two", "three"] * 2)


def test_threads_share_the_connections_of_the_pool(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    storage = postgres(pool_size=3)
    most: list[int] = []

    def live(number: int) -> None:
        head, run = saved(storage, f"r{number}")
        for occurrence in session()[1:]:
            happen(run, occurrence)
            storage.save(head, run)
            most.append(len(storage._database.pool.lent))

    threads = [threading.Thread(target=live, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(storage.runs(state="completed")) == 12
    assert 1 < max(most) <= 3
    assert len(backends(server)) <= 3
    storage.close()
    gone_by = time.monotonic() + 10
    while backends(server) and time.monotonic() < gone_by:
        pass
    assert backends(server) == []


def test_a_dropped_connection_is_made_again(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    """Dropped between two uses: neither who reads nor who writes learns of it."""
    storage = postgres()
    head, run = saved(storage)
    for occurrence in session()[1:4]:
        drop(server)
        happen(run, occurrence)
        storage.save(head, run)
        drop(server)
        assert storage.load("1")[0].seq == run.seq


def drop(server: psycopg.Connection[Any]) -> None:
    """End all connections of ours, on the server's side."""
    dropped = server.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'graphagent'"
    ).fetchall()
    assert dropped


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
@pytest.mark.parametrize("which", ["a new run", "a run that goes on", "a decision"])
def test_a_connection_that_breaks_in_the_middle_loses_and_repeats_nothing(
    postgres: Opener, server: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, moment: str, which: str
) -> None:
    storage = postgres()
    saved(storage, "another")
    head, run = begun("1")
    happen(run, ("begin", {}, USER))
    if which != "a new run":
        storage.save(head, run)
    happen(run, ("recalled", {}, b""))
    happen(run, ("thought", {"more": False}, b""))
    if which == "a decision":
        happen(run, ("call", {"calls": {"c1": {"gate": "confirm"}}}, asks(["c1"])))
        storage.save(head, run)
        happen(run, ("approve", {"call": "c1", "by": "anne"}, b""))
    due = list(run.fresh)
    break_the_next_commit(server, monkeypatch, takes_effect=moment == "after the commit")
    assert storage.save(head, run) == due
    assert storage.load("1")[0].seq == run.seq
    assert [step.seq for step in storage.steps("1")] == list(range(1, run.seq + 1))
    assert [row.status for row in storage.requests(status=None)] == (["approved"] if which == "a decision" else [])
    assert not head.unsure


def break_the_next_commit(
    server: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, *, takes_effect: bool
) -> None:
    """The connection is gone right before, or right after, the server was told to commit."""
    execute = psycopg.Cursor.execute
    told: list[str] = []

    def breaking(self: Any, query: Any, *given: Any, **options: Any) -> Any:
        if query != "COMMIT" or told:
            return execute(self, query, *given, **options)
        told.append(query)
        if takes_effect:
            execute(self, query, *given, **options)
        drop(server)
        return execute(self, "SELECT 1")  # what the driver would find

    monkeypatch.setattr(psycopg.Cursor, "execute", breaking)


def test_a_server_that_went_away_took_all_connections_along(
    postgres: Opener, server: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is found broken is not followed by a try of each of the others."""
    storage = postgres()
    saved(storage)
    pool = storage._database.pool
    taken = [pool.take(time.monotonic() + 1) for _ in range(4)]
    for connection in taken:
        assert connection is not None
        pool.give(connection)
    drop(server)
    tries: list[float] = []
    take = pool.take

    def counted(deadline: float) -> Any:
        tries.append(deadline)
        return take(deadline)

    monkeypatch.setattr(pool, "take", counted)
    assert storage.runs(limit=1)[0].seq == 1
    assert len(tries) == 2
    assert len(pool.idle) == 1


def test_threads_that_save_the_same_run_take_turns(
    postgres: Opener, postgres_url: str, server: psycopg.Connection[Any]
) -> None:
    """As when an event loop is gone in the middle of a commit, and its run is saved again by somebody else."""
    storage = postgres(busy_timeout=30)
    head, run = saved(storage)
    happen(run, ("cancel", {}, b""))
    told: list[Any] = []
    with psycopg.connect(postgres_url) as other:
        other.execute(f"SELECT 1 FROM {storage.schema}.run FOR UPDATE")
        savers = [threading.Thread(target=lambda: told.append(storage.save(head, run))) for _ in range(2)]
        savers[0].start()
        while not server.execute(LOCKED).fetchall():
            pass
        savers[1].start()
        savers[1].join(0.2)  # long enough to offer the same steps, if it did not wait
        other.rollback()
    for saver in savers:
        saver.join()
    assert sorted(map(len, told)) == [0, 1]
    assert len(storage.steps("1")) == 2


FORKS = hasattr(os, "fork")


@pytest.mark.skipif(not FORKS, reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(postgres: Opener) -> None:
    """Parent and child record side by side, and neither ends the session of the other."""
    storage = postgres()
    head, run = saved(storage, "parent")
    assert storage._database.pool.idle
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            assert not storage._database.pool.idle
            mine, own = saved(storage, "child")
            happen(own, ("cancel", {}, b""))
            storage.save(mine, own)
            storage.close()
            code = 0
        finally:
            os._exit(code)
    happen(run, ("cancel", {}, b""))
    connection = storage._database.pool.idle[-1]
    storage.save(head, run)
    assert os.waitpid(pid, 0)[1] == 0
    assert storage._database.pool.idle[-1] is connection
    assert {head.id: head.seq for head in storage.runs()} == {"parent": 2, "child": 2}


# -- other users of it ------------------------------------------------------------------------------------------------


def test_a_locked_run_is_busy_and_nothing_is_lost(postgres: Opener, postgres_url: str) -> None:
    storage = postgres(busy_timeout=0.1)
    head, run = saved(storage)
    happen(run, ("cancel", {}, b""))
    with psycopg.connect(postgres_url) as other:
        other.execute(f"SELECT * FROM {storage.schema}.run FOR UPDATE")
        with pytest.raises(StorageBusy, match="was kept busy by others"):
            storage.save(head, run)
        assert [step.trigger for step in storage.steps("1")] == ["begin"]  # readers are not kept out
        other.rollback()
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]


def test_when_all_connections_are_lent_others_wait(postgres: Opener) -> None:
    storage = postgres(pool_size=1, busy_timeout=0.1)
    saved(storage)
    taken = storage._database.pool.take(time.monotonic() + 1)
    assert taken is not None
    with pytest.raises(StorageBusy, match="all connections are in use"):
        storage.runs()
    storage._database.pool.give(taken)
    assert len(storage.runs()) == 1


def test_a_deadlock_is_tried_again(postgres: Opener, postgres_url: str, server: psycopg.Connection[Any]) -> None:
    """Two runs saved together, and somebody who locks them the other way round."""
    storage = postgres(busy_timeout=30)
    pairs = [saved(storage, id) for id in ("1", "2")]
    for _, run in pairs:
        happen(run, ("recalled", {}, b""))
    lock = f"SELECT 1 FROM {storage.schema}.run WHERE id = %s FOR UPDATE"

    async def together() -> None:
        await asyncio.gather(*(storage.asave(*pair) for pair in pairs))

    with psycopg.connect(postgres_url) as other:
        other.execute("SET LOCAL deadlock_timeout = '60s'")  # so that the storage is the one that is refused
        other.execute(lock, ("2",))
        saving = threading.Thread(target=lambda: asyncio.run(together()))
        saving.start()
        while not server.execute(LOCKED).fetchall():
            pass
        other.execute(lock, ("1",))
        other.rollback()
    saving.join()
    assert [head.seq for head in storage.runs()] == [2, 2]


def test_who_may_only_read_is_told(postgres: Opener, postgres_url: str) -> None:
    storage = postgres()
    head, run = saved(storage)
    joint = "&" if "?" in postgres_url else "?"
    reader = postgres(db_url=f"{postgres_url}{joint}options=-c%20default_transaction_read_only%3Don")
    happen(run, ("cancel", {}, b""))
    with pytest.raises(StorageReadOnly, match="cannot be written"):
        reader.save(head, run)
    assert reader.load("1")[0].seq == 1
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]


def test_all_who_come_at_once_find_the_tables_made(postgres: Opener) -> None:
    storages = [postgres() for _ in range(6)]
    gate = threading.Barrier(6)
    failures: list[BaseException] = []

    def begin(number: int) -> None:
        gate.wait()
        try:
            saved(storages[number], str(number))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(storages[0].runs()) == 6


def test_tables_of_a_later_version_are_refused(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    storage = postgres()
    saved(storage)
    storage.close()
    server.execute(f"UPDATE {storage.schema}.graphagent SET schema_version = 99")
    for use in (storage.runs, lambda: saved(storage, "2")):
        with pytest.raises(SchemaTooNew, match="version 99"):
            use()


def test_tables_of_something_else_are_let_be(postgres: Opener, server: psycopg.Connection[Any]) -> None:
    storage = postgres()
    server.execute(f"CREATE SCHEMA {storage.schema}; CREATE TABLE {storage.schema}.run (distance REAL)")
    with pytest.raises(StorageError, match="tables of something else"):
        saved(storage)
    assert server.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (storage.schema,)
    ).fetchall() == [("run",)]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE {}.step SET data = '{{' WHERE seq = 3", "step 3, column data"),
        ("UPDATE {}.step SET messages = '1,2' WHERE seq = 1", "step 1, column messages"),
        ("DELETE FROM {}.step WHERE seq = 4", "step 4 cannot be read back: it is missing"),
        ("UPDATE {}.run SET seq = 0", "the head of run '1'"),
        (
            "INSERT INTO {0}.step SELECT run, seq + 1, 'x', 'y', at, NULL, NULL FROM {0}.step WHERE seq = 10",
            "after its",
        ),
    ],
)
def test_damage_is_named_with_its_row(
    postgres: Opener, server: psycopg.Connection[Any], damage: str, told: str
) -> None:
    storage = postgres()
    head, run = begun("1")
    for occurrence in session()[:10]:
        happen(run, occurrence)
    storage.save(head, run)
    server.execute(damage.format(storage.schema))
    happen(run, ("cancel", {}, b""))
    with pytest.raises(DamagedData, match=told):
        storage.save(head, run) if told == "after its" else storage.load("1")
