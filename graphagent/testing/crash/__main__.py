"""Kills real processes everywhere and prints a table of what came of it: `python -m graphagent.testing.crash`."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from graphagent.testing.crash.campaign import PARTS, Campaign
from graphagent.testing.crash.postgres import server
from graphagent.testing.crash.stories import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """The command line."""
    command = argparse.ArgumentParser("python -m graphagent.testing.crash", description=__doc__, allow_abbrev=False)
    names = [scenario.name for scenario in SCENARIOS]
    command.add_argument("--scenario", action="append", choices=names, help="only this one; may be given several times")
    command.add_argument("--storage", choices=["sqlite", "postgres", "memory"], default="sqlite")
    command.add_argument(
        "--db", metavar="URL", help="the database; needed for postgres, otherwise one file for each run"
    )
    command.add_argument("--only", action="append", choices=PARTS, help="only this part; may be given several times")
    command.add_argument("--random", type=int, metavar="N", help="kills at random moments, in all")
    command.add_argument("--simulated", type=int, metavar="N", help="runs with one to four simulated crashes each")
    command.add_argument("--races", type=int, metavar="N", help="races of two and of eight processes for one run")
    command.add_argument(
        "--faults", action="store_true", help="plant faults in the protocol, and see each of them caught"
    )
    command.add_argument("--fault", action="append", help="only this fault; may be given several times")
    command.add_argument("--seed", type=int, default=1, help="what all randomness is made of (default: 1)")
    command.add_argument("--quick", action="store_true", help="a sample of everything, in less than a minute")
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked. Returns 0 where every promise held and every planted fault was caught."""
    given = parser().parse_args(arguments)
    began = time.perf_counter()
    with server() if given.storage == "postgres" and given.db is None else nullcontext(given.db) as url:
        is_clean = Campaign(given, url).run()
    sys.stdout.write(f"{time.perf_counter() - began:.0f} s, seed {given.seed}: {'clean' if is_clean else 'BROKEN'}\n")
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
