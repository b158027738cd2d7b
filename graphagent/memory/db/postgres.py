"""Memories in a Postgres database."""

from __future__ import annotations

from typing import Literal

from graphagent.storage.postgres import PostgresStorage


class PostgresMemoryDb(PostgresStorage):
    """A Postgres database as a place for memories. It may be the database that an agent's runs are recorded in.

    A storage under the name that goes with `Memory(db=…)`, and with a `table_name` of its own by default; see
    `PostgresStorage` for the options.
    """

    def __init__(
        self,
        table_name: str = "memory",
        schema: str | None = "graphagent",
        db_url: str | None = None,
        *,
        pool_size: int = 5,
        busy_timeout: float = 5.0,
        durability: Literal["auto", "full"] = "auto",
    ) -> None:
        super().__init__(
            table_name, schema, db_url, pool_size=pool_size, busy_timeout=busy_timeout, durability=durability
        )
