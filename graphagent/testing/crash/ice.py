"""Processes that freeze and go on when nobody counts on them any more: as on a machine that was asleep."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from graphagent.testing.crash.points import Cold, Points, freeze
from graphagent.testing.crash.processes import ended, forked, is_frozen

if TYPE_CHECKING:
    from graphagent.testing.crash.scenario import Scenario
    from graphagent.testing.crash.world import Setting, World

SILENCE: Final = 300  # milliseconds


class AtWork(Points):
    """Points of a process that freezes when it has the run in hand and is about to do something for it."""

    def __init__(self) -> None:
        super().__init__()
        self.has_frozen = False

    def __call__(self, what: str) -> None:
        super().__call__(what)
        if not self.has_frozen and what.startswith("before model"):
            self.has_frozen = True
            freeze()


class InPlace:
    """A thread that does its work when it is started."""

    def __init__(self, *, target: Callable[[], None], **_: Any) -> None:
        self.start = target


@contextmanager
def single_threaded() -> Generator[None]:
    """Let tools be called in place, so that only one thing is under way: for ice, and for what is to repeat itself."""
    in_place = SimpleNamespace(Thread=InPlace)
    with patch("graphagent.agent.background.threading", in_place):  # other threads stay what they are
        yield


def cold(setting: Setting, scenario: Scenario, at: int = 0) -> Cold:
    """The points of a process that freezes. A transaction in which a tool works is not ended by the server."""
    return Cold(at, inside=setting.url is not None and not scenario.needs_database)


@contextmanager
def impatient_server() -> Generator[None]:
    """Let a server end the transactions of the silent soon. The others are waited for meanwhile."""
    if "psycopg" not in sys.modules:
        yield
        return
    with patch("graphagent.storage.postgres_database.SILENCE", SILENCE):
        yield


def alone(world: World, scenario: Scenario, points: Points, known: dict[str, str]) -> None:
    """A life without threads: they could be anywhere when their process freezes, also where nothing can be promised."""
    with single_threaded(), impatient_server():
        world.live(scenario, points, known)


def thawed(world: World, scenario: Scenario, at: int, known: dict[str, str]) -> bool:
    """One process freezes at a point, another one ends its run, the first one goes on. Returns whether it froze."""
    first = forked(partial(alone, world, scenario, cold(world.setting, scenario, at), known), world.log)
    if not is_frozen(first):
        return False
    ended(forked(partial(alone, world, scenario, Points(), known), world.log))
    os.kill(first, signal.SIGCONT)
    ended(first)
    return True


def overtaken(world: World, scenario: Scenario, at: int, known: dict[str, str]) -> bool:
    """One process freezes, another one takes its run in hand and freezes too, the first one goes on, then the second one.

    Returns whether both froze. What the first one must not do is found by the laws: it is written down outside who took
    the run from whom, and at which step.
    """
    first = forked(partial(alone, world, scenario, cold(world.setting, scenario, at), known), world.log)
    if not is_frozen(first):
        return False
    before = world.epochs()
    second = forked(partial(alone, world, scenario, AtWork(), known), world.log)
    both = is_frozen(second)
    for run, (epoch, seq) in world.epochs().items():
        if both and epoch > before[run][0]:
            world.outside.write("taken", run=run, seq=seq, former=first)
    os.kill(first, signal.SIGCONT)
    ended(first)
    if both:
        os.kill(second, signal.SIGCONT)
        ended(second)
    return both
