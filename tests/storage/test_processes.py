"""Real processes on one file: racing, killed, forked, without permission."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from histories import begun, happen, session

from graphagent.engine.run import Run
from graphagent.storage.sqlite import SqliteStorage

ROOT = Path(__file__).parents[2]
Opener = Callable[..., SqliteStorage]

PRELUDE = """
import os, sys
from histories import *
from graphagent.exceptions import *
from graphagent.storage.sqlite import SqliteStorage
storage = SqliteStorage(db_file=sys.argv[1], busy_timeout=30)
def loaded(run_id):
    head, steps = storage.load(run_id)
    return head, Run.replay(head.id, head.plan, steps)
"""


class Child:
    """A Python process that runs a script on a database file and is talked to by lines."""

    def __init__(self, script: str, file: Path, *given: str) -> None:
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
        self.process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + script, str(file), *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, line: str = "") -> None:
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def rest(self) -> list[str]:
        """What it still says, when it has ended well."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.process:
            self.process.stdin.close()
            said = self.process.stdout.read()
        assert self.process.returncode == 0
        return said.splitlines()


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts processes on `runs.db`, and ends those that are left."""
    started: list[Child] = []

    def start(script: str, *given: str) -> Child:
        started.append(Child(script, tmp_path / "runs.db", *given))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        with each.process:
            pass


# -- racing -----------------------------------------------------------------------------------------------------------

RACER = """
me = sys.argv[2]
print("ready", flush=True)
for line in sys.stdin:
    head, run = loaded(line.strip())
    print("loaded", flush=True)
    sys.stdin.readline()
    happen(run, ("cancel", {"by": me}, b""))
    try:
        storage.save(head, run)
    except StaleRun as stale:
        print("stale" if run.fresh else "lost", flush=True)
    else:
        print("saved", flush=True)
"""


def test_of_processes_that_race_for_one_run_exactly_one_wins(sqlite: Opener, child: Callable[..., Child]) -> None:
    """All have loaded the same step; one records the next one, the others are told, and nothing of theirs is there."""
    storage = sqlite()
    racers = {name: child(RACER, name) for name in ("1", "2", "3")}
    assert [racer.hear() for racer in racers.values()] == ["ready"] * 3
    for number in range(25):
        head, run = begun(f"r{number}")
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
        for racer in racers.values():
            racer.tell(head.id)
        assert [racer.hear() for racer in racers.values()] == ["loaded"] * 3
        for racer in racers.values():
            racer.tell()
        outcomes = {name: racer.hear() for name, racer in racers.items()}
        assert Counter(outcomes.values()) == {"saved": 1, "stale": 2}
        (winner,) = (name for name, outcome in outcomes.items() if outcome == "saved")
        found, steps = storage.load(head.id)
        assert [step.data for step in steps] == [{}, {"by": winner}]
        assert found.seq == 2


WRITER = """
me = sys.argv[2]
sys.stdin.readline()
for number in range(20):
    head, run = begun(f"{me} {number}", session_id=me)
    for occurrence in session():
        happen(run, occurrence)
        storage.save(head, run)
"""


def test_processes_that_write_at_the_same_time_all_get_through(sqlite: Opener, child: Callable[..., Child]) -> None:
    """On a file that none of them has made: each makes it ready, or finds it so."""
    writers = {name: child(WRITER, name) for name in "abcd"}
    for writer in writers.values():
        writer.tell()
    assert [writer.rest() for writer in writers.values()] == [[]] * 4
    storage = sqlite()
    for name in writers:
        heads = storage.runs(session_id=name, state="completed")
        assert [head.id for head in reversed(heads)] == [f"{name} {number}" for number in range(20)]
        for head in heads:
            happened = [step.trigger for step in storage.load(head.id)[1]]
            assert happened == [trigger for trigger, *_ in session()]


# -- killed -----------------------------------------------------------------------------------------------------------

NURSERY = """
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        print(os.getpid(), flush=True)
        storage = SqliteStorage(db_file=line.strip())
        head, run = begun("long")
        for occurrence in session(8):
            happen(run, occurrence)
            storage.save(head, run)
            print(run.seq, flush=True)
        os._exit(0)
    print("killed" if os.waitpid(pid, 0)[1] == 9 else "ended", flush=True)
"""


def test_kill_nine_loses_no_step_that_was_acknowledged(
    sqlite: Opener, child: Callable[..., Child], tmp_path: Path
) -> None:
    """Killed after each step of a run of more than twenty: what it said was saved is there, and at most one more."""
    happened = session(8)
    assert len(happened) > 20
    nursery, killed = child(NURSERY), 0
    for number, last in enumerate([*range(1, len(happened))] * 2):
        nursery.tell(str(tmp_path / f"{number}.db"))
        process, acknowledged = int(nursery.hear()), 0
        while acknowledged < last:
            acknowledged = int(nursery.hear())
        with suppress(ProcessLookupError):  # it may have ended
            os.kill(process, signal.SIGKILL)
        while (said := nursery.hear()).isdigit():
            acknowledged = int(said)
        storage = sqlite(f"{number}.db")
        killed += said == "killed"
        assert_goes_on(storage, acknowledged)
    assert killed > len(happened)


def assert_goes_on(storage: SqliteStorage, acknowledged: int) -> None:
    """A run whose process is gone is where it said it was, or one step further, and comes to its end here."""
    happened = session(8)
    head, found = storage.load("long")
    assert acknowledged <= head.seq <= acknowledged + 1
    assert [step.trigger for step in found] == [trigger for trigger, *_ in happened[: head.seq]]
    run = Run.replay(head.id, head.plan, found)
    assert (run.state, run.seq) == (head.state, head.seq)
    for occurrence in happened[head.seq :]:
        happen(run, occurrence)
    storage.save(head, run)
    assert storage.load("long")[0].state == "completed"


# -- forked -----------------------------------------------------------------------------------------------------------

FORKER = """
import threading
head, run = begun("parent")
for occurrence in session()[:2]:
    happen(run, occurrence)
    storage.save(head, run)                    # the file is open, with a lock of this process
ask, told = os.pipe()
pid = os.fork()
if pid == 0:
    mine, own = begun("child")
    happen(own, ("begin", {}, b""))
    storage.save(mine, own)                    # open here as well
    os.read(ask, 1)                            # the parent has closed its file
    happen(own, ("cancel", {}, b""))
    storage.save(mine, own)
    os._exit(0)                                # without closing: as a worker that is killed
while not storage.runs(limit=1)[0].id == "child":
    pass
happen(run, session()[2])
storage.save(head, run)
storage.close()
os.write(told, b"x")
assert os.waitpid(pid, 0)[1] == 0
print(*[f"{head.id} {head.seq}" for head in storage.runs()], sep="\\n")
"""


def test_a_fork_shares_a_storage_and_loses_nothing(child: Callable[..., Child]) -> None:
    """The parent closes while the child goes on: what the child records afterwards is there."""
    assert child(FORKER).rest() == ["child 2", "parent 3"]


BUSY_FORKER = """
import threading
stop = False
def work(name):
    number = 0
    while not stop:
        number += 1
        head, run = begun(f"{name} {number}")
        for occurrence in session()[:5]:
            happen(run, occurrence)
            storage.save(head, run)
threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for number in range(15):
    pid = os.fork()
    if pid == 0:
        head, run = begun(f"child {number}")
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
stop = True
for thread in threads:
    thread.join()
heads = storage.runs()
print(sum(head.id.startswith("child") for head in heads), {head.seq for head in heads if head.id[0] in "ab"})
"""


def test_a_process_that_forks_while_its_threads_save_goes_on_like_its_children(child: Callable[..., Child]) -> None:
    assert child(BUSY_FORKER).rest() == ["15 {5}"]


AFTER_FORK = """
import asyncio
async def one(name):
    head, run = begun(name)
    happen(run, ("begin", {}, b""))
    happen(run, ("cancel", {}, b""))           # synced: by way of the thread
    await storage.asave(head, run)
asyncio.run(one("parent"))
pid = os.fork()
asyncio.run(one("child" if pid == 0 else "parent again"))
if pid == 0:
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
print(sorted(head.id for head in storage.runs()))
"""


def test_event_loops_work_on_both_sides_of_a_fork(child: Callable[..., Child]) -> None:
    assert child(AFTER_FORK).rest() == ["['child', 'parent', 'parent again']"]


# -- without permission -----------------------------------------------------------------------------------------------

POWERLESS = """
head, run = begun("mine")
happen(run, ("begin", {}, b""))
import errno, sqlite3, graphagent.storage.journal
if os.getuid() == 0:
    os.setuid(65534)                           # permissions do not stop root
try:
    storage.save(head, run)
except StorageReadOnly as error:
    print(len(run.fresh), error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can look into."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@pytest.mark.parametrize("what", ["file", "folder", "no file", "no folder"])
def test_what_cannot_be_written_is_said_to_be_read_only(open_folder: Path, what: str) -> None:
    storage = SqliteStorage(db_file=open_folder / "runs.db")
    if what in {"file", "folder"}:
        head, run = begun("old")
        happen(run, ("begin", {}, b""))
        storage.save(head, run)
        storage.close()
        storage.db_file.chmod(0o444)
    open_folder.chmod(0o777 if what == "file" else 0o555)
    place = open_folder / ("no" if what == "no folder" else "") / "runs.db"
    (told,) = Child(POWERLESS, place).rest()
    assert told.startswith("1 ")
    assert str(place) in told
    open_folder.chmod(0o755)
    assert [head.id for head in storage.runs()] == (["old"] if what in {"file", "folder"} else [])
    storage.close()


# -- many threads -----------------------------------------------------------------------------------------------------


def test_threads_that_race_for_one_run_have_one_winner_each_time(sqlite: Opener) -> None:
    storage = sqlite()
    head, run = begun("1")
    happen(run, ("begin", {}, b""))
    storage.save(head, run)
    for turn in range(2, 30):
        wins: list[int] = []
        gate = threading.Barrier(4)

        def race(me: int, gate: threading.Barrier = gate, wins: list[int] = wins) -> None:
            mine, steps = storage.load("1")
            own = Run.replay(mine.id, mine.plan, steps)
            happen(own, ("recalled", {"by": me}, b"") if own.state == "recall" else ("thought", {"more": True}, b""))
            gate.wait()
            try:
                storage.save(mine, own)
            except Exception:
                assert own.fresh
            else:
                wins.append(me)

        threads = [threading.Thread(target=race, args=(me,)) for me in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found, _ = storage.load("1")
        if found.state == "model":
            break
        assert len(wins) == 1
        assert found.seq == turn
