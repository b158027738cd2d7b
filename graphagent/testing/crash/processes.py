"""Real processes, forked from this one when everything is imported already, so that a life costs milliseconds."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 40.0  # seconds that a life may take


def forked(work: Callable[[], None], log: Path, *, patience: float | None = PATIENCE) -> int:
    """Start a process that does this and ends. Returns its id.

    What goes wrong in it is written to `log`, as are all its stacks where it takes longer than so many seconds.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of this process are no business of the child's
        process = os.fork()
    if process:
        return process
    code = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        with log.open("a", encoding="utf-8") as complaints:
            if patience is not None:
                faulthandler.dump_traceback_later(patience, exit=True, file=complaints)
            try:
                work()
                code = 0
            except BaseException:  # noqa: BLE001 - it is read by the parent
                traceback.print_exc(file=complaints)
    finally:
        sys.stdout = sys.stderr = None  # what the parent has not written yet is the parent's
        os._exit(code)


def ended(process: int) -> str:
    """Wait for a process: `killed` by SIGKILL, `done`, or `failed`."""
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "done" if status == 0 else "failed"


def is_frozen(process: int) -> bool:
    """Wait until a process stops or ends; returns whether it only stopped."""
    _, status = os.waitpid(process, os.WUNTRACED)
    return os.WIFSTOPPED(status)
