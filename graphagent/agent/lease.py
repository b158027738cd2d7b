"""Having a run in hand: nobody else goes on with it while its process lives, and anybody may when it does not."""

from __future__ import annotations

import os
import threading
from itertools import count
from typing import TYPE_CHECKING, Final

from graphagent.exceptions import RunBusy, StorageError
from graphagent.storage.owner import LEASE, Owner, is_known_dead
from graphagent.utils import clock
from graphagent.utils.log import logger

if TYPE_CHECKING:
    from graphagent.agent.execution import Execution
    from graphagent.storage.base import Head

EXECUTING: Final[dict[str, Execution]] = {}  # what this process has in hand, by the number of the execution
LINGERING: Final[set[tuple[str, str]]] = set()  # calls whose threads outlive their executions, by number and id
NUMBERS: Final = count(1)
BEAT: Final = LEASE / 3e6  # seconds between two signs of life


def hold(execution: Execution) -> None:
    """Take a new run, or one that nobody has in hand, for this execution; the next save puts that on record."""
    number = str(next(NUMBERS))
    execution.number = number
    EXECUTING[number] = execution
    execution.owner = str(Owner.here(number))
    if execution.store.is_shared:
        start_heart()


def claim(execution: Execution) -> None:
    """Take a run on record in hand.

    Raises:
        RunBusy: As `check_free`.
        StaleRun: Somebody else took it in between.
    """
    check_free(execution.head)
    hold(execution)
    try:
        execution.store.claim(execution.head, execution.owner or "", clock.now() + LEASE)
    except BaseException:
        EXECUTING.pop(execution.number, None)
        raise


def check_free(head: Head) -> None:
    """Raise `RunBusy` where the owner of a run lives, or may live: on another host, while its lease lasts."""
    if may_be_taken(head):
        return
    owner = Owner.read(head.owner or "")
    raise RunBusy(
        f"Run {head.id} is in the hands of process {owner.process} on {owner.host.partition('/')[0]}, which gives "
        f"signs of life until {head.lease_until / 1e6:.0f} (seconds since the epoch). Try again after that.",
        run_id=head.id,
    )


def may_be_taken(head: Head) -> bool:
    """Whether nobody has a run in hand who lives, as far as can be known here."""
    return head.owner is None or head.lease_until <= clock.now() or has_died(head)


def has_died(head: Head) -> bool:
    """Whether whoever had a run in hand certainly does nothing for it any more."""
    return head.owner is not None and is_known_dead(head.owner, EXECUTING.keys() | {it for it, _ in LINGERING.copy()})


def release(execution: Execution) -> None:
    """Let go. A run that is not at rest may be taken by anybody at once."""
    if left(execution):
        put_down(execution)


async def arelease(execution: Execution) -> None:
    """`release`, on an event loop."""
    if left(execution):
        await execution.store.aside(put_down, execution)


def left(execution: Execution) -> bool:
    """Have a run in hand no more. Whether that is still to be put on record."""
    was_held = EXECUTING.pop(execution.number, None) is not None
    return was_held and execution.run.need() is not None and execution.head.number > 0


def put_down(execution: Execution) -> None:
    """Put on record that nobody has a run in hand."""
    try:
        execution.store.renew(execution.head, 0)
    except StorageError:  # then others wait for the end of the lease
        logger.warning("Run %s could not be released.", execution.run.id, exc_info=True)


# -- signs of life ----------------------------------------------------------------------------------------------------

_heart: tuple[int, threading.Thread] | None = None
_stirring: Final = threading.Lock()


def start_heart() -> None:
    """Have a thread renew the leases of this process while it has anything in hand."""
    global _heart  # noqa: PLW0603 - one for the process, begun anew after a fork
    if _heart is not None and _heart[0] == os.getpid() and _heart[1].is_alive():
        return
    with _stirring:
        _heart = os.getpid(), threading.Thread(target=beat, name="graphagent-leases", daemon=True)
        _heart[1].start()


def beat() -> None:
    """Renew leases until this process has nothing in hand for a while."""
    idle, wait = 0, threading.Event()
    while idle < 3:
        wait.wait(BEAT)
        idle = 0 if EXECUTING else idle + 1
        renew_all()


def renew_all() -> None:
    """Renew what will need it before the next beat but one."""
    for execution in list(EXECUTING.values()):
        head = execution.head
        if execution.store.is_shared and head.number and head.lease_until < clock.now() + LEASE * 2 // 3:
            try:
                execution.store.renew(head, clock.now() + LEASE)
            except StorageError:  # the next beat tries again; until the lease ends nothing is lost
                logger.warning("The lease of run %s could not be renewed.", head.id, exc_info=True)
