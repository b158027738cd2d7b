"""The exit codes of the command line, and which error leads to which."""

from __future__ import annotations

from typing import Final

from graphagent.exceptions import (
    AlreadyResolved,
    DeadlineNotPassed,
    DefinitionError,
    RequestNotFound,
    RunBusy,
    RunIsOver,
    RunNotFound,
    SessionNotFound,
    SessionOwnershipError,
    StaleRun,
    StorageError,
    ToolArgumentsError,
)

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
PAUSED: Final = 3
STORAGE: Final = 4
RESOLVED: Final = 5
TOO_EARLY: Final = 6
INTERRUPTED: Final = 130  # as shells report Ctrl-C

MEANINGS: Final = {
    DONE: "done",
    FAILED: "a run failed, was cancelled, or does not fit the agent",
    USAGE: "wrong usage, or something named was not found",
    PAUSED: "the run waits for a person",
    STORAGE: "the database could not be read or written",
    RESOLVED: "it was decided, changed or ended before",
    TOO_EARLY: "not yet: it may be under way elsewhere",
    INTERRUPTED: "interrupted by Ctrl-C",
}


class UsageError(Exception):
    """The command cannot do what it was told; its message is for the person who typed it."""


CODES: Final = (
    (
        (
            UsageError,
            DefinitionError,
            RunNotFound,
            SessionNotFound,
            SessionOwnershipError,
            RequestNotFound,
            ToolArgumentsError,
        ),
        USAGE,
    ),
    ((AlreadyResolved, RunIsOver), RESOLVED),
    ((DeadlineNotPassed, RunBusy, StaleRun), TOO_EARLY),
)


def code_of(error: BaseException) -> int:
    """The exit code for an error that ended a command."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, StorageError):
        return STORAGE
    return next((code for kinds, code in CODES if isinstance(error, kinds)), FAILED)
