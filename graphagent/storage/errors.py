"""What SQLite says, as errors of ours: what happened to which file, and what to do."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from graphagent.exceptions import DamagedData, StorageBusy, StorageError, StorageFull, StorageReadOnly

if TYPE_CHECKING:
    from pathlib import Path

KEPT = "What was recorded before stands; what was not is kept by the run and can be saved again"


def storage_error(file: Path, error: sqlite3.Error) -> StorageError:
    """The error of ours for one of SQLite's."""
    code = primary(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return busy(file)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM} or (
        code == sqlite3.SQLITE_CANTOPEN and not os.access(file.parent, os.W_OK)
    ):
        return StorageReadOnly(
            f"{file} cannot be written ({error}). {KEPT}. Check who owns the file and its folder (SQLite writes two more "
            "files beside it) and how the file system is mounted."
        )
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(f"No room is left for {file} ({error}). {KEPT}. Make room on its device.")
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT} or "decode" in str(error):  # text that is none
        return DamagedData(
            f"{file} is no database of ours, or a damaged one ({error}). Nothing was changed. Move it away, or restore it "
            "from a copy."
        )
    return StorageError(f"{file}: {error}. {KEPT}.")


def busy(file: Path) -> StorageBusy:
    """The database is in use."""
    return StorageBusy(
        f"{file} was locked by others all the time it was waited for. {KEPT}. Look for a process that keeps a "
        "transaction open on it, or give the storage a longer busy_timeout."
    )


def primary(error: sqlite3.Error) -> int:
    """SQLite's result code, without what it adds to be more precise."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Whether trying again may help."""
    return primary(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
