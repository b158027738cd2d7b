"""Rows that are looked up by themselves: heads of runs, sessions, requests. Whoever asks for one that cannot be read back
is refused, and in a list it stands with what is sure of it, so that it hides no other.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic_core import from_json

from graphagent.engine.machine import STATES
from graphagent.exceptions import DamagedData
from graphagent.storage.base import DAMAGED, Head
from graphagent.storage.owner import Owner
from graphagent.storage.requests import Kind, Request
from graphagent.storage.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Sequence[Any]


class Types:
    """What each column of a record may hold. Some databases take anything, and files get torn."""

    def __init__(self, types: Mapping[str, tuple[type, ...]]) -> None:
        self.types = types
        self.seen: set[tuple[type, ...]] = set()  # rows of these types are as they should be

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise `TypeError` where a column holds what it never should. The columns are always in the same order."""
        shape = tuple(map(type, values.values()))
        if shape in self.seen:
            return
        for name, kind in self.types.items():
            if not isinstance(values[name], kind):
                raise TypeError(f"column {name} is of another type")
        self.seen.add(shape)

    def sound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those columns that hold what they should."""
        return {name: values[name] for name, kind in self.types.items() if isinstance(values[name], kind)}

    def nothing(self) -> dict[str, Any]:
        """What stands for columns that must hold something, and do not."""
        return {name: kind[0]() for name, kind in self.types.items() if NoneType not in kind}


TEXT: Final = (str,)
NUMBER: Final = (int,)
OR_NONE: Final = (NoneType,)
OF_HEAD: Final = Types({
    **dict.fromkeys(("id", "space", "session_id", "agent_id", "state"), TEXT),
    **dict.fromkeys(("user_id", "agent_name", "parent_id", "owner"), TEXT + OR_NONE),
    **dict.fromkeys(("number", "seq", "epoch", "lease_until", "created_at", "updated_at"), NUMBER),
    "parent_seq": NUMBER + OR_NONE,
})  # fmt: skip
OF_SESSION: Final = Types({
    "number": NUMBER, "space": TEXT, "id": TEXT, "user_id": TEXT + OR_NONE, "name": TEXT + OR_NONE, "version": NUMBER,
    "created_at": NUMBER, "updated_at": NUMBER + OR_NONE,
})  # fmt: skip
OF_REQUEST: Final = Types({
    **dict.fromkeys(("run_id", "call_id", "kind", "tool_name", "arguments", "digest", "status"), TEXT),
    **dict.fromkeys(("number", "seq", "asked_at"), NUMBER),
    **dict.fromkeys(("expires_at", "decided_at"), NUMBER + OR_NONE),
    **dict.fromkeys(("decided_by", "note"), TEXT + OR_NONE),
})  # fmt: skip
# Their columns, in order.
SESSION: Final = ("number", "space", "id", "user_id", "name", "state", "version", "created_at", "updated_at")
REQUEST: Final = (
    "number", "run_id", "seq", "call_id", "kind", "tool_name", "arguments", "digest", "fields", "status", "asked_at",
    "expires_at", "decided_at", "decided_by", "note",
)  # fmt: skip


def read_head(row: Row, columns: Sequence[str], where: str) -> Head:
    """A head from its row. Raises `DamagedData`."""
    values = dict(zip(columns, row, strict=True))
    try:
        OF_HEAD.check(values)
        if values["state"] not in STATES:
            raise ValueError(f"{values['state']!r} is no state")
        if values["seq"] < 1:
            raise ValueError("it has no step")
        if values["plan"] is None:
            raise ValueError("its definition is missing")
        if values["owner"] is not None and not Owner.is_written(values["owner"]):
            raise ValueError("column owner names no process")
    except (ValueError, TypeError) as error:
        raise damaged(f"{where}: the head of run {values['id']!r}", error) from error
    values["plan"] = frozenset(values["plan"].split())
    return Head(**values)


def listed_head(row: Row, columns: Sequence[str], where: str) -> Head:
    """A head as a list has it."""
    try:
        return read_head(row, columns, where)
    except DamagedData as error:
        values = dict(zip(columns, row, strict=True))
        sure = {"id": str(values["id"]), "state": DAMAGED, "damage": str(error)}
        return Head(**{**OF_HEAD.nothing(), **OF_HEAD.sound(values), **sure})


def read_session(row: Row, where: str) -> Session:
    """A session from its row. Raises `DamagedData`."""
    values = dict(zip(SESSION, row, strict=True))
    what = f"{where}: session {values['id']!r}"
    try:
        OF_SESSION.check(values)
        what += ", column state"
        state = {} if values["state"] is None else from_json(values["state"])
        if not isinstance(state, dict):
            raise TypeError("it is no JSON object")
    except (ValueError, TypeError) as error:
        raise damaged(what, error) from error
    return Session(**{**values, "state": state, "updated_at": values["updated_at"] or values["created_at"]})


def listed_session(row: Row, where: str) -> Session:
    """A session as a list has it."""
    try:
        return read_session(row, where)
    except DamagedData as error:
        values = dict(zip(SESSION, row, strict=True))
        sure = {"id": str(values["id"]), "updated_at": 0, "damage": str(error)}
        return Session(**{**OF_SESSION.nothing(), **OF_SESSION.sound(values), **sure})


def listed_request(row: Row, where: str) -> Request:
    """A request as a list has it. What is asked stands in a step, to the letter: this is for finding it."""
    values = dict(zip(REQUEST, row, strict=True))
    try:
        return read_request(values, where)
    except DamagedData as error:
        return Request(**{**OF_REQUEST.nothing(), **OF_REQUEST.sound(values), "damage": str(error)})


def read_request(values: Mapping[str, Any], where: str) -> Request:
    """A request from its columns. Raises `DamagedData`."""
    what = f"{where}: run {values['run_id']}: request {values['number']}"
    try:
        OF_REQUEST.check(values)
        if values["kind"] not in get_args(Kind):
            raise ValueError(f"column kind: {values['kind']!r} is unknown")
        what += ", column fields"
        fields = None if values["fields"] is None else from_json(values["fields"])
        if not isinstance(fields, list | None):
            raise TypeError("it is no JSON list")
    except (ValueError, TypeError) as error:
        raise damaged(what, error) from error
    return Request(**{**values, "fields": fields})


def damaged(what: str, why: object) -> DamagedData:
    """An error that names the row."""
    return DamagedData(f"{what} cannot be read back: {why}. Nothing was changed. Restore it from a copy of the file.")
