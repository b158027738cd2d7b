"""A tool by which a model asks the person for what it needs, in a form that it makes up itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic_core import to_json

from graphagent.exceptions import ToolArgumentsError
from graphagent.tools.function import Function
from graphagent.tools.schema import Schema
from graphagent.tools.signature import Parameter, Signature
from graphagent.tools.toolkit import Toolkit
from graphagent.tools.user_input import FIELD_TYPES, UserInputField, filled

INSTRUCTIONS = """\
Use get_user_input whenever you lack something that only the user knows, instead of guessing or asking in your answer.
Ask for all that is missing in one call, each thing a field with a clear description. Do not ask for what you have been told.\
"""


@dataclass(frozen=True, slots=True)
class AskedField:
    """One value to ask for."""

    field_name: str
    field_type: str
    field_description: str = ""


class _Asking(Function):
    """The form of a call is what its arguments describe, and what comes of the call are the answers."""

    asks = True

    @cached_property
    def schema(self) -> Schema:
        return self._read_as(self.signature)

    def validate(self, arguments: str | bytes) -> dict[str, Any]:
        values = super().validate(arguments)
        names = [field.field_name for field in values["user_input_fields"]]
        if not names or "" in names or len(names) > len(set(names)):
            raise ToolArgumentsError(
                f"The arguments of {self.name!r} must describe at least one field, and each by a name of its own."
            )
        return values

    def form(self, arguments: Mapping[str, Any]) -> Schema:
        asked: list[AskedField] = self.validate(to_json(arguments))["user_input_fields"]
        fields = {
            field.field_name: Parameter(
                field.field_name, FIELD_TYPES.get(field.field_type, str), description=field.field_description
            )
            for field in asked
        }
        return Schema(self.name, Signature(fields))

    def fill(self, arguments: Mapping[str, Any], fields: Iterable[UserInputField]) -> dict[str, Any]:
        return {"user_input_fields": filled(self.form(arguments), {}, fields)}


class UserControlFlowTools(Toolkit):
    """Lets a model stop and ask: its one tool, `get_user_input`, pauses the run with a form for the person."""

    def __init__(self, instructions: str = INSTRUCTIONS, *, add_instructions: bool = True) -> None:
        super().__init__(
            "user_control_flow",
            [_Asking(entrypoint=self.get_user_input, requires_user_input=True, policy="read")],
            instructions,
            add_instructions,
        )

    def get_user_input(self, user_input_fields: list[AskedField]) -> Any:
        """Ask the user for values you need and cannot know. The answers come back under the names of the fields.

        Args:
            user_input_fields: What to ask for. A field_type is one of str, int, float, bool, list, dict, date, time,
                datetime.
        """
        return user_input_fields
