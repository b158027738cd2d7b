"""The exit codes of the command line, and which error leads to which."""

from __future__ import annotations

from typing import Final

from graphagent.exceptions import DefinitionError, RunNotFound, StorageError

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
PAUSED: Final = 3
STORAGE: Final = 4
INTERRUPTED: Final = 130  # as shells report Ctrl-C

MEANINGS: Final = {
    DONE: "done",
    FAILED: "the run failed or was cancelled",
    USAGE: "wrong usage, or something named was not found",
    PAUSED: "the run waits for a person",
    STORAGE: "the database could not be read or written",
    INTERRUPTED: "interrupted by Ctrl-C",
}


class UsageError(Exception):
    """The command cannot do what it was told; its message is for the person who typed it."""


def code_of(error: BaseException) -> int:
    """The exit code for an error that ended a command."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, StorageError):
        return STORAGE
    return USAGE if isinstance(error, UsageError | DefinitionError | RunNotFound) else FAILED
