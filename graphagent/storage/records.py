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
    Types = Mapping[str, tuple[type, ...]]

TEXT: Final = (str,)
NUMBER: Final = (int,)
OR_NONE: Final = (NoneType,)
OF_HEAD: Final[Types] = {
    **dict.fromkeys(("id", "space", "session_id", "agent_id", "state"), TEXT),
    **dict.fromkeys(("user_id", "agent_name", "parent_id", "owner"), TEXT + OR_NONE),
    **dict.fromkeys(("number", "seq", "epoch", "lease_until", "created_at", "updated_at"), NUMBER),
    "parent_seq": NUMBER + OR_NONE,
}
OF_SESSION: Final[Types] = {
    "number": NUMBER, "space": TEXT, "id": TEXT, "user_id": TEXT + OR_NONE, "name": TEXT + OR_NONE, "version": NUMBER,
    "created_at": NUMBER, "updated_at": NUMBER + OR_NONE,
}  # fmt: skip
OF_REQUEST: Final[Types] = {
    **dict.fromkeys(("run_id", "call_id", "kind", "tool_name", "arguments", "digest", "status"), TEXT),
    **dict.fromkeys(("number", "seq", "asked_at"), NUMBER),
    **dict.fromkeys(("expires_at", "decided_at"), NUMBER + OR_NONE),
    **dict.fromkeys(("decided_by", "note"), TEXT + OR_NONE),
}
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
        check(values, OF_HEAD)
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
    return Head(**{**values, "plan": frozenset(values["plan"].split())})


def listed_head(row: Row, columns: Sequence[str], where: str) -> Head:
    """A head as a list has it."""
    try:
        return read_head(row, columns, where)
    except DamagedData as error:
        known = {"session_id": "", "agent_id": ""} | sound(dict(zip(columns, row, strict=True)), OF_HEAD)
        return Head(**{**known, "id": str(known["id"]), "state": DAMAGED, "damage": str(error)})


def read_session(row: Row, where: str) -> Session:
    """A session from its row. Raises `DamagedData`."""
    values = dict(zip(SESSION, row, strict=True))
    what = f"{where}: session {values['id']!r}"
    try:
        check(values, OF_SESSION)
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
        known = sound(dict(zip(SESSION, row, strict=True)), OF_SESSION)
        return Session(
            **{**known, "id": str(known["id"]), "updated_at": known.get("updated_at") or 0, "damage": str(error)}
        )


def listed_request(row: Row, where: str) -> Request:
    """A request as a list has it. What is asked stands in a step, to the letter: this is for finding it."""
    values = dict(zip(REQUEST, row, strict=True))
    try:
        return read_request(values, where)
    except DamagedData as error:
        nothing = {name: "" if kind == TEXT else 0 for name, kind in OF_REQUEST.items() if NoneType not in kind}
        return Request(**{**nothing, **sound(values, OF_REQUEST), "damage": str(error)})


def read_request(values: Mapping[str, Any], where: str) -> Request:
    """A request from its columns. Raises `DamagedData`."""
    what = f"{where}: run {values['run_id']}: request {values['number']}"
    try:
        check(values, OF_REQUEST)
        if values["kind"] not in get_args(Kind):
            raise ValueError(f"column kind: {values['kind']!r} is unknown")
        what += ", column fields"
        fields = None if values["fields"] is None else from_json(values["fields"])
        if not isinstance(fields, list | None):
            raise TypeError("it is no JSON list")
    except (ValueError, TypeError) as error:
        raise damaged(what, error) from error
    return Request(**{**values, "fields": fields})


def check(values: Mapping[str, Any], types: Types) -> None:
    """Raise `TypeError` where a column holds what it never should: some databases take anything, and files get torn."""
    for name, kind in types.items():
        if not isinstance(values[name], kind):
            raise TypeError(f"column {name} is of another type")


def sound(values: Mapping[str, Any], types: Types) -> dict[str, Any]:
    """Those columns that hold what they should."""
    return {name: values[name] for name, kind in types.items() if isinstance(values[name], kind)}


def damaged(what: str, why: object) -> DamagedData:
    """An error that names the row."""
    return DamagedData(f"{what} cannot be read back: {why}. Nothing was changed. Restore it from a copy of the file.")
