"""New processes that find their bytecode compiled, whatever the environment says and wherever the sources lie."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
SCRIPT = """
import sys, time
clocks = time.process_time, time.perf_counter
begun = [clock() for clock in clocks]
{statement}
print(*[(clock() - before) * 1e3 for clock, before in zip(clocks, begun)], *sys.modules)
"""


@contextmanager
def compiled() -> Iterator[dict[str, str]]:
    """An environment for processes that share their bytecode: the first one compiles it for all others."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**kept, "PYTHONPYCACHEPREFIX": folder}


def imported(statement: str, times: int = 15) -> tuple[float, float, set[str]]:
    """Median milliseconds that an import takes in new processes (processor, wall), and the modules loaded then."""
    command = [sys.executable, "-c", SCRIPT.format(statement=statement)]
    with compiled() as environment:
        runs = [
            subprocess.check_output(command, text=True, cwd=ROOT, env=environment).split() for _ in range(times + 1)
        ][1:]
    processor, passed = (median(float(run[index]) for run in runs) for index in (0, 1))
    return processor, passed, set(runs[0][2:])
