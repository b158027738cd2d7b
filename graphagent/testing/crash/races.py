"""Races: several processes want to decide, to continue and to recover the same run, all at once, in real time."""

from __future__ import annotations

import os
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from graphagent.models import call
from graphagent.testing.crash.clock import RealClock
from graphagent.testing.crash.kills import undisturbed
from graphagent.testing.crash.laws import Ending
from graphagent.testing.crash.person import Person
from graphagent.testing.crash.points import Points
from graphagent.testing.crash.processes import ended, forked
from graphagent.testing.crash.scenario import Scenario
from graphagent.testing.crash.stories import agent, deliver, look, note, pay, transfer, write
from graphagent.testing.crash.tally import Tally
from graphagent.testing.crash.trial import Verdict, judged
from graphagent.testing.crash.world import Setting, World
from graphagent.tools.decorator import tool

if TYPE_CHECKING:
    from graphagent.testing.crash.scenario import Scenario

LIMIT: Final = 0.6  # seconds that a call may take, so that a doubt about it is settled soon

RACED: Final = (
    Scenario(
        name="decide",
        agent=agent(call("transfer", amount=1), tools=[tool(requires_confirmation=True, timeout=LIMIT)(transfer)]),
    ),
    Scenario(
        name="decide several",
        agent=agent(
            [call("transfer", amount=1), call("write", to="Ada"), call("deliver", item="tea"), call("send", amount=3)],
            tools=[
                tool(requires_confirmation=True, timeout=LIMIT)(transfer),
                tool(requires_user_input=True, user_input_fields=["text"], timeout=LIMIT)(write),
                tool(external_execution=True)(deliver),
                tool(name="send", requires_confirmation=True, timeout=LIMIT)(pay),
            ],
        ),
        person=Person(rejects=("send",), answers={"text": "hello"}),
    ),
    Scenario(
        name="recover",
        agent=agent(call("pay", amount=1), call("pay", amount=2), tools=[tool(timeout=LIMIT)(pay)]),
    ),
    Scenario(
        name="recover parallel",
        agent=agent(
            [call("pay", amount=1), call("look", place="here"), call("note", text="this"), call("pay", amount=2)],
            tools=[tool(timeout=LIMIT)(pay), tool(policy="read")(look), tool(policy="idempotent")(note)],
        ),
    ),
)


class Race(NamedTuple):
    """One race of so many processes for a run whose first process died at a point."""

    scenario: Scenario
    setting: Setting
    runners: int
    at: int
    ending: Ending

    def done(self) -> Verdict:
        """Let them run, and judge what came of it."""
        world = self.setting.world(RealClock())
        verdict = Verdict()
        try:
            first = forked(partial(world.live, self.scenario, Points(self.at), self.ending.results), world.log)
            verdict.kills += ended(first) == "killed"
            gate, opener = os.pipe()
            runners = [forked(partial(self.run, world, gate, opener), world.log) for _ in range(self.runners)]
            os.close(gate)
            os.close(opener)
            for runner in runners:
                ended(runner)
            return judged(world, self.scenario, verdict, self.ending)
        finally:
            world.close()

    def run(self, world: World, gate: int, opener: int) -> None:
        """Wait for the start, and then be as fast as the others."""
        os.close(opener)
        os.read(gate, 1)
        world.live(self.scenario, Points(), self.ending.results, begins=False)

    def __str__(self) -> str:
        where = self.ending.points[self.at - 1]
        return f"{self.runners} processes after a death at point {self.at} ({where})"


def races(scenario: Scenario, setting: Setting, number: int, seed: int, *, until_broken: bool = False) -> Tally:
    """So many races of two processes, and as many of eight."""
    ending, tally = undisturbed(scenario, Setting(url=setting.url))
    random = Random(f"{seed}/{scenario.name}")  # noqa: S311 - to be repeated, not to be secret
    began = time.perf_counter()
    for one in range(2 * number if tally.is_clean else 0):
        at = random.randint(ending.points.index("before event RunStarted") + 1, len(ending.points))
        race = Race(scenario, setting, 2 if one % 2 else 8, at, ending)
        verdict = race.done()
        tally.add(str(race), verdict.complaints, kills=verdict.kills, asked=verdict.asked)
        if until_broken and verdict.complaints:
            break
    tally.seconds += time.perf_counter() - began
    return tally
