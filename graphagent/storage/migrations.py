"""How a database of an older version becomes one of this version: step by step, each in its order, all or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from graphagent.exceptions import SchemaTooNew
from graphagent.storage import migration_memory, migration_sessions


class Migration(NamedTuple):
    """The statements that bring a database from one version to the next, for each kind of database."""

    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


# The first brings version 1 to 2; a release never changes an older one.
MIGRATIONS: Final[tuple[Migration, ...]] = (
    Migration(migration_memory.SQLITE, migration_memory.POSTGRES),
    Migration(migration_sessions.SQLITE, migration_sessions.POSTGRES),
)


def version() -> int:
    """The version of the tables that this package writes."""
    return 1 + len(MIGRATIONS)


def check(found: int | None, name: str) -> bool:
    """Whether the tables found in a database are of this version. Raises `SchemaTooNew` where they are of a later one."""
    if found is not None and found > version():
        raise SchemaTooNew(
            f"{name} has tables of version {found}; this graphagent knows version {version()}. Nothing was changed. Use "
            "the graphagent that wrote it, or a newer one."
        )
    return found == version()


def migrate(execute: Callable[[str], Any], found: int, kind: Literal["sqlite", "postgres"]) -> None:
    """Do all that is missing since version `found`. The caller makes one transaction of it."""
    for migration in MIGRATIONS[found - 1 :]:
        for statement in getattr(migration, kind):
            execute(statement)
