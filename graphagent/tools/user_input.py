"""The form that a person fills for one tool call: its fields, and reading what was answered."""

from __future__ import annotations

import contextlib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from graphagent.exceptions import ToolArgumentsError
from graphagent.tools.names import suggestion

if TYPE_CHECKING:
    from graphagent.tools.schema import Schema

_NAMES: dict[type, str] = {
    str: "str string text",
    int: "int integer",
    float: "float number",
    bool: "bool boolean",
    list: "list array",
    dict: "dict object",
    Decimal: "Decimal",
    date: "date",
    time: "time",
    datetime: "datetime",
    timedelta: "timedelta",
}
FIELD_TYPES = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""The types that a field may have by name. A name that is not here means `str`; nothing is ever evaluated."""


@dataclass(slots=True)
class UserInputField:
    """One field of a form. `value` holds what the model proposed, and then what the person says."""

    name: str
    field_type: type
    description: str | None = None
    value: Any | None = None

    def to_dict(self) -> dict[str, Any]:
        """The field as JSON values; the type becomes its name."""
        from pydantic_core import to_jsonable_python

        return {
            "name": self.name,
            "field_type": self.field_type.__name__,
            "description": self.description,
            "value": to_jsonable_python(self.value),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> UserInputField:
        """The field that `to_dict` wrote. A type of another name than those of FIELD_TYPES comes back as `str`."""
        field_type = FIELD_TYPES.get(str(data.get("field_type")), str)
        return cls(str(data["name"]), field_type, data.get("description"), data.get("value"))


def fields_of(schema: Schema, arguments: Mapping[str, Any]) -> list[UserInputField]:
    """A fresh form for one call, holding what `arguments` (JSON values) say already."""
    return [
        UserInputField(name, shown_type(parameter.annotation), parameter.description or None, arguments.get(name))
        for name, parameter in schema.signature.parameters.items()
    ]


def filled(schema: Schema, arguments: Mapping[str, Any], fields: Iterable[UserInputField]) -> dict[str, Any]:
    """The keyword arguments of the call: `arguments` overlaid with the answers, read by the declared types.

    A field left at None is one left out. Text that is no value of its type is also read as JSON, since people type
    text. Raises `ToolArgumentsError` for the person, naming each field that does not fit; nothing is kept of it then.
    """
    from pydantic_core import to_json

    answers = {field.name: field.value for field in fields}
    for name in answers.keys() - schema.signature.parameters.keys():
        raise ToolArgumentsError(
            f"{schema.tool!r} has no field {name!r}. {suggestion(name, schema.signature.parameters)}"
        )
    values = {name: value for name, value in arguments.items() if name not in answers}
    values |= {name: value for name, value in answers.items() if value is not None or name in schema.nullable}
    try:
        return schema.validate(to_json(values), subject="answers")
    except ToolArgumentsError as error:
        reread = values | _read_as_json(values, error)
        if reread == values:
            raise
        return schema.validate(to_json(reread), subject="answers")
    except ValueError as error:
        raise ToolArgumentsError(f"The answers of {schema.tool!r} cannot be kept as JSON: {error}") from error


def _read_as_json(values: dict[str, Any], error: ToolArgumentsError) -> dict[str, Any]:
    """Those of the values that `error` refuses which are the JSON text of something else than text."""
    from pydantic import ValidationError
    from pydantic_core import from_json

    reread = {}
    details = error.__cause__.errors() if isinstance(error.__cause__, ValidationError) else []
    for name in {detail["loc"][0] for detail in details if len(detail["loc"]) == 1}:
        if isinstance(text := values.get(str(name)), str):
            with contextlib.suppress(ValueError):
                reread[str(name)] = from_json(text)
    return {name: value for name, value in reread.items() if not isinstance(value, str)}


def shown_type(annotation: Any) -> type:
    """The class to show a person for an annotation: that of a value which is not None."""
    for inner in ("__supertype__", "__value__"):
        if hasattr(annotation, inner):
            return shown_type(getattr(annotation, inner))
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return shown_type(parts[0])
    if origin is typing.Literal:
        return type(parts[0])
    if origin in (typing.Union, types.UnionType):
        values = [part for part in parts if part is not type(None)]
        return shown_type(values[0]) if len(values) == 1 else str
    kind = origin or annotation
    return kind if isinstance(kind, type) and kind is not Any else str
