"""JSON schemas in the subset that providers enforce while they decode ("strict"), where a schema can be put that way.

In that subset every object is closed and requires all its properties. So an argument that may be left out becomes one
that may be null. Deeper inside, where null would not be understood, leaving out must have another form: a default to
repeat, an empty list. What cannot be enforced (lengths, defaults, unusual formats) is told in the description instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_OF_NUMBERS = {"multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_KEPT = {"type", "enum", "const", "format", "pattern", "minItems", "maxItems"} | _OF_NUMBERS
_SIZES = {"minLength", "maxLength", "minProperties", "maxProperties", "uniqueItems", "minContains", "maxContains"}
_TOLD = {"default", "contains", "propertyNames", "contentMediaType", "contentEncoding"} | _SIZES
_REMARKS = {"title", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema", "discriminator"}
_BRANCHES = {"anyOf", "oneOf"}
_CONSTRAINTS = _KEPT | _BRANCHES | {"$ref", "allOf", "properties", "required", "additionalProperties", "items"}
_KNOWN = _CONSTRAINTS | _TOLD | _REMARKS | {"description"}

_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
_LOOKAROUND = re.compile(r"\(\?(=|!|<=|<!)")
_MAX_LEVELS, _MAX_PROPERTIES, _MAX_ENUM_VALUES, _MAX_TEXT = 10, 5_000, 1_000, 120_000


def strict_schema(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The strict form of the schema of an object; None where it has none (open dicts, `Any`, fixed tuples …)."""
    try:
        if schema.get("type") != "object" or len(json.dumps(schema)) > _MAX_TEXT:
            return None
        return _Transformer(schema).root()
    except (_Impossible, RecursionError):
        return None


def accepts_null(schema: Mapping[str, Any] | bool, definitions: Mapping[str, Any]) -> bool:
    """Whether null is a valid value under `schema`, whose references are looked up in `definitions`."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        others = {other: meant for other, meant in definitions.items() if other != name}
        return name in definitions and accepts_null(definitions[name], others)
    branches = schema.get("anyOf", ()) or schema.get("oneOf", ())
    if branches:
        return any(accepts_null(branch, definitions) for branch in branches)
    if "allOf" in schema:
        return all(accepts_null(branch, definitions) for branch in schema["allOf"])
    if "enum" in schema or "const" in schema:
        return None in schema.get("enum", [schema.get("const")])
    return "null" in _types(schema) if "type" in schema else not (_CONSTRAINTS | {"not", "if"}) & schema.keys()


class _Impossible(Exception):
    """The schema has no strict form."""


class _Transformer:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema
        self.definitions: Mapping[str, Any] = schema.get("$defs", {})
        self.properties = 0
        self.enum_values = 0

    def root(self) -> dict[str, Any]:
        body = {keyword: value for keyword, value in self.schema.items() if keyword != "$defs"}
        _demand(not {"anyOf", "oneOf", "allOf", "$ref", "enum", "const"} & body.keys())
        strict = self.node({"properties": {}, **body})
        required = self.schema.get("required", ())
        for name, original in body.get("properties", {}).items():
            if name not in required and not accepts_null(original, self.definitions):
                strict["properties"][name] = _nullable(strict["properties"][name])
        if self.definitions:
            strict["$defs"] = {name: self.node(definition, 1) for name, definition in self.definitions.items()}
        return strict

    def node(self, schema: Any, level: int = 0) -> dict[str, Any]:
        _demand(isinstance(schema, dict) and schema.keys() <= _KNOWN and level <= _MAX_LEVELS)
        if "allOf" in schema:
            return self.node(_unwrapped(schema), level)
        if "$ref" in schema:
            strict = self.reference(schema)
        elif _BRANCHES & schema.keys():
            strict = self.union(schema, level)
        else:
            strict = self.plain(schema, level)
        if description := _description(schema):
            strict = {"anyOf": [strict]} if "$ref" in strict else strict
            strict["description"] = description
        return strict

    def reference(self, schema: dict[str, Any]) -> dict[str, Any]:
        _demand(_CONSTRAINTS & schema.keys() == {"$ref"})
        _demand(schema["$ref"].removeprefix("#/$defs/") in self.definitions)
        return {"$ref": schema["$ref"]}

    def union(self, schema: dict[str, Any], level: int) -> dict[str, Any]:
        _demand(len(_CONSTRAINTS & schema.keys()) == 1)
        branches = schema.get("anyOf") or schema.get("oneOf") or ()
        _demand(len(branches) > 0)
        return {"anyOf": [self.node(branch, level) for branch in branches]}

    def plain(self, schema: dict[str, Any], level: int) -> dict[str, Any]:
        types = _types(schema)
        _demand(len(types) > 0)
        strict = {key: value for key, value in schema.items() if key in _KEPT and not _unenforceable(key, value)}
        self.enum_values += len(schema.get("enum", ()))
        _demand(self.enum_values <= _MAX_ENUM_VALUES)
        if "array" in types:
            strict["items"] = self.node(schema.get("items"), level + 1)
        if "object" in types:
            strict |= self.object(schema, level)
        return strict

    def object(self, schema: dict[str, Any], level: int) -> dict[str, Any]:
        _demand("properties" in schema and schema.get("additionalProperties", False) is False)
        properties, required = schema["properties"], schema.get("required", ())
        self.properties += len(properties)
        _demand(self.properties <= _MAX_PROPERTIES and properties.keys() >= set(required))
        _demand(level == 0 or all(name in required or self.dispensable(properties[name]) for name in properties))
        return {
            "properties": {name: self.node(value, level + 1) for name, value in properties.items()},
            "required": list(properties),
            "additionalProperties": False,
        }

    def dispensable(self, schema: Any) -> bool:
        """Whether a value can say as much as leaving the property out."""
        _demand(isinstance(schema, dict))
        empty = schema.get("type") == "array" and not schema.get("minItems")
        return empty or not isinstance(schema.get("default", {}), dict) or accepts_null(schema, self.definitions)


def _demand(condition: bool) -> None:
    if not condition:
        raise _Impossible


def _unwrapped(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The one schema in an allOf that only adds remarks to it."""
    _demand(
        _CONSTRAINTS & schema.keys() == {"allOf"} and len(schema["allOf"]) == 1 and isinstance(schema["allOf"][0], dict)
    )
    return {**schema["allOf"][0], **{keyword: value for keyword, value in schema.items() if keyword != "allOf"}}


def _types(schema: Mapping[str, Any]) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _unenforceable(keyword: str, value: Any) -> bool:
    """Whether a keyword that is kept in general cannot be kept with this value."""
    return (keyword == "format" and value not in _FORMATS) or (keyword == "pattern" and bool(_LOOKAROUND.search(value)))


def _description(schema: Mapping[str, Any]) -> str:
    """The description, and behind it what the strict form cannot say."""
    told = {key: value for key, value in schema.items() if key in _TOLD or _unenforceable(key, value)}
    facts = "; ".join(f"{key}: {json.dumps(value)}" for key, value in told.items() if value is not None)
    return " ".join(part for part in (schema.get("description", ""), facts and f"({facts})") if part)


def _nullable(strict: dict[str, Any]) -> dict[str, Any]:
    described = {"description": strict["description"]} if "description" in strict else {}
    bare = {keyword: value for keyword, value in strict.items() if keyword != "description"}
    branches = bare["anyOf"] if bare.keys() == {"anyOf"} else [bare]
    return {"anyOf": [*branches, {"type": "null"}], **described}
