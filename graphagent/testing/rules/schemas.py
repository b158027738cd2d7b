"""Rules about the JSON schemas inside a request: those of tools, and those of structured answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NOT_STRICT = frozenset(
    """
    allOf oneOf not if then else dependentRequired dependentSchemas default patternProperties propertyNames
    minProperties maxProperties unevaluatedProperties contains minContains maxContains uniqueItems unevaluatedItems
    prefixItems minLength maxLength
    """.split()  # noqa: SIM905 - as a list it would fill a screen
)
_TELLS_TYPE = frozenset({"type", "anyOf", "$ref", "enum", "const"})


def schema_violations(where: str, schema: Any, *, strict: bool) -> Iterator[str]:
    """Find what the service refuses in the schema of an object; `strict` mode holds a good deal more against it."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield f"{where}: Expected a JSON Schema of type 'object'."
        return
    if not isinstance(schema.get("properties"), dict):
        yield f"{where}: The object schema is missing its properties."
    if strict and "anyOf" in schema:
        yield f"{where}: A strict schema cannot be a union at its root."
    yield from _node(where, schema, strict=strict)


def _node(where: str, schema: Any, *, strict: bool) -> Iterator[str]:
    if not isinstance(schema, dict):
        if strict or not isinstance(schema, bool):
            yield f"{where}: Expected a schema, got {schema!r}."
        return
    if _is(schema, "array") and "items" not in schema:
        yield f"{where}: The array schema is missing its items."
    if strict:
        yield from _strict(where, schema)
    for path, child in _children(schema):
        yield from _node(f"{where}.{path}", child, strict=strict)


def _strict(where: str, schema: dict[str, Any]) -> Iterator[str]:
    for keyword in sorted(schema.keys() & _NOT_STRICT):
        yield f"{where}: '{keyword}' is not permitted in a strict schema."
    if "$ref" in schema and len(schema) > 1:
        yield f"{where}: '$ref' cannot have other keywords beside it in a strict schema."
    if not schema.keys() & _TELLS_TYPE:
        yield f"{where}: A strict schema must have a 'type'."
    if _is(schema, "object"):
        if schema.get("additionalProperties") is not False:
            yield f"{where}: 'additionalProperties' is required to be false in a strict schema."
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list) or {*map(str, required)} != {*properties}:
            yield f"{where}: 'required' must name every property, and nothing else, in a strict schema."


def _is(schema: dict[str, Any], name: str) -> bool:
    return schema.get("type") == name or (isinstance(schema.get("type"), list) and name in schema["type"])


def _children(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for keyword in ("properties", "$defs", "definitions"):
        if isinstance(schema.get(keyword), dict):
            yield from ((f"{keyword}.{name}", child) for name, child in schema[keyword].items())
    for keyword in ("anyOf", "allOf", "oneOf", "prefixItems"):
        if isinstance(schema.get(keyword), list):
            yield from ((f"{keyword}[{index}]", child) for index, child in enumerate(schema[keyword]))
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield keyword, schema[keyword]
