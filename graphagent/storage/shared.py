"""What runs change in the session they share, in the transaction of their steps."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from graphagent.storage.records import read_session
from graphagent.storage.session import Session, advanced, check_owner

if TYPE_CHECKING:
    from graphagent.storage.rows import Offer


def share(connection: Any, sql: ModuleType, offers: Sequence[Offer], space: str, where: str) -> None:
    """Make the sessions of runs that begin, and bring the state of each session on.

    Raises `SessionOwnershipError` and `StateConflict`; the transaction is then undone.
    """
    touching = [offer for offer in offers if offer.begins or offer.patches]
    for offer in sorted(touching, key=lambda offer: offer.head.session_id) if len(touching) > 1 else touching:
        changes = [change for change in offer.patches if change[0] > offer.seq]
        if offer.begins or changes:  # in one order everywhere, so that no two transactions wait for each other
            session = entered(connection, sql, offer, offer.head.space or space, where)
            if offer.begins:
                check_owner(offer.head, session.user_id)
            if changes:
                state = to_json(advanced(offer.head.id, session.state, changes)).decode()
                connection.execute(sql.UPDATE_SESSION, (state, session.version + 1, offer.steps[-1].at, session.number))


def entered(connection: Any, sql: ModuleType, offer: Offer, space: str, where: str) -> Session:
    """The session of a run, held until the end of the transaction; made where it is not there (any more)."""
    head, at = offer.head, offer.steps[0].at
    first = offer.begins  # mostly in a session of its own
    while True:
        if first:
            for (number,) in connection.execute(
                sql.INSERT_SESSION, (space, head.session_id, head.user_id, 0, at)
            ).fetchall():
                return Session(id=head.session_id, space=space, user_id=head.user_id, created_at=at, number=number)
        for row in connection.execute(sql.LOCK_SESSION, (space, head.session_id)).fetchall():
            return read_session(row, where)
        first = True
