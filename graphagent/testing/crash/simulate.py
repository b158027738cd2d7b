"""Simulated crashes: in one process, in memory, several in every run, thousands a minute, and the same again from a seed."""

from __future__ import annotations

import time
from random import Random
from typing import NamedTuple

from graphagent.storage.memory import MemoryStorage
from graphagent.testing.crash.clock import Clock
from graphagent.testing.crash.ice import single_threaded
from graphagent.testing.crash.improvise import improvised
from graphagent.testing.crash.laws import complaints, ending_of
from graphagent.testing.crash.life import Life
from graphagent.testing.crash.many import many
from graphagent.testing.crash.outside import Imagined
from graphagent.testing.crash.points import Points
from graphagent.testing.crash.scenario import Scenario
from graphagent.testing.crash.tally import Tally
from graphagent.testing.crash.trial import Verdict
from graphagent.testing.crash.watch import watched

CRASHES = 4


class Crash(BaseException):
    """The process is gone. Nothing after this point runs, and nothing catches it."""


class Mortal(Points):
    """Points of a process that only seems to die: past that one, every other is the end as well."""

    def __init__(self, at: int = 0) -> None:
        super().__init__(at, self.crash)
        self.is_dead = False

    def __call__(self, what: str) -> None:
        if self.is_dead:
            raise Crash
        super().__call__(what)

    def crash(self) -> None:
        """Die here."""
        self.is_dead = True
        raise Crash


class Simulation(NamedTuple):
    """One run with crashes. The seed decides everything: the story where there is none, how often it crashes, and where."""

    seed: str
    scenario: Scenario | None = None

    def done(self) -> Verdict:
        """What comes of it."""
        random = Random(self.seed)  # noqa: S311 - to be repeated, not to be secret
        scenario = self.scenario or improvised(random)
        storage, outside, clock = MemoryStorage(), Imagined(), Clock()
        passed = lived(scenario, storage, outside, clock, Mortal(), {})
        found = complaints(scenario, storage, outside, None)
        if found:
            return Verdict(found)
        ending = ending_of(storage)
        storage, outside = MemoryStorage(), Imagined()
        verdict = Verdict()
        for _ in range(random.randint(1, CRASHES)):
            points = Mortal(random.randint(1, len(passed)))
            lived(scenario, storage, outside, clock, points, ending.results)
            verdict.kills += points.is_dead
        lived(scenario, storage, outside, clock, Mortal(), ending.results)
        verdict.complaints = complaints(scenario, storage, outside, ending)
        verdict.asked = len(outside.lines("ask"))
        return verdict

    def __str__(self) -> str:
        return f"simulation {self.seed}"


def lived(
    scenario: Scenario, storage: MemoryStorage, outside: Imagined, clock: Clock, points: Mortal, known: dict[str, str]
) -> list[str]:
    """One life, until it crashes or has nothing left to do. Returns the points it passed."""
    with clock.rules(), watched(points, outside), single_threaded():
        try:
            Life(scenario, storage, outside, points, clock, known).live()
        except Crash:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not in order
            outside.write("trouble", why=f"{type(error).__name__}: {error}")
    return points.passed


def simulated(number: int, seed: int, scenario: Scenario | None = None, *, until_broken: bool = False) -> Tally:
    """So many runs with crashes, of one scenario or of stories that are made up.

    Each has a seed of its own, made from `seed` and its number; `Simulation(that seed).done()` is the same run again.
    """
    tally = Tally("improvised" if scenario is None else scenario.name)
    about = "" if scenario is None else f"/{scenario.name}"
    tasks = [Simulation(f"{seed}{about}/{one}", scenario) for one in range(number)]
    began = time.perf_counter()
    for task, verdict in many(tasks, Simulation.done, until_broken=until_broken):
        tally.add(str(task), verdict.complaints, kills=verdict.kills, asked=verdict.asked)
    tally.seconds = time.perf_counter() - began
    return tally
