"""What the command does: part by part, each with a table, from a sample to the whole."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from graphagent.testing.crash.kills import at_random, everywhere, frozen
from graphagent.testing.crash.stories import SCENARIOS
from graphagent.testing.crash.tally import Tally, table, told, total
from graphagent.testing.crash.trial import Setting

if TYPE_CHECKING:
    from argparse import Namespace

    from graphagent.testing.crash.scenario import Scenario

PARTS: Final = ("kills", "power", "random", "frozen", "simulated", "races")
QUICK_STRIDE: Final = 11


class Campaign:
    """One call of the command."""

    def __init__(self, given: Namespace) -> None:
        self.given = given
        self.setting = Setting(url=given.db)
        wanted = given.scenario or [scenario.name for scenario in SCENARIOS]
        self.scenarios = [scenario for scenario in SCENARIOS if scenario.name in wanted]
        self.is_clean = True

    def run(self) -> bool:
        """Do all that was asked. Returns whether nothing is wrong."""
        for part in self.given.only or PARTS:
            getattr(self, part)()
        return self.is_clean

    # -- the parts ----------------------------------------------------------------------------------------------------

    def kills(self) -> None:
        stride = QUICK_STRIDE if self.given.quick else 1
        self.show(
            "Killed at every point" if stride == 1 else f"Killed at every {stride}th point",
            lambda scenario: everywhere(scenario, self.setting, stride=stride),
        )

    def power(self) -> None:
        setting = replace(self.setting, power=True)
        stride = 5 * QUICK_STRIDE if self.given.quick else 3
        self.show(
            f"The power cut at every {stride}th point", lambda scenario: everywhere(scenario, setting, stride=stride)
        )

    def random(self) -> None:
        number = self.share(self.given.random, 2 if self.given.quick else 60)
        self.show(
            "Killed at random moments",
            lambda scenario: at_random(scenario, self.setting, number, str(self.given.seed)),
        )

    def frozen(self) -> None:
        stride = 2 * QUICK_STRIDE if self.given.quick else 1
        self.show(
            "Frozen, overtaken by another process, and set free",
            lambda scenario: frozen(scenario, self.setting, stride=stride),
        )

    def share(self, asked: int | None, otherwise: int) -> int:
        """How many trials each scenario gets."""
        return otherwise if asked is None else -(-asked // len(self.scenarios))

    # -- the tables ---------------------------------------------------------------------------------------------------

    def show(self, title: str, work: Callable[[Scenario], Tally], over: Iterable[Scenario] | None = None) -> None:
        """Do one part, and print its table."""
        began = time.perf_counter()
        tallies = [work(scenario) for scenario in (self.scenarios if over is None else over)]
        whole = total(tallies, time.perf_counter() - began)
        self.is_clean &= whole.is_clean
        sys.stdout.write(f"\n{title}\n\n{table(tally.row() for tally in [*tallies, whole])}\n\n")
        if not whole.is_clean:
            sys.stdout.write(f"{told(tallies)}\n\n")
        sys.stdout.flush()
