"""What is particular to a SQLite file: where it is, who sees what in it, how safely it is written, what is done when it fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from histories import begun, happen, rounds, session
from worlds import USER

from graphagent.engine.run import Run, Step
from graphagent.exceptions import (
    DamagedData,
    DefinitionError,
    RunNotFound,
    SchemaTooNew,
    StaleRun,
    StorageBusy,
    StorageError,
    StorageFull,
)
from graphagent.storage.base import SYNCED, Head
from graphagent.storage.database import FULL, NORMAL
from graphagent.storage.opening import patiently
from graphagent.storage.sqlite import SqliteStorage

Opener = Callable[..., SqliteStorage]


def saved(storage: SqliteStorage, id: str = "1", **known: Any) -> tuple[Head, Run]:
    """A run that has begun, on record."""
    head, run = begun(id, **known)
    happen(run, ("begin", {}, USER))
    storage.save(head, run)
    return head, run


def raw(storage: SqliteStorage) -> closing[sqlite3.Connection]:
    """The file, past the storage."""
    return closing(sqlite3.connect(storage.db_file, isolation_level=None))


# -- where it is ------------------------------------------------------------------------------------------------------


def test_a_file_is_made_with_its_folders_when_it_is_first_needed(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "runs.db"
    with SqliteStorage(db_file=file) as storage:
        assert not file.parent.exists()
        saved(storage)
        assert file.exists()


def test_looking_for_runs_makes_no_file(tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    assert storage.runs() == []
    assert storage.definition("d") is None
    with pytest.raises(RunNotFound, match=r"runs\.db"):
        storage.load("1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_url_names_a_file(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert SqliteStorage(db_url=form.format("a/b.db")).db_file == tmp_path / "a" / "b.db"
    assert SqliteStorage(db_url=form.format("/a/b.db")).db_file == Path("/a/b.db")


def test_a_relative_path_means_the_folder_of_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    storage = SqliteStorage(db_file="runs.db")
    monkeypatch.chdir("/")
    assert storage.db_file == tmp_path / "runs.db"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "db_file= or db_url="),
        ({"db_file": "a", "db_url": "sqlite:///a"}, "only one"),
        ({"db_url": "postgresql://me:secret@host/db"}, "begins with 'postgresql'"),
        ({"db_url": "sqlite://host/secret.db"}, "without host"),
        ({"db_url": "sqlite:///a.db?key=secret"}, "without host and options"),
        ({"db_url": "sqlite://"}, "sqlite:///"),
        ({"db_url": "secret"}, "begins with"),
        ({"db_file": ":memory:"}, "MemoryStorage"),
        ({"db_file": ""}, "MemoryStorage"),
        ({"db_file": "a", "durability": "none"}, "'auto' or 'full'"),
    ],
    ids=str,
)
def test_a_place_that_cannot_be_is_refused_at_once(options: dict[str, Any], told: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        SqliteStorage(**options)
    assert told in str(refused.value)
    assert ":secret" not in str(refused.value)
    assert "=secret" not in str(refused.value)


def test_the_name_and_the_place_can_be_given_by_position(tmp_path: Path) -> None:
    storage = SqliteStorage("names", None, str(tmp_path / "a.db"))
    assert (storage.table_name, storage.db_file) == ("names", tmp_path / "a.db")
    assert repr(storage) == f"SqliteStorage(table_name='names', db_file={str(tmp_path / 'a.db')!r})"


# -- who sees what ----------------------------------------------------------------------------------------------------


def test_table_names_isolate(sqlite: Opener) -> None:
    """Runs of one name are not there for another, whatever they are asked for by."""
    mine, theirs = sqlite(table_name="mine"), sqlite(table_name="theirs")
    saved(mine, "m")
    saved(theirs, "t")
    assert [head.id for head in mine.runs()] == ["m"]
    assert [head.id for head in theirs.runs(session_id="s")] == ["t"]
    for look in (mine.load, mine.steps, lambda run_id: mine.runs(before=run_id)):
        with pytest.raises(RunNotFound, match="mine"):
            look("t")


def test_without_a_table_name_all_are_seen_and_gone_on_with_but_none_begun(sqlite: Opener) -> None:
    saved(sqlite(table_name="one"), "1")
    saved(sqlite(table_name="two"), "2")
    everything = sqlite(table_name=None)
    assert [(head.id, head.space) for head in everything.runs()] == [("2", "two"), ("1", "one")]
    head, steps = everything.load("1")
    run = Run.replay(head.id, head.plan, steps)
    happen(run, ("cancel", {}, b""))
    everything.save(head, run)
    assert sqlite(table_name="one").load("1")[0].state == "cancelled"
    with pytest.raises(DefinitionError, match="table_name=None"):
        saved(everything, "3")


def test_an_id_is_of_one_run_in_the_whole_file(sqlite: Opener) -> None:
    saved(sqlite(table_name="one"), "1")
    with pytest.raises(StaleRun, match="begun by somebody else"):
        saved(sqlite(table_name="two"), "1")


# -- how safely -------------------------------------------------------------------------------------------------------


def traced(storage: SqliteStorage) -> list[str]:
    """Every statement that the storage's connection is going to run."""
    heard: list[str] = []
    connection = storage._database.connection
    assert connection is not None
    connection.set_trace_callback(heard.append)
    return heard


def synchronous(storage: SqliteStorage) -> str:
    """How the connection commits, asked of SQLite itself."""
    connection = storage._database.connection
    assert connection is not None
    ((level,),) = connection.execute("PRAGMA synchronous")
    return {1: NORMAL, 2: FULL}[level]


@pytest.mark.parametrize("durability", ["auto", "full"])
def test_what_carries_an_intent_or_a_decision_is_synced(sqlite: Opener, durability: Any) -> None:
    """After every commit, SQLite itself says how it was made."""
    storage = sqlite(durability=durability)
    head, run = begun()
    for occurrence in session(6):
        happen(run, occurrence)
        storage.save(head, run)
        expected = FULL if durability == "full" or occurrence[0] in SYNCED else NORMAL
        assert synchronous(storage) == expected, occurrence[0]


def test_the_level_is_set_before_the_transaction_and_writes_lock_at_once(sqlite: Opener) -> None:
    """SQLite ignores the setting within a transaction, and a transaction that begins by reading may fail when it writes."""
    storage = sqlite()
    head, run = saved(storage)
    heard = traced(storage)
    for occurrence in session()[1:4]:
        happen(run, occurrence)
        storage.save(head, run)
    shape = [statement.split("(")[0].split(" SET ")[0].strip() for statement in heard]
    commit = ["BEGIN IMMEDIATE", "UPDATE run", "INSERT INTO step", "COMMIT"]
    assert shape == [*commit, *commit, "PRAGMA synchronous=FULL", *commit]


def test_the_file_is_in_wal_mode(sqlite: Opener) -> None:
    storage = sqlite()
    saved(storage)
    with raw(storage) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_messages_stand_as_they_go_over_the_wire(sqlite: Opener) -> None:
    """As text, byte for byte: keys in their order, no blanks added, nothing encoded twice."""
    storage = sqlite()
    head, run = begun()
    wire = '{"role":"user","content":"é\\u0000\U0001f600","b":1,"a":[ ]},{"role":"user","content":""}'
    run.feed("begin", {"z": "é", "a": 1}, wire.encode(), at=1)
    storage.save(head, run)
    with raw(storage) as database:
        row = database.execute("SELECT typeof(data), data, typeof(messages), messages FROM step").fetchone()
    assert row == ("text", '{"z":"é","a":1}', "text", wire)
    assert storage.steps(head.id)[0].messages == wire.encode()


def test_no_transaction_is_open_and_no_lock_held_between_calls(sqlite: Opener) -> None:
    """Whatever runs between saves, another program can write the file at once."""
    storage = sqlite()
    head, run = saved(storage)
    for occurrence in session()[1:]:
        happen(run, occurrence)
        storage.save(head, run)
        storage.load(head.id)
        assert not storage._database.lock.locked()
        with raw(storage) as database:
            database.execute("PRAGMA busy_timeout = 0")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")


# -- when it fails ----------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(sqlite: Opener) -> Iterator[tuple[SqliteStorage, Head, Run, sqlite3.Connection]]:
    """A storage of little patience with a run to save, and somebody else who holds the lock."""
    storage = sqlite(busy_timeout=0.05)
    head, run = saved(storage)
    happen(run, ("cancel", {}, b""))
    with raw(storage) as other:
        other.execute("BEGIN IMMEDIATE")
        yield storage, head, run, other


def test_a_locked_database_is_busy_and_nothing_is_lost(
    locked: tuple[SqliteStorage, Head, Run, sqlite3.Connection],
) -> None:
    storage, head, run, other = locked
    with pytest.raises(StorageBusy, match=r"runs\.db was locked"):
        storage.save(head, run)
    assert [step.trigger for step in storage.steps("1")] == ["begin"]  # readers are not kept out
    other.execute("ROLLBACK")
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]
    assert [step.trigger for step in storage.steps("1")] == ["begin", "cancel"]


def test_a_lock_that_is_let_go_in_time_is_waited_for(
    locked: tuple[SqliteStorage, Head, Run, sqlite3.Connection],
) -> None:
    """The other lets go while we wait: after we have been refused once."""
    storage, head, run, other = locked
    storage.busy_timeout = 60
    heard: list[str] = []
    connection = storage._database.connection
    assert connection is not None

    def hear(statement: str) -> None:
        heard.append(statement)
        if heard.count("BEGIN IMMEDIATE") == 2:
            connection.set_trace_callback(None)
            other.execute("ROLLBACK")

    connection.set_trace_callback(hear)
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]
    assert heard.count("BEGIN IMMEDIATE") == 2


def test_only_a_lock_is_waited_for() -> None:
    """What waiting cannot mend is raised at once."""
    tries: list[str] = []

    def attempt(sql: str) -> None:
        tries.append(sql)
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute(sql)

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        patiently(60.0, attempt, "SELECT * FROM nowhere")
    assert len(tries) == 1


def test_a_full_database_says_so_and_keeps_what_it_has(sqlite: Opener) -> None:
    storage = sqlite()
    head, run = saved(storage)
    connection = storage._database.connection
    assert connection is not None
    ((pages,),) = connection.execute("PRAGMA page_count")
    connection.execute(f"PRAGMA max_page_count = {pages}")
    happen(run, ("cancel", {"reason": "x" * 100_000}, b""))
    with pytest.raises(StorageFull, match=r"No room is left for .*runs\.db"):
        storage.save(head, run)
    assert [step.trigger for step in storage.steps("1")] == ["begin"]
    connection.execute("PRAGMA max_page_count = 1000000")
    storage.save(head, run)
    assert sqlite().load("1")[0].state == "cancelled"


def test_a_commit_that_fails_after_it_took_effect_is_recognised(sqlite: Opener) -> None:
    """The steps are offered again, with what has happened since; they are on record once."""
    storage = sqlite()
    head, run = begun("1")
    for occurrence in session()[:-1]:
        happen(run, occurrence)
        interrupt_after_commit(storage)
        with pytest.raises(KeyboardInterrupt):
            storage.save(head, run)
        assert run.fresh
        assert head.unsure
    happen(run, session()[-1])
    assert len(storage.save(head, run)) == len(session())
    assert not head.unsure
    assert [step.trigger for step in storage.steps("1")] == [trigger for trigger, *_ in session()]
    assert head.seq == len(session())


def interrupt_after_commit(storage: SqliteStorage) -> None:
    """The next commit takes effect, and then somebody presses Ctrl-C."""
    database = storage._database
    opened = database._opened(1.0)

    class Interrupted:
        in_transaction = False

        def __getattr__(self, name: str) -> Any:
            return getattr(opened, name)

        def execute(self, sql: str, *given: Any) -> Any:
            done = opened.execute(sql, *given)
            if sql == "COMMIT":
                database.connection = opened
                raise KeyboardInterrupt
            return done

    database.connection = Interrupted()  # type: ignore[assignment]


def test_a_commit_that_failed_is_not_taken_for_the_same_of_somebody_else(sqlite: Opener) -> None:
    """Only steps that are equal are ours: a run that others moved on meanwhile is stale."""
    storage = sqlite()
    head, run = saved(storage)
    found, steps = storage.load("1")
    other = Run.replay(found.id, found.plan, steps)
    happen(run, ("cancel", {"reason": "mine"}, b""))
    head.unsure = True
    happen(other, ("cancel", {"reason": "theirs"}, b""))
    storage.save(found, other)
    with pytest.raises(StaleRun):
        storage.save(head, run)
    assert storage.steps("1", after=1)[0].data == {"reason": "theirs"}


def test_ctrl_c_before_the_commit_leaves_nothing_behind(sqlite: Opener) -> None:
    storage = sqlite()
    head, run = saved(storage)
    happen(run, ("cancel", {}, b""))
    database = storage._database
    connection = database._opened(1.0)

    class Interrupted:
        def __getattr__(self, name: str) -> Any:
            return getattr(connection, name)

        def executemany(self, sql: str, given: Any) -> Any:
            if "INSERT INTO step" in sql:
                raise KeyboardInterrupt
            return connection.executemany(sql, given)

    database.connection = Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        storage.save(head, run)
    database.connection = connection
    assert not connection.in_transaction
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]


def test_a_database_of_a_later_version_is_refused_untouched(sqlite: Opener) -> None:
    storage = sqlite()
    saved(storage)
    storage.close()
    with raw(storage) as database:
        database.execute("UPDATE graphagent SET schema_version = 99")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = storage.db_file.read_bytes()
    for use in (storage.runs, lambda: saved(storage, "2")):
        with pytest.raises(SchemaTooNew, match=r"version 99; this graphagent knows version \d+"):
            use()
    assert storage.db_file.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_untouched(sqlite: Opener, tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_text("Dear diary, " * 100)
    with pytest.raises(DamagedData, match="is no database"):
        saved(sqlite())
    assert (tmp_path / "runs.db").read_text() == "Dear diary, " * 100


def test_a_file_of_another_application_is_refused_untouched(sqlite: Opener) -> None:
    storage = sqlite()
    with raw(storage) as database:
        database.execute("CREATE TABLE run (distance REAL)")
    with pytest.raises(StorageError, match="tables of something else"):
        saved(storage)
    with raw(storage) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("run",)]


def test_a_folder_in_its_place_is_an_error_that_says_so(sqlite: Opener, tmp_path: Path) -> None:
    (tmp_path / "runs.db").mkdir()
    with pytest.raises(StorageError, match=r"runs\.db"):
        saved(sqlite())
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="folder"):
        saved(sqlite("file/runs.db"))


DAMAGES = {
    "UPDATE step SET data = '{' WHERE seq = 3": "step 3, column data",
    "UPDATE step SET data = '[1]' WHERE seq = 3": "step 3, column data",
    "UPDATE step SET messages = '{\"role\":' WHERE seq = 1": "step 1, column messages",
    "UPDATE step SET messages = '1,2' WHERE seq = 1": "step 1, column messages",
    "UPDATE step SET messages = CAST(x'22ff22' AS TEXT) WHERE seq = 1": "step 1, column messages",
    "UPDATE step SET at = 'noon' WHERE seq = 2": "step 2, column trigger, state or time",
    "UPDATE step SET \"trigger\" = x'00' WHERE seq = 2": "step 2, column trigger, state or time",
    "UPDATE step SET \"trigger\" = CAST(x'ff' AS TEXT) WHERE seq = 2": "trigger",
    "UPDATE step SET state = 'model' WHERE seq = 10": "step 10",
    "DELETE FROM step WHERE seq = 1": "step 1 cannot be read back: it is missing",
    "DELETE FROM step WHERE seq = 4": "step 4 cannot be read back: it is missing",
    "DELETE FROM step WHERE seq = 10": "step 10 cannot be read back: it is missing",
    "DELETE FROM step": "step 1 cannot be read back: it is missing",
    "UPDATE step SET seq = 50 WHERE seq = 5": "step 5 cannot be read back: it is missing",
    "UPDATE run SET seq = 0": "the head of run '1'",
    "UPDATE run SET seq = 'x'": "the head of run '1'",
    "UPDATE run SET state = x'00'": "the head of run '1'",
    "DELETE FROM definition": "the head of run '1'",
    "DROP TABLE step": "step",
    "DELETE FROM graphagent": "graphagent",
}


@pytest.mark.parametrize(("damage", "told"), DAMAGES.items(), ids=list(DAMAGES))
def test_damage_is_named_with_its_row(sqlite: Opener, damage: str, told: str) -> None:
    storage = sqlite()
    head, run = begun("1")
    for occurrence in session()[:10]:
        happen(run, occurrence)
    storage.save(head, run)
    storage.close()
    with raw(storage) as database:
        database.execute(damage)
    with pytest.raises(StorageError) as refused:
        sqlite().load("1")
    assert told in str(refused.value)
    assert str(storage.db_file) in str(refused.value)
    assert isinstance(refused.value, DamagedData) or "DROP" in damage


def test_damage_to_one_run_does_not_touch_another(sqlite: Opener) -> None:
    storage = sqlite()
    saved(storage, "1")
    saved(storage, "2")
    with raw(storage) as database:
        database.execute("UPDATE step SET messages = '{' WHERE run = 1")
    with pytest.raises(DamagedData):
        storage.load("1")
    assert storage.load("2")[0].seq == 1
    assert [head.id for head in storage.runs()] == ["2", "1"]


def test_steps_after_the_last_one_are_damage(sqlite: Opener) -> None:
    """A row where the next step is to go is not written over."""
    storage = sqlite()
    head, run = saved(storage)
    with raw(storage) as database:
        database.execute("INSERT INTO step SELECT run, 2, 'x', 'y', at, NULL, NULL FROM step")
    happen(run, ("cancel", {}, b""))
    with pytest.raises(DamagedData, match="has steps after its last one"):
        storage.save(head, run)
    assert storage.load("1")[0].seq == 1


def test_a_file_that_is_torn_is_damaged(sqlite: Opener) -> None:
    storage = sqlite()
    head, run = begun("1")
    run.feed("begin", {"extra": "x" * 50_000}, at=1)
    storage.save(head, run)
    storage.close()
    whole = storage.db_file.read_bytes()
    storage.db_file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedData, match=r"runs\.db"):
        storage.load("1")


def test_a_file_that_was_mended_is_read_again(sqlite: Opener) -> None:
    """Without being closed first: what was seen of it while it was damaged is not kept."""
    storage = sqlite()
    head, run = begun("1")
    run.feed("begin", {"extra": "x" * 50_000}, at=1)
    storage.save(head, run)
    storage.close()
    whole = storage.db_file.read_bytes()
    assert storage.runs()  # it is open
    with storage.db_file.open("r+b") as file:
        file.write(b"\xff" * len(whole))
    with pytest.raises(DamagedData, match=r"runs\.db"):
        storage.load("1")
    with storage.db_file.open("r+b") as file:
        file.write(whole)
    assert storage.load("1")[0].seq == 1


def test_a_deleted_file_is_noticed_by_the_next_run(sqlite: Opener) -> None:
    """Nothing is written to where nobody will find it: new runs are recorded in a new file, the old one's are gone."""
    storage = sqlite()
    head, run = saved(storage, "1")
    for suffix in ("", "-wal", "-shm"):
        storage.db_file.with_name(storage.db_file.name + suffix).unlink(missing_ok=True)
    saved(storage, "2")
    assert [found.id for found in sqlite().runs()] == ["2"]
    happen(run, ("cancel", {}, b""))
    with pytest.raises(StaleRun, match="no longer on record"):
        storage.save(head, run)


def test_a_replaced_file_is_what_is_read(sqlite: Opener, tmp_path: Path) -> None:
    storage, copy = sqlite(), sqlite("copy.db")
    saved(storage, "1")
    saved(copy, "2")
    for each in (storage, copy):
        each.close()
    assert storage.runs()  # it is open again
    (tmp_path / "copy.db").replace(tmp_path / "runs.db")
    assert [head.id for head in storage.runs()] == ["2"]


def test_a_closed_storage_opens_again(sqlite: Opener) -> None:
    storage = sqlite()
    with storage:
        head, run = saved(storage)
    assert storage._database.connection is None
    assert not storage.db_file.with_name("runs.db-wal").exists()
    happen(run, ("cancel", {}, b""))
    assert [step.trigger for step in storage.save(head, run)] == ["cancel"]


def test_a_forgotten_storage_closes_its_file(sqlite: Opener, tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "forgotten.db")
    saved(storage)
    assert (tmp_path / "forgotten.db-wal").exists()
    del storage
    assert not (tmp_path / "forgotten.db-wal").exists()


def test_bytes_grow_with_what_is_new(sqlite: Opener) -> None:
    """Each fact is stored once: the file grows by what happened and a little for each step, however long a run is."""

    def size(storage: SqliteStorage) -> int:
        with raw(storage) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return storage.db_file.stat().st_size

    storage = sqlite()
    head, run = saved(storage)
    for occurrence in session()[1:3]:
        happen(run, occurrence)
    storage.save(head, run)
    overhead = []
    for turn in range(4):
        before, payload = size(storage), 0
        for occurrence in rounds(100 * turn, 100 * turn + 100):
            payload += len(happen(run, occurrence).messages)
            storage.save(head, run)
        overhead.append((size(storage) - before - payload) / 200)
    assert sum(overhead) / 4 < 100
    assert sum(overhead[2:]) < sum(overhead[:2]) * 1.2


def test_steps_are_ordered_by_number_not_by_row(sqlite: Opener) -> None:
    storage = sqlite()
    head, run = begun("1")
    for occurrence in session():
        happen(run, occurrence)
    steps: list[Step] = storage.save(head, run)
    with raw(storage) as database:
        database.execute("UPDATE step SET rowid = 1000 - rowid")
    assert [step.seq for step in storage.steps("1")] == [step.seq for step in steps]


def test_a_beginning_of_an_id_is_looked_up_and_not_searched_for(tmp_path: Path) -> None:
    storage = SqliteStorage(db_file=tmp_path / "runs.db")
    saved(storage)
    with patch.object(storage._database, "read", wraps=storage._database.read) as read:
        storage.runs(prefix="1")
    with raw(storage) as connection:
        (first, *_) = connection.execute(f"EXPLAIN QUERY PLAN {read.call_args.args[0]}", ("runs", "1", "2")).fetchall()
    assert "SEARCH run USING INDEX" in first[-1]
    assert "id>?" in first[-1]


@pytest.mark.parametrize("script", ["", "CREATE TABLE run (name TEXT); INSERT INTO run VALUES ('mine');"])
def test_looking_into_a_file_that_is_not_ours_writes_nothing_to_it(tmp_path: Path, script: str) -> None:
    """Neither tables nor so much as the mode of its journal: there are just no runs in it."""
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    file.touch()
    before = file.read_bytes()
    storage = SqliteStorage(db_file=file)
    assert (storage.runs(), storage.requests(), storage.definition("x")) == ([], [], None)
    with pytest.raises(RunNotFound):
        storage.load("1")
    storage.close()
    assert file.read_bytes() == before
    assert [it.name for it in tmp_path.iterdir()] == ["other.db"]


def test_a_file_that_is_not_ours_yet_is_read_once_it_is(tmp_path: Path) -> None:
    reader, writer = (SqliteStorage(db_file=tmp_path / "runs.db") for _ in range(2))
    (tmp_path / "runs.db").touch()
    assert reader.runs() == []
    saved(writer)
    assert [head.id for head in reader.runs()] == ["1"]
