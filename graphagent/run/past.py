"""A run as it was at an earlier step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.exceptions import DefinitionError
from graphagent.run.current import replayed
from graphagent.run.view import response_of

if TYPE_CHECKING:
    from graphagent.run.response import RunResponse
    from graphagent.storage.base import Storage


def response_at(storage: Storage, run_id: str, seq: int) -> RunResponse:
    """The response of a run as it stood right after step `seq`, counted from 1. It is for looking: nothing is decided by it.

    Raises:
        RunNotFound: There is no such run.
        RunPruned: What it carried was removed.
        DefinitionError: It has no such step.
    """
    head, steps = storage.load(run_id)
    if not 0 < seq <= len(steps):
        raise DefinitionError(f"Run {run_id} has steps 1 to {len(steps)}, and no step {seq}.")
    return response_of(head, replayed(storage, head, steps[:seq]), None)
