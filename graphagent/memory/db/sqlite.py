"""Memories in a SQLite file."""

from __future__ import annotations

import os
from typing import Literal

from graphagent.storage.sqlite import SqliteStorage


class SqliteMemoryDb(SqliteStorage):
    """A SQLite file as a place for memories. It may be the file that an agent's runs are recorded in.

    A storage under the name that goes with `Memory(db=…)`, and with a `table_name` of its own by default; see
    `SqliteStorage` for the options.
    """

    def __init__(
        self,
        table_name: str = "memory",
        db_url: str | None = None,
        db_file: str | os.PathLike[str] | None = None,
        *,
        busy_timeout: float = 5.0,
        durability: Literal["auto", "full"] = "auto",
    ) -> None:
        super().__init__(table_name, db_url, db_file, busy_timeout=busy_timeout, durability=durability)
