"""Runs recorded in a Postgres database: any number of hosts, processes, threads and event loops at once."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable
from typing import Any, Final, Literal

from graphagent.exceptions import DefinitionError
from graphagent.storage.base import Asked, Found
from graphagent.storage.journal import Journal
from graphagent.storage.relational import RelationalStorage

SCHEME: Final = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://")
UNCLEAR: Final = re.compile(r"[^?]*@[^?]*@|[^?@]*/[^?]*@")  # what belongs to the password cannot be told from the rest
SCHEMA: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PostgresStorage(RelationalStorage):
    """Keeps runs in a Postgres database. Making one connects to nothing; the first use does.

    Needs the extra `postgres`: `pip install "graphagent[postgres]"`.

    Args:
        table_name: Runs of one name do not see those of another, even in one database. None sees all: to look around and
            to go on with runs, not to begin new ones.
        db_url: `postgresql://user:password@host:port/database`, with the options of libpq after a question mark.
        schema: The schema of our tables, made when it is first needed. None: where the search path of the user leads.
        pool_size: How many connections this storage has at most. They are made when needed, and lent for one transaction
            or one query at a time; no model, tool or other code runs meanwhile.
        busy_timeout: How long, in seconds, a free connection, other transactions, and a server that went away are waited
            for.
        durability: A crash of the server or its host can take the latest steps in `auto`, but never one that lets a tool
            begin or that somebody decided: those are synced to the disk, which also makes all earlier ones safe. `full`
            syncs every step.

    Raises:
        DefinitionError: The URL is no URL of a Postgres database, or an option has an unknown value.
        ImportError: The extra is not installed.
    """

    def __init__(
        self,
        table_name: str | None = "runs",
        schema: str | None = "graphagent",
        db_url: str | None = None,
        *,
        pool_size: int = 5,
        busy_timeout: float = 5.0,
        durability: Literal["auto", "full"] = "auto",
    ) -> None:
        if durability not in {"auto", "full"}:
            raise DefinitionError(f"durability is 'auto' or 'full', not {durability!r}.")
        if db_url is None or not SCHEME.match(db_url):
            raise DefinitionError(
                "PostgresStorage needs db_url=, a URL of the form postgresql://user:password@host:port/database."
            )
        if UNCLEAR.match(SCHEME.sub("", db_url, count=1)):
            raise DefinitionError(
                "The db_url has an @ or / in its user or password. In a URL they are written %40 and %2F."
            )
        if schema is not None and not SCHEMA.fullmatch(schema):
            raise DefinitionError(f"schema is a name of small letters, digits and underscores, not {schema!r}.")
        if pool_size < 1:
            raise DefinitionError(f"pool_size is 1 or more, not {pool_size}.")
        try:
            from graphagent.storage.postgres_database import PostgresDatabase
            from graphagent.storage.postgres_opening import parameters
        except ImportError as error:
            raise ImportError(f'PostgresStorage needs psycopg ({error}): pip install "graphagent[postgres]"') from error
        given = parameters(SCHEME.sub("postgresql://", db_url, count=1), schema)
        self.table_name = table_name
        self.schema = schema
        self.busy_timeout = busy_timeout
        self.durability = durability
        self._database = PostgresDatabase(place(given), given, schema, busy_timeout=busy_timeout, pool_size=pool_size)
        self._where_it_is = (*(given.get(name) for name in ("host", "hostaddr", "port", "dbname")), schema)
        self._journal = Journal(self._database, table_name, syncs_all=durability == "full")
        weakref.finalize(self, self._database.forsake)

    @property
    def place(self) -> object:
        return self._where_it_is

    async def aside(self, read: Callable[[*Asked], Found], *asked: *Asked) -> Found:
        from asyncio import to_thread

        return await to_thread(read, *asked)

    def __repr__(self) -> str:
        return f"PostgresStorage(table_name={self.table_name!r}, schema={self.schema!r}, at {self._database.name})"


def place(parameters: dict[str, Any]) -> str:
    """A database as it is called in errors: without user and password."""
    host = parameters.get("host") or parameters.get("hostaddr") or "the local socket"
    port = f":{parameters['port']}" if "port" in parameters else ""
    return f"Postgres database {parameters.get('dbname') or 'of the user'} at {host}{port}"
