"""What Postgres says, as errors of ours: what happened to which database, and what to do."""

from __future__ import annotations

from typing import Final

import psycopg

from graphagent.exceptions import (
    DamagedData,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageReadOnly,
    StorageUnreachable,
)

KEPT: Final = "What was recorded before stands; what was not is kept by the run and can be saved again"

# By the beginning of the SQLSTATE, the most particular first.
LOST: Final = ("08", "25P03", "57P01", "57P02", "57P03", "57P05")  # the connection, or the server
DENIED: Final = ("28", "3D000")  # to this user, or a database that is not there
COLLIDED: Final = ("40",)  # with another transaction: the same one again may pass
BUSY: Final = ("55P03", "55006", "57014", "53300", *COLLIDED)
READ_ONLY: Final = ("25006", "42501")
FULL: Final = ("53100",)
DAMAGED: Final = ("XX001", "XX002")


def storage_error(name: str, error: psycopg.Error) -> StorageError:
    """The error of ours for one of Postgres'."""
    told = " ".join(str(error).split())
    if says(error, BUSY):
        return busy(name, told)
    if is_lost(error) or says(error, DENIED):
        return StorageUnreachable(
            f"{name} cannot be reached ({told}). {KEPT}. Check that the server runs, and the host, user and password."
        )
    if says(error, READ_ONLY):
        return StorageReadOnly(
            f"{name} cannot be written ({told}). {KEPT}. Check whether it is a standby, and what its user may do."
        )
    if says(error, FULL):
        return StorageFull(f"No room is left for {name} ({told}). {KEPT}. Make room on the server's device.")
    if says(error, DAMAGED):
        return DamagedData(f"{name} is damaged ({told}). Nothing was changed. Restore it from a copy.")
    return StorageError(f"{name}: {told}. {KEPT}.")


def busy(name: str, told: str = "all connections are in use") -> StorageBusy:
    """The database is in use."""
    return StorageBusy(
        f"{name} was kept busy by others all the time it was waited for ({told}). {KEPT}. Look for a transaction that is "
        "kept open, or give the storage a longer busy_timeout or a larger pool_size."
    )


def is_lost(error: psycopg.Error) -> bool:
    """Whether there is no connection, or none any more."""
    return says(error, LOST) or (error.sqlstate is None and isinstance(error, psycopg.OperationalError))


def says(error: psycopg.Error, states: tuple[str, ...]) -> bool:
    """Whether the server gave one of these reasons."""
    return error.sqlstate is not None and error.sqlstate.startswith(states)
