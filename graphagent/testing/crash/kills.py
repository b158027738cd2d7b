"""Kills: at every point that a process passes, and at random moments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from graphagent.testing.crash.clock import Clock
from graphagent.testing.crash.ice import cold
from graphagent.testing.crash.life import Life
from graphagent.testing.crash.many import many
from graphagent.testing.crash.outside import Imagined
from graphagent.testing.crash.points import Points
from graphagent.testing.crash.tally import Tally
from graphagent.testing.crash.trial import Death, trial
from graphagent.testing.crash.watch import watched
from graphagent.testing.crash.world import Setting, storage_at

if TYPE_CHECKING:
    from graphagent.testing.crash.laws import Ending
    from graphagent.testing.crash.scenario import Scenario
    from graphagent.testing.crash.trial import Verdict


class Task(NamedTuple):
    """One trial to be made."""

    scenario: Scenario
    setting: Setting
    deaths: tuple[Death, ...]
    ending: Ending

    def done(self) -> Verdict:
        """What comes of it."""
        return trial(self.scenario, self.setting, self.deaths, self.ending)

    def __str__(self) -> str:
        died = " and then ".join(map(str, self.deaths))
        where = self.ending.points[self.deaths[0].at - 1] if self.deaths[0].at else ""
        return f"{died} ({where})" if where else died


def undisturbed(scenario: Scenario, setting: Setting) -> tuple[Ending, Tally]:
    """Tell the story once without interruption: how it ends, and the points that were passed. Raises nothing: the tally
    has the complaints.
    """
    warm(scenario, setting)
    began = time.perf_counter()
    verdict = trial(scenario, setting)
    tally = Tally(scenario.name, points=len(verdict.ending.points), seconds=time.perf_counter() - began)
    tally.add("undisturbed", verdict.complaints, kills=0, asked=verdict.asked, trials=0)
    return verdict.ending, tally


def everywhere(
    scenario: Scenario, setting: Setting, *, stride: int = 1, until_broken: bool = False, power: bool = False
) -> Tally:
    """Kill at every point, one after the other; with a stride, at one in so many. With `power`, cut that each time."""
    ending, tally = undisturbed(scenario, Setting(url=setting.url))
    setting = replace(setting, power=power)
    points = range(1 + stride // 2, len(ending.points) + 1, stride)
    tasks = [Task(scenario, setting, (Death(at=point),), ending) for point in points]
    return counted(tasks, tally, until_broken=until_broken)


def frozen(
    scenario: Scenario, setting: Setting, ice: str = "thawed", *, stride: int = 1, until_broken: bool = False
) -> Tally:
    """Freeze a process at every point; another one takes its run over; then the first one goes on.

    See `Cold` for the points that are left out.
    """
    ending, tally = undisturbed(scenario, Setting(url=setting.url))
    found = cold(setting, scenario)
    for what in ending.points:
        found(what)
    ending = replace(ending, points=found.passed)
    tally.points = len(ending.points)
    points = range(1 + stride // 2, len(ending.points) + 1, stride)
    tasks = [Task(scenario, setting, (Death(at=point, ice=ice),), ending) for point in points]
    return counted(tasks, tally, until_broken=until_broken)


def at_random(scenario: Scenario, setting: Setting, number: int, seed: str) -> Tally:
    """Kill so many times at a random moment, and often a second process too, also at a random point."""
    ending, tally = undisturbed(scenario, setting)
    tasks = []
    for trial_number in range(number):
        random = Random(f"{seed}/{scenario.name}/{trial_number}")  # noqa: S311 - to be repeated, not to be secret
        deaths = [Death(after=random.uniform(0, ending.seconds * 1.3))]
        if random.random() < 0.5:
            deaths.append(Death(at=random.randint(1, len(ending.points))))
        tasks.append(Task(scenario, setting, tuple(deaths), ending))
    tally.points = 0
    return counted(tasks, tally)


def counted(tasks: Sequence[Task], tally: Tally, *, until_broken: bool = False) -> Tally:
    """Make these trials."""
    began = time.perf_counter()
    if not tally.is_clean:
        return tally  # what does not work without interruption proves nothing when it is interrupted
    crashes_all = any(task.setting.power and task.setting.url is not None for task in tasks)  # it is one server
    for task, verdict in many(tasks, Task.done, until_broken=until_broken, alone=crashes_all):
        tally.add(str(task), verdict.complaints, kills=verdict.kills, asked=verdict.asked)
    tally.seconds += time.perf_counter() - began
    return tally


def warm(scenario: Scenario, setting: Setting) -> None:
    """Have everything imported that a life needs, so that forked processes begin at once."""
    from graphagent.storage.memory import MemoryStorage

    storage_at(setting.url or "sqlite:////dev/null/never", "never").close()
    if scenario.needs_database:
        world = Setting().world()
        world.live(scenario, Points(), {})
        world.close()
        return
    clock, outside, points = Clock(), Imagined(), Points()
    with clock.rules(), watched(points, outside):
        Life(scenario, MemoryStorage(), outside, points, clock, {}).live()
