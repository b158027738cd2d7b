"""What a tool takes, as a JSON schema to show and as a validator to read arguments with. Both come from one type."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Annotated, Any, NotRequired, Required

from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema, to_jsonable_python
from typing_extensions import TypedDict

from graphagent.exceptions import DefinitionError, ToolArgumentsError
from graphagent.tools.complaint import complaint
from graphagent.tools.signature import CLOSED, NO_DEFAULT, Parameter, Signature
from graphagent.tools.strict import accepts_null


class Schema:
    """Shows (`parameters`) and reads (`validate`) the arguments of one tool.

    `ready` is a JSON schema to show of these parameters in place of the one that follows from their types.
    """

    def __init__(self, tool: str, signature: Signature, ready: Mapping[str, Any] | None = None) -> None:
        self.tool = tool
        self.signature = signature
        self._ready = ready
        adapter = _adapter(tool, signature)
        self._read = adapter.validator.validate_json
        self.parameters = _shown(tool, adapter, signature) if ready is None else _of_ready(ready, signature)
        properties, definitions = self.parameters.get("properties", {}), self.parameters.get("$defs", {})
        self.nullable = frozenset(name for name, shape in properties.items() if accepts_null(shape, definitions))
        optional = [name for name, parameter in signature.parameters.items() if not parameter.required]
        self._omissible = tuple(name for name in optional if name not in self.nullable)
        self._reserved = (signature.injected | signature.withheld) if signature.extra is not CLOSED else frozenset()

    def of_parameter(self, name: str) -> dict[str, Any]:
        """The JSON schema that a person's value for one parameter is read by; it refers to nothing outside itself."""
        if self._ready is not None:
            return dict(self.parameters["properties"].get(name, {}))
        return TypeAdapter(self.signature.parameters[name].annotation).json_schema(schema_generator=_Exact)

    def secret(self) -> str | None:
        """The name of a parameter whose value is never shown, or holds such a value; None where there is none."""
        return next(
            (name for name in self.signature.parameters if '"writeOnly": true' in dumps(self.of_parameter(name))), None
        )

    def validate(self, arguments: str | bytes, *, subject: str = "arguments") -> dict[str, Any]:
        """Read JSON text as keyword arguments of the declared types; parameters that were left out stay out.

        Nothing is stripped or guessed. Null stands for "left out" where it is not itself a value of the type.
        Raises `ToolArgumentsError`, whose text says field by field what is wrong with these `subject`.
        """
        try:
            values: dict[str, Any] = self._read(arguments or "{}")
        except ValidationError as error:
            if not arguments.strip():
                return self.validate("{}", subject=subject)
            raise ToolArgumentsError(complaint(self.tool, subject, error, self.signature.parameters)) from error
        except Exception as error:  # a validator of the user's own types may raise anything
            raise ToolArgumentsError(
                f"The {subject} of {self.tool!r} could not be read: {type(error).__name__}: {error}"
            ) from error
        for name in self._omissible:
            if name in values and values[name] is None:
                del values[name]
        if self._reserved and (taken := self._reserved & values.keys()):
            raise ToolArgumentsError(f"The {subject} of {self.tool!r} may not contain {', '.join(sorted(taken))}.")
        return values


class _NullMeansLeftOut:
    """Lets an argument that may be left out be null instead, without showing so."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.nullable_schema(handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema["schema"])


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles made from field names: they cost tokens and say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Exact(_Untitled):
    """Says of decimal numbers what can be said only by a name of our own."""

    def decimal_schema(self, schema: Any) -> JsonSchemaValue:
        return {"type": "string", "format": "decimal"}


def _adapter(tool: str, signature: Signature) -> TypeAdapter[dict[str, Any]]:
    """A validator of keyword arguments. A typed dict takes every parameter name; a model would not."""
    try:
        return TypeAdapter(_typed_dict(tool, signature))
    except Exception as error:
        for parameter in signature.parameters.values():
            _check_type(tool, parameter)
        raise DefinitionError(f"Tool {tool!r}: its signature gives no schema: {error}") from error


def _typed_dict(tool: str, signature: Signature) -> Any:
    fields = {
        name: Required[parameter.annotation]
        if parameter.required
        else NotRequired[Annotated[parameter.annotation, _NullMeansLeftOut()]]
        for name, parameter in signature.parameters.items()
    }
    closed = signature.extra is CLOSED
    make: Any = TypedDict  # type checkers know its literal form only
    shape = make(tool, fields) if closed else make(tool, fields, extra_items=signature.extra)
    shape.__pydantic_config__ = ConfigDict(hide_input_in_errors=True, **({"extra": "forbid"} if closed else {}))
    return shape


def _check_type(tool: str, parameter: Parameter) -> None:
    try:
        TypeAdapter(parameter.annotation).json_schema()
    except Exception as error:
        reason = str(error).partition("\n\nFor further information")[0]
        raise DefinitionError(
            f"Tool {tool!r}: a model cannot fill parameter {parameter.name!r} of type {parameter.annotation!r}: {reason}"
        ) from error


def _shown(tool: str, adapter: TypeAdapter[dict[str, Any]], signature: Signature) -> dict[str, Any]:
    try:
        schema = adapter.json_schema(schema_generator=_Untitled)
    except Exception as error:
        for parameter in signature.parameters.values():
            _check_type(tool, parameter)
        raise DefinitionError(f"Tool {tool!r}: its signature gives no schema: {error}") from error
    schema.pop("title", None)
    for name, shape in schema.setdefault("properties", {}).items():
        parameter = signature.parameters[name]
        if parameter.description:
            shape.setdefault("description", parameter.description)
        if (default := _default(parameter)) is not None:
            shape.setdefault("default", default)
    return schema


def _of_ready(ready: Mapping[str, Any], signature: Signature) -> dict[str, Any]:
    names = signature.parameters
    shown = {name: shape for name, shape in ready.get("properties", {}).items() if name in names}
    return {**ready, "properties": shown, "required": [name for name in names if names[name].required]}


def _default(parameter: Parameter) -> Any:
    """The default as JSON; None where there is none or where it cannot be written."""
    if parameter.default is NO_DEFAULT:
        return None
    try:
        return to_jsonable_python(parameter.default)
    except ValueError:
        return None
