"""Where a trial takes place: a database, a world outside, a clock, and power that can go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from graphagent.testing.crash.clock import Clock
from graphagent.testing.crash.faults import planted
from graphagent.testing.crash.life import Life
from graphagent.testing.crash.outside import Outside
from graphagent.testing.crash.watch import watched

if TYPE_CHECKING:
    from graphagent.storage.base import Storage
    from graphagent.testing.crash.points import Points
    from graphagent.testing.crash.scenario import Scenario

RAM: Final = "/dev/shm"  # noqa: S108 - what survives a process need not survive the machine, and this is fast
SYNCHRONOUS_FULL: Final = 2
NAMES: Final = count(1)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where trials take place.

    Args:
        url: The database. None: a SQLite file of its own for every trial.
        fault: The name of a fault that is planted in every process.
        power: Whether a process takes the power with it when it dies: what was not synced to the disk is gone.
    """

    url: str | None = None
    fault: str | None = None
    power: bool = False

    def world(self, clock: Clock | None = None) -> World:
        """A world of its own for one trial."""
        folder = mkdtemp(prefix="graphagent-crash-", dir=RAM if Path(RAM).is_dir() else None)
        return World(self, Path(folder), clock)


class World:
    """What the processes of one trial share: the database, the world outside, and the clock."""

    def __init__(self, setting: Setting, folder: Path, clock: Clock | None = None) -> None:
        self.setting = setting
        self.folder = folder
        self.clock = clock or Clock()
        self.outside = Outside(folder / "outside.jsonl")
        self.log = folder / "trouble.txt"
        self.space = f"trial-{os.getpid()}-{next(NAMES)}"

    def storage(self) -> Storage:
        """The database, opened anew."""
        return storage_at(self.setting.url or f"sqlite:///{self.folder / 'runs.db'}", self.space)

    def life(self, scenario: Scenario, points: Points, known: dict[str, str]) -> Life:
        """A life in this world, in this process."""
        return Life(scenario, self.storage(), Outside(self.outside.file), points, self.clock, known)

    @contextmanager
    def rules(self, points: Points) -> Iterator[None]:
        """Let this process live by the clock of this world, pass points, and have the planted fault."""
        with (
            self.clock.rules(),
            planted(self.setting.fault) if self.setting.fault else nullcontext(),
            watched(points, self.outside, self.keep if self.setting.power else None),
        ):
            yield

    def live(self, scenario: Scenario, points: Points, known: dict[str, str], *, begins: bool = True) -> None:
        """The work of a process: a life in this world. One that does not begin finds its run there."""
        with self.rules(points):
            self.life(scenario, points, known).live(begins=begins)

    def epochs(self) -> dict[str, tuple[int, int]]:
        """How often each run has been taken in hand, and the last step of each."""
        with self.storage() as storage:
            return {head.id: (head.epoch, head.seq) for head in storage.runs()}

    def close(self) -> None:
        """Nothing is left of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- power --------------------------------------------------------------------------------------------------------

    def keep(self, connection: Any) -> None:
        """After a commit: where it was synced, all that is in the files now outlives a power cut."""
        if connection.execute("PRAGMA synchronous").fetchone() != (SYNCHRONOUS_FULL,):
            return
        for file in self.folder.glob("runs.db*"):
            if not file.name.endswith("-shm"):
                shutil.copyfile(file, self.folder / f"half-{file.name}")
        for file in self.folder.glob("half-*"):
            file.replace(self.folder / file.name.replace("half-", "kept-"))

    def cut(self) -> None:
        """The power goes, and comes back: only what was synced is there."""
        if self.setting.url is not None:
            from graphagent.testing.crash.postgres import cut

            cut(self.setting.url)
            return
        for file in self.folder.glob("runs.db*"):
            file.unlink()
        for file in self.folder.glob("kept-*"):
            shutil.copyfile(file, self.folder / file.name.replace("kept-", ""))


STORAGES: Final[dict[str, Callable[[str, str], Any]]] = {
    "sqlite": lambda url, space: import_module("graphagent.storage.sqlite").SqliteStorage(space, db_url=url),
    "postgresql": lambda url, space: import_module("graphagent.storage.postgres").PostgresStorage(space, db_url=url),
}


def storage_at(url: str, space: str) -> Storage:
    """The storage at that URL, for the runs of that name."""
    storage: Storage = STORAGES[url.partition(":")[0].partition("+")[0]](url, space)
    return storage
