"""The command line as a person calls it: in a process of its own, through pipes or in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import termios
from pathlib import Path
from typing import NamedTuple

import graphagent

# Where this process has the package from, its children have it from, whatever folder they are in.
SOURCE = str(Path(graphagent.__file__).parent.parent)
GRAPHAGENT = [sys.executable, "-P", "-m", "graphagent"]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Printed(NamedTuple):
    """What a command in a terminal printed, and its exit code. `text` is without colours."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        return ANSI.sub("", self.raw)


def environment(**more: str) -> dict[str, str]:
    """The environment of a child."""
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    return {**kept, "PYTHONPATH": SOURCE, **more}


def piped(
    *arguments: str | Path, cwd: Path, stdin: str = "", program: list[str] = GRAPHAGENT, **more: str
) -> subprocess.CompletedProcess[str]:
    """Call `graphagent` with its output going to pipes. `more` is added to its environment."""
    return subprocess.run(
        [*program, *map(str, arguments)],
        cwd=cwd, env=environment(**more), input=stdin, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def in_terminal(
    *arguments: str | Path, cwd: Path, columns: int = 100, variables: dict[str, str] | None = None
) -> Printed:
    """Call `graphagent` in a terminal that is so wide. `variables` are added to its environment."""
    terminal, end = os.openpty()
    termios.tcsetwinsize(end, (50, columns))
    command = [*GRAPHAGENT, *map(str, arguments)]
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(**{"TERM": "xterm-256color", **(variables or {})}),
        stdin=end,
        stdout=end,
        stderr=end,
    ) as process:
        os.close(end)
        printed = bytearray()
        try:
            while piece := os.read(terminal, 65536):
                printed += piece
        except OSError:  # so Linux says that the other end is closed
            pass
    os.close(terminal)
    return Printed(process.returncode, printed.decode().replace("\r\n", "\n"))
