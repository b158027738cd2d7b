"""Retention: what old runs carried is removed, and that they were, and which way they went, stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphagent.engine.machine import FINAL
from graphagent.engine.run import PRUNED

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.journal import Journal

BATCH: Final = 500  # runs a transaction: nobody else waits for long


class Pruned(NamedTuple):
    """How much was pruned."""

    runs: int = 0
    steps: int = 0


def spine(steps: Sequence[Step], at: int) -> list[Step]:
    """Steps without what they carried: only which trigger led where, and when. The first says when they were pruned."""
    return [step._replace(data={PRUNED: at} if step.seq == 1 else None, messages=b"") for step in steps]


def prune(journal: Journal, space: str | None, before: int, at: int, patience: float) -> Pruned:
    """Prune the runs of a database that ended before an instant, in microseconds since the epoch; batch by batch."""
    done = Pruned()
    while numbers := _due(journal, space, before):
        steps = journal.alone(partial(_empty, numbers, at), patience)
        done = Pruned(done.runs + len(numbers), done.steps + steps)
    return done


def _due(journal: Journal, space: str | None, before: int) -> list[int]:
    """Runs that ended before then and still have what they carried."""
    database = journal.database
    states = ", ".join(f"'{state}'" for state in FINAL)
    clauses = f"run.state IN ({states}) AND run.updated_at < {database.parameter}"
    clauses += f" AND run.space = {database.parameter}" if space is not None else ""
    query = (
        f"SELECT run.number FROM run JOIN step ON step.run = run.number AND step.seq = 1 WHERE {clauses} "  # noqa: S608 - of our own names and numbers
        f"AND (step.data IS NULL OR substr(step.data, 1, {len(PRUNED) + 3}) <> '{{\"{PRUNED}\"') "
        f"ORDER BY run.number LIMIT {BATCH}"
    )
    given = (before,) if space is None else (before, space)
    return [number for (number,) in database.read(query, given)]


def _empty(numbers: Sequence[int], at: int, connection: Any) -> int:
    """Remove what these runs carried, in a transaction. Returns how many steps they have."""
    which = f"run IN ({', '.join(map(str, numbers))})"
    tombstone = f"""'{{"{PRUNED}":{int(at)}}}'"""
    data = f"CASE WHEN seq = 1 THEN {tombstone} ELSE NULL END"
    steps: int = connection.execute(f"UPDATE step SET data = {data}, messages = NULL WHERE {which}").rowcount  # noqa: S608 - of our own names and numbers
    connection.execute(f"UPDATE request SET arguments = '{{}}', fields = NULL, note = NULL WHERE {which}")  # noqa: S608 - of our own names and numbers
    return steps
