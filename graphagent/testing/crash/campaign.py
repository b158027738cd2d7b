"""What the command does: part by part, each with a table, from a sample to the whole."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from graphagent.testing.crash.faults import FAULTS
from graphagent.testing.crash.kills import at_random, everywhere, frozen
from graphagent.testing.crash.postgres import OURS
from graphagent.testing.crash.races import RACED, races
from graphagent.testing.crash.simulate import CRASHES, simulated
from graphagent.testing.crash.stories import SCENARIOS
from graphagent.testing.crash.tally import HEADINGS, Tally, table, told, total
from graphagent.testing.crash.world import Setting

if TYPE_CHECKING:
    from argparse import Namespace

    from graphagent.testing.crash.scenario import Scenario

PARTS: Final = ("kills", "power", "random", "frozen", "simulated", "races")
OF: Final = {  # what can be tried where: memory dies with its process
    "sqlite": PARTS,
    "postgres": ("kills", "power", "random", "frozen", "races"),
    "memory": ("simulated",),
}
ICY: Final = tuple("frozen" if heading == "kills" else heading for heading in HEADINGS)
QUICK_STRIDE: Final = 11


class Campaign:
    """One call of the command."""

    def __init__(self, given: Namespace, url: str | None) -> None:
        self.given = given
        self.setting = Setting(url=url)
        wanted = given.scenario or [scenario.name for scenario in SCENARIOS]
        self.scenarios = [scenario for scenario in SCENARIOS if scenario.name in wanted]
        self.is_clean = True

    def run(self) -> bool:
        """Do all that was asked. Returns whether nothing is wrong."""
        faults = self.given.faults or self.given.fault
        for part in self.given.only or (() if faults else OF[self.given.storage]):
            if part != "power" or self.setting.url is None or self.setting.url in OURS:  # else it is not ours to crash
                getattr(self, part)()
        if faults:
            self.faults()
        return self.is_clean

    # -- the parts ----------------------------------------------------------------------------------------------------

    def kills(self) -> None:
        stride = QUICK_STRIDE if self.given.quick else 1
        self.show(
            "Killed at every point" if stride == 1 else f"Killed at one point in {stride}",
            lambda scenario: everywhere(scenario, self.setting, stride=stride),
        )

    def power(self) -> None:
        stride = 5 * QUICK_STRIDE if self.given.quick else 3 if self.setting.url is None else 7
        self.show(
            f"The {'power cut' if self.setting.url is None else 'server crashed'} at one point in {stride}",
            lambda scenario: everywhere(scenario, self.setting, stride=stride, power=True),
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
            "Frozen, set free when another process had ended the run",
            lambda scenario: frozen(scenario, self.setting, stride=stride),
            headings=ICY,
        )
        self.show(
            "Frozen, set free while another process has the run in hand",
            lambda scenario: frozen(scenario, self.setting, "overtaken", stride=stride),
            headings=ICY,
        )

    def simulated(self) -> None:
        number = self.share(self.given.simulated, 10 if self.given.quick else 100)
        tellable = [scenario for scenario in self.scenarios if not scenario.needs_database]
        over = [None, *tellable] if self.given.scenario is None else tellable
        self.show(
            f"Simulated in memory, one to {CRASHES} crashes in every run",
            lambda scenario: simulated(number, self.given.seed, scenario),
            over,
        )

    def races(self) -> None:
        number = self.given.races or (1 if self.given.quick else 10)
        self.show(
            "Races of two and of eight processes for one run",
            lambda scenario: races(scenario, self.setting, number, self.given.seed),
            RACED,
        )

    def share(self, asked: int | None, otherwise: int) -> int:
        """How many trials each scenario gets."""
        return otherwise if asked is None else -(-asked // len(self.scenarios))

    def faults(self) -> None:
        """Plant every fault, and stop at the first sign of it. Nothing here knows which law it breaks, or where."""
        rows = []
        for name in self.given.fault or FAULTS:
            began = time.perf_counter()
            caught = next(self.signs(replace(self.setting, fault=name)), None)
            self.is_clean &= caught is not None
            rows.append([name, *(caught or ("NOT CAUGHT", "")), f"{time.perf_counter() - began:.0f}"])
            sys.stdout.write(f"{name}: {rows[-1][1:]}\n")
            sys.stdout.flush()
        sys.stdout.write(f"\nPlanted faults\n\n{table(rows, ('fault', 'caught by', 'as', 'seconds'))}\n\n")

    def signs(self, setting: Setting) -> Iterator[tuple[str, str]]:
        """Whatever breaks with a planted fault and holds without it, from what takes little time to what takes more."""
        parts: dict[str, tuple[Iterable[Scenario], Callable[[Scenario, Setting], Tally]]] = {
            "a kill": (self.scenarios, partial(everywhere, stride=13, until_broken=True)),
            "a power cut": (
                self.scenarios if self.setting.url in {None, *OURS} else (),
                partial(everywhere, stride=7, until_broken=True, power=True),
            ),
            "a frozen process": (self.scenarios, partial(frozen, stride=3, until_broken=True)),
            "a process overtaken": (self.scenarios, partial(frozen, ice="overtaken", stride=3, until_broken=True)),
            "a race": (RACED, partial(races, number=2, seed=self.given.seed, until_broken=True)),
        }
        for part, (scenarios, tried) in parts.items():
            for scenario in scenarios:
                broken = tried(scenario, setting).complaints
                if broken and not tried(scenario, replace(setting, fault=None)).complaints:
                    _, complaint = broken[0]
                    last = complaint.why.strip().splitlines()[-1]
                    yield f"{part} in {scenario.name!r}", f"{complaint.law}: {last[:90]}"

    # -- the tables ---------------------------------------------------------------------------------------------------

    def show(
        self, title: str, work: Callable[[Any], Tally], over: Iterable[Scenario | None] | None = None,
        headings: Sequence[str] = HEADINGS,
    ) -> None:  # fmt: skip
        """Do one part, and print its table."""
        began = time.perf_counter()
        tallies = [work(scenario) for scenario in (self.scenarios if over is None else over)]
        whole = total(tallies, time.perf_counter() - began)
        self.is_clean &= whole.is_clean
        sys.stdout.write(f"\n{title}\n\n{table([tally.row() for tally in [*tallies, whole]], headings)}\n\n")
        if not whole.is_clean:
            sys.stdout.write(f"{told(tallies)}\n\n")
        sys.stdout.flush()
