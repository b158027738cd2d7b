"""Fill in the fields of a call that waits for input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from graphagent.cli import decide
from graphagent.cli.exits import UsageError

if TYPE_CHECKING:
    import argparse

    from graphagent.engine.call import Call
    from graphagent.engine.run import Run
    from graphagent.run.inbox import Inbox


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    command.add_argument("run", metavar="RUN", help="the beginning of its id")
    command.add_argument("said", metavar="[CALL] name=value", nargs="*", help="the call, if several wait; the fields")
    command.add_argument("--values", metavar="JSON", help="the fields as a JSON object, instead of name=value")
    decide.add(command, note=False)


def carry_out(given: argparse.Namespace) -> int:
    """Answer one call."""
    said = list(given.said)
    given.call = said.pop(0) if said and "=" not in said[0] else None
    if wrong := next((pair for pair in said if "=" not in pair), None):
        raise UsageError(f"{wrong!r} fills in no field. Say name=value.")
    pairs = dict(pair.split("=", 1) for pair in said)

    def act(inbox: Inbox, call: Call, run_id: str, by: str | None) -> Run:
        values = {name: read(call, name, text) for name, text in pairs.items()}
        return inbox.answer(run_id, call.id, {**values, **from_object(given.values)}, by=by)

    return decide.decide(given, ("input",), act)


def read(call: Call, name: str, text: str) -> Any:
    """What was typed for a field: text, of which its type is made later; for lists and objects it has to be JSON."""
    kinds = {field["name"]: field.get("field_type") for field in call.fields or ()}
    if kinds.get(name) not in ("list", "dict"):
        return text
    try:
        return from_json(text)
    except ValueError as error:
        raise UsageError(f"Field {name!r} is a {kinds[name]}: say it as JSON. {error}.") from error


def from_object(text: str | None) -> dict[str, Any]:
    """The fields in a JSON object. Raises `UsageError` where it is none."""
    try:
        values = from_json(text or "{}")
    except ValueError as error:
        raise UsageError(f"--values takes a JSON object. {error}.") from error
    if not isinstance(values, dict):
        raise UsageError(f'--values takes a JSON object, as in \'{{"order": "7"}}\', not {text!r}.')
    return values
