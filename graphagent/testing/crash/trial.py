"""One trial: a story told by processes that die one after the other, and by a last one that sees it through."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic_core import from_json, to_json

from graphagent.testing.crash.ice import overtaken, thawed
from graphagent.testing.crash.laws import Complaint, Ending, complaints, ending_of
from graphagent.testing.crash.points import Points
from graphagent.testing.crash.processes import ended, forked

if TYPE_CHECKING:
    from graphagent.testing.crash.scenario import Scenario
    from graphagent.testing.crash.world import Setting, World

ICE: Final = {"thawed": thawed, "overtaken": overtaken}


class Death(NamedTuple):
    """How a process dies: at a point, or after so many seconds. Or it only freezes there, and goes on when others are done."""

    at: int = 0
    after: float | None = None
    ice: str = ""
    """`thawed` or `overtaken`, of one that freezes; see `graphagent.testing.crash.ice`."""

    def __str__(self) -> str:
        how = "frozen" if self.ice else "killed"
        return f"{how} at point {self.at}" if self.at else f"{how} after {self.after:.4f} s"


@dataclass
class Verdict:
    """What came of one trial."""

    complaints: list[Complaint] = field(default_factory=list)
    ending: Ending = field(default_factory=Ending)
    kills: int = 0
    asked: int = 0


def trial(scenario: Scenario, setting: Setting, deaths: Sequence[Death] = (), ending: Ending | None = None) -> Verdict:
    """Let processes live and die as planned, and a last one see the story through; judge what came of it."""
    world = setting.world()
    known = ending.results if ending else {}
    verdict = Verdict()
    try:
        for death in deaths:
            if death.ice:
                verdict.kills += ICE[death.ice](world, scenario, death.at, known)
                continue
            process = forked(partial(world.live, scenario, Points(death.at), known), world.log)
            if death.after is not None:
                time.sleep(death.after)
                os.kill(process, signal.SIGKILL)
            verdict.kills += ended(process) == "killed"
            if setting.power:
                world.cut()
        return judged(world, scenario, verdict, ending)
    finally:
        world.close()


def judged(world: World, scenario: Scenario, verdict: Verdict, ending: Ending | None) -> Verdict:
    """Let a last process see the story through and judge it."""
    file = world.folder / "verdict.json"

    def last() -> None:
        points = Points()
        with world.rules(points):
            life = world.life(scenario, points, ending.results if ending else {})
            began = time.perf_counter()
            life.live()
            seconds, passed = time.perf_counter() - began, points.passed.copy()
        told = complaints(scenario, life.storage, life.outside, ending, forgets=world.setting.power)
        ends = ending_of(life.storage) if ending is None else Ending()
        ends.points, ends.seconds = passed, seconds
        file.write_bytes(to_json([[list(complaint) for complaint in told], asdict(ends)]))

    process = forked(last, world.log)
    ended(process)
    verdict.asked = len(world.outside.lines("ask"))
    if file.exists():
        told, ends = from_json(file.read_bytes())
        verdict.complaints = [Complaint(*complaint) for complaint in told]
        verdict.ending = Ending(**ends)
    if world.log.exists() and (trouble := world.log.read_text("utf-8").strip()):
        verdict.complaints.append(Complaint("stuck", trouble))
    return verdict
