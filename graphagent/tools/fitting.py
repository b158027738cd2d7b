"""Reading a value by a JSON schema on record, where the type that the schema was made of is not at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic_core import CoreSchema, SchemaError, SchemaValidator, ValidationError, core_schema, from_json
from pydantic_core import to_jsonable_python as as_json

Shape = dict[str, Any]

FORMATS: Final[dict[str, Callable[[], Any]]] = {
    "date": core_schema.date_schema,
    "date-time": core_schema.datetime_schema,
    "time": core_schema.time_schema,
    "duration": core_schema.timedelta_schema,
    "decimal": core_schema.decimal_schema,
    "uuid": core_schema.uuid_schema,
}
LIMITS: Final = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt", "multipleOf": "multiple_of"}  # fmt: skip
LENGTHS: Final = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
SIZES: Final = {"minItems": "min_length", "maxItems": "max_length"}


def read(shape: Shape, value: Any) -> Any:
    """The value as JSON that fits the schema `shape`; text is also read as what it says, since people type text.

    Raises `ValueError`, whose text says what does not fit, without the value.
    """
    given = as_json(value)
    validator = validator_of(shape)
    try:
        return as_json(validator.validate_python(given))
    except ValidationError as error:
        try:
            return as_json(validator.validate_python(from_json(given))) if isinstance(given, str) else refuse(error)
        except ValueError:
            refuse(error)


def refuse(error: ValidationError) -> None:
    """Raise `ValueError`: where in the value what does not fit."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = "".join(f"{part}: " for part in first["loc"] if isinstance(part, int) or part.isidentifier())
    raise ValueError(place + first["msg"]) from error


def validator_of(shape: Shape) -> SchemaValidator:
    """What reads values of a schema. What such a schema may say and this does not know is not looked at."""
    definitions = [{**core_of(each), "ref": f"#/$defs/{name}"} for name, each in shape.get("$defs", {}).items()]
    core = core_of(shape)
    if definitions:
        core = core_schema.definitions_schema(core, definitions)  # type: ignore[arg-type]  # the keys are those of each
    config = core_schema.CoreConfig(regex_engine="python-re", hide_input_in_errors=True)
    try:
        return SchemaValidator(core, config)
    except SchemaError:  # a pattern that is none here, say: the tool reads the value when it is called
        return SchemaValidator(core_schema.any_schema())


def core_of(shape: Any) -> CoreSchema:
    """A JSON schema as one that values can be read by."""
    if not isinstance(shape, dict):
        return core_schema.any_schema()
    if "$ref" in shape:
        return core_schema.definition_reference_schema(shape["$ref"])
    if "const" in shape or "enum" in shape:
        return core_schema.literal_schema(shape.get("enum") or [shape["const"]])
    if several := alternatives(shape):
        return core_schema.union_schema([core_of(each) for each in several])
    make = KINDS.get(str(shape.get("type")))
    return core_schema.any_schema() if make is None else make(shape)


def alternatives(shape: Shape) -> list[Shape]:
    """The schemas of which a value has to fit one."""
    if isinstance(shape.get("type"), list):
        return [{**shape, "type": each} for each in shape["type"]]
    alone = shape.get("allOf", ())
    return shape.get("anyOf") or shape.get("oneOf") or (list(alone) if len(alone) == 1 else [])


def said(shape: Shape, names: dict[str, str]) -> dict[str, Any]:
    """What a schema says under these names, under the names that they have here."""
    return {ours: shape[theirs] for theirs, ours in names.items() if theirs in shape}


def text_of(shape: Shape) -> CoreSchema:
    """Text, or what is written as text."""
    if shape.get("format") in FORMATS:
        made: CoreSchema = FORMATS[shape["format"]]()
        return made
    return core_schema.str_schema(**said(shape, LENGTHS))


def list_of(shape: Shape) -> CoreSchema:
    """A list, or as many values as there are kinds of them."""
    if first := shape.get("prefixItems"):
        return core_schema.tuple_schema([core_of(each) for each in first])
    return core_schema.list_schema(core_of(shape.get("items")), **said(shape, SIZES))


def object_of(shape: Shape) -> CoreSchema:
    """An object with properties, or with any."""
    others, required = shape.get("additionalProperties", True), shape.get("required", ())
    fields = {
        name: core_schema.typed_dict_field(core_of(each), required=name in required)
        for name, each in shape.get("properties", {}).items()
    }
    return core_schema.typed_dict_schema(
        fields,
        extra_behavior="allow" if others is not False else "forbid",
        extras_schema=core_of(others) if isinstance(others, dict) else None,
    )


KINDS: Final[dict[str, Callable[[Shape], CoreSchema]]] = {
    "null": lambda _: core_schema.none_schema(),
    "boolean": lambda _: core_schema.bool_schema(),
    "integer": lambda shape: core_schema.int_schema(**said(shape, LIMITS)),
    "number": lambda shape: core_schema.float_schema(**said(shape, LIMITS)),
    "string": text_of,
    "array": list_of,
    "object": object_of,
}
