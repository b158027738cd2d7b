"""Objects of the public face as plain JSON values, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Self

from pydantic_core import from_json, to_jsonable_python

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Base = DataclassInstance
else:
    Base = object


class Record(Base):
    """A dataclass that can be written as a JSON object. Fields that are None or an empty tuple are left out."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values: dicts, lists, texts, numbers and booleans, none of them shared with this object.

        Raises:
            pydantic_core.PydanticSerializationError: A value (of the content, say) has no JSON form.
        """
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: encoded(value) for name, value in values if value is not None and value != ()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The object that `to_dict` wrote; `data` is left as it is and nothing is shared with it.

        Raises:
            TypeError: `data` has a key that is no field, or lacks one that has no default.
        """
        return cls(**cls._decoded(to_jsonable_python(data)))

    @classmethod
    def _decoded(cls, values: dict[str, Any]) -> dict[str, Any]:
        """JSON values turned into what the fields hold. `values` may be changed."""
        return values


def encoded(value: Any) -> Any:
    """A value as JSON, objects that know how to write themselves included."""
    if isinstance(value, list | tuple):
        return [encoded(item) for item in value]
    if hasattr(value, "to_wire"):  # a chat message: what it does not say must not come back as null
        return from_json(value.to_wire())
    return value.to_dict() if hasattr(value, "to_dict") else to_jsonable_python(value)
