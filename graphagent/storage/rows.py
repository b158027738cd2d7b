"""A run between memory and the rows of a database: what a save writes, what a load reads, and whether it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from graphagent.engine.run import Step
from graphagent.exceptions import DamagedData
from graphagent.storage.base import REFERRING, SYNCED, Head
from graphagent.storage.notebook import Learnt, learnt
from graphagent.storage.offer import offered, settle, updated
from graphagent.storage.records import damaged
from graphagent.storage.requests import Change, Decided, Request, changes
from graphagent.storage.session import patches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphagent.engine.patch import Patch
    from graphagent.engine.run import Run

    Payload = tuple[Any, ...]  # a row of `step`, without its run, as `SELECT_STEPS` gives it


class Offer:
    """The fresh steps of one run on their way into a database, and what became of them."""

    __slots__ = (
        "begins", "changes", "encoded", "error", "head", "is_settled", "learnt", "number", "patches", "rows", "run", "seq",
        "steps",
    )  # fmt: skip

    def __init__(self, head: Head, run: Run) -> None:
        self.head = head
        self.run = run
        self.begins = False  # the run is not on record yet
        self.number = 0  # of the run, in the database
        self.seq = 0  # where the record must be
        self.steps: list[Step] = []
        self.changes: list[Change] = []  # of the requests of the run
        self.learnt: list[Learnt] = []  # for what is remembered about its user
        self.patches: list[tuple[int, Patch]] = []  # of the state of the session, by step
        self.encoded: list[Payload] = []
        self.rows: list[Payload] = []  # those of them that are to be written
        self.error: Exception | None = None
        self.is_settled = False

    def take(self) -> bool:
        """Take what is fresh now, checked and encoded. Returns whether there is anything."""
        self.steps = offered(self.head, self.run)
        self.encoded = [encoded(step) for step in self.steps]
        self.changes = changes(self.run, self.steps)
        self.learnt = [note for step in self.steps if (note := learnt(self.head, step)) is not None]
        self.patches = patches(self.steps)
        return bool(self.steps)

    def attempt(self) -> None:
        """Begin to write all of it, whatever an earlier attempt came to."""
        self.number, self.seq, self.rows = self.head.number, self.head.seq, self.encoded
        self.begins = not self.number

    def settle(self, space: str | None) -> None:
        """It is on record."""
        self.is_settled = True
        settle(self.head, self.run, self.steps, self.number, space or self.head.space)

    @property
    def is_synced(self) -> bool:
        """Whether it must survive a power cut."""
        return not SYNCED.isdisjoint([step.trigger for step in self.steps])

    def definition(self) -> tuple[str, str, bytes]:
        """What a new head needs of its agent, in the order of `INSERT_DEFINITION`."""
        return self.head.definition, self._plan, self.head.description

    @property
    def _plan(self) -> str:
        return " ".join(sorted(self.head.plan))

    def new(self, space: str) -> tuple[Any, ...]:
        """The columns of a new head, in the order of `INSERT_RUN`."""
        head, last = self.head, self.steps[-1]
        return (
            head.id, space, head.session_id, head.user_id, head.agent_id, head.agent_name, head.definition,
            self._plan, head.parent_id, head.parent_seq, last.state, last.seq, head.owner, head.epoch,
            head.lease_until, head.created_at or self.steps[0].at, updated(head, last),
        )  # fmt: skip

    def moved(self) -> tuple[Any, ...]:
        """What changes in a head that is on record, then what must be unchanged in it: as `UPDATE_RUN` takes them."""
        head, last = self.head, self.steps[-1]
        return (
            last.state,
            last.seq,
            head.owner,
            head.lease_until,
            updated(head, last),
            self.number,
            head.id,
            head.epoch,
            self.seq,
        )

    def has(self, number: int, seq: int) -> None:
        """Its first steps, up to `seq`, are on record already."""
        self.rows = self.rows[seq - self.seq :]
        self.number, self.seq, self.begins = number, seq, False


def written(change: Change, number: int) -> tuple[str, tuple[Any, ...]]:
    """The name of the statement that makes a change to the requests of a run, and its parameters."""
    if isinstance(change, Request):
        fields = None if change.fields is None else to_json(change.fields)
        return "INSERT_REQUEST", (
            number, change.seq, change.call_id, change.kind, change.tool_name, change.arguments, change.digest, fields,
            change.status, change.asked_at, change.expires_at, None, None, None,
        )  # fmt: skip
    if isinstance(change, Decided):
        said = (change.status, change.at, change.by, change.note)
        return "DECIDE_REQUEST", (*said, number, change.call_id, change.digest)
    return "CLOSE_REQUESTS", ("cancelled", change.at, number)


def encoded(step: Step) -> Payload:
    """A step as a row."""
    seq, trigger, state, at, data, messages = step
    wire = None if trigger in REFERRING else messages or None
    return seq, trigger, state, at, None if data is None else to_json(data), wire


def read_steps(rows: Sequence[Payload], head: Head, after: int, where: str) -> list[Step]:
    """The steps of a run that follow step `after`, from their rows. Raises `DamagedData`, naming the row."""
    where = f"{where}: run {head.id}: step"
    steps = [decoded(row, where) for row in rows if row[0] <= head.seq]  # later ones were added since the head was read
    for due, step in enumerate(steps, after + 1):
        if step.seq != due:
            raise damaged(f"{where} {due}", "it is missing")
    if len(steps) < head.seq - after:
        raise damaged(f"{where} {after + len(steps) + 1}", "it is missing")
    if steps and steps[-1].state != head.state:
        raise damaged(f"{where} {head.seq}", f"it led to {steps[-1].state!r}, but the run is in {head.state!r}")
    return steps


def read_note(row: Sequence[Any], where: str) -> tuple[str | None, Learnt]:
    """What a step said for a memory that is kept elsewhere, from its row, and the user. Raises `DamagedData`."""
    run_id, user_id, session_id, seq, at, data = row
    where = f"{where}: run {run_id}: step"
    step = decoded((seq, "", "", at, data, None), where)
    note = learnt(Head(id=run_id, session_id=session_id, agent_id=""), step)
    if note is None:
        raise damaged(f"{where} {seq}", "it says nothing that is to be remembered")
    return user_id, note


def listed_note(row: Sequence[Any], where: str) -> tuple[str | None, Learnt]:
    """The same, as a list has it: one that cannot be read back hides no other."""
    try:
        return read_note(row, where)
    except DamagedData as error:
        run_id, user_id, session_id, seq, at, _ = row
        return user_id, Learnt(run_id, seq, at if isinstance(at, int) else 0, session_id, damage=str(error))


def decoded(row: Payload, where: str) -> Step:
    """A step from its row."""
    seq, trigger, state, at, data, messages = row
    column = "data"
    try:
        told = None if data is None else from_json(data)
        if told is not None and not isinstance(told, dict):
            raise ValueError("it is no JSON object")
        column = "messages"
        if messages and not all(isinstance(message, dict) for message in from_json(b"[%b]" % messages)):
            raise ValueError("it is no list of JSON objects")
        column = "trigger, state or time"
        if not (isinstance(trigger, str) and isinstance(state, str) and isinstance(at, int)):
            raise TypeError("it is of another type")
    except (ValueError, TypeError) as error:
        raise damaged(f"{where} {seq}, column {column}", error) from error
    return Step(seq, trigger, state, at, told, messages or b"")
