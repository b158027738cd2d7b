"""Opens a Postgres database: makes our tables where there are none, and refuses those of a later version."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from graphagent.exceptions import DefinitionError, StorageError
from graphagent.storage import migrations
from graphagent.storage.postgres_statements import CREATE, INSERT_SCHEMA, SELECT_SCHEMA, UPDATE_SCHEMA
from graphagent.storage.records import damaged

if TYPE_CHECKING:
    Connection = psycopg.Connection[tuple[Any, ...]]

LOCK: Final = int.from_bytes(b"graph", "big")  # of all advisory locks of a database, the one held while tables are made


def parameters(db_url: str, schema: str | None) -> dict[str, Any]:
    """How to connect. No part of a URL is repeated in an error: it may hold a password."""
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(db_url))
    except psycopg.ProgrammingError:
        raise DefinitionError(
            "The db_url is no URL of a Postgres database: postgresql://user:password@host:port/database"
        ) from None
    if schema is not None:  # of the session, and sent with the first packet, so that it costs no round trip
        given["options"] = f"{given.get('options') or ''} -c search_path={schema}".strip()
    return {"application_name": "graphagent", "client_encoding": "utf8", **given}


def connect(parameters: dict[str, Any], patience: float) -> Connection:
    """A connection without a transaction."""
    timeout = {"connect_timeout": max(2, math.ceil(patience)), **parameters}
    return psycopg.connect(**timeout, autocommit=True)


def schema_version(connection: Connection, name: str) -> int | None:
    """The version of our tables in this database; None where it has none."""
    if connection.execute("SELECT to_regclass('graphagent')").fetchone() == (None,):
        return None
    versions = connection.execute(SELECT_SCHEMA).fetchall()
    if len(versions) != 1:
        raise damaged(f"{name}: table graphagent", f"it must hold one version, and holds {len(versions)} rows")
    version: int = versions[0][0]
    return version


def prepare(connection: Connection, schema: str | None, name: str) -> None:
    """Make our tables, or bring them to this version, unless another process just did."""
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            if schema is not None and connection.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone() == (None,):
                connection.execute(f'CREATE SCHEMA "{schema}"')
            version = schema_version(connection, name)
            if version is None:
                for statement in CREATE:
                    connection.execute(statement)
                connection.execute(INSERT_SCHEMA, (migrations.version(),))
            elif not migrations.check(version, name):
                migrations.migrate(connection.execute, version, "postgres")
                connection.execute(UPDATE_SCHEMA, (migrations.version(),))
    except psycopg.errors.DuplicateTable as error:
        raise StorageError(
            f"{name} holds tables of something else in this schema ({error.diag.message_primary}). Nothing was changed. "
            "Give the storage a schema of its own."
        ) from error
