"""What a Python function takes: the parameters somebody must fill, those the run fills in, and whether it takes others."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphagent.exceptions import DefinitionError
from graphagent.tools.docstring import read_docstring
from graphagent.tools.names import INJECTED

NO_DEFAULT: Any = inspect.Parameter.empty
CLOSED: Any = object()
"""Stands for the type of further arguments where a function takes none."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a model or a person fills."""

    name: str
    annotation: Any = Any
    required: bool = True
    default: Any = NO_DEFAULT
    description: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """`parameters` by name, the names the run fills (`injected`), the type of further keywords (`extra`, or CLOSED)."""

    parameters: Mapping[str, Parameter]
    injected: frozenset[str] = frozenset()
    extra: Any = CLOSED
    withheld: frozenset[str] = frozenset()

    def without(self, names: Collection[str]) -> Signature:
        """The same with some parameters withheld: neither shown nor accepted."""
        kept = {name: parameter for name, parameter in self.parameters.items() if name not in names}
        return replace(self, parameters=kept, withheld=frozenset(names))

    def optional(self) -> Signature:
        """The same with nothing required."""
        return replace(
            self, parameters={name: replace(parameter, required=False) for name, parameter in self.parameters.items()}
        )


def read_signature(
    tool: str,
    entrypoint: Callable[..., Any],
    ready: Mapping[str, Any] | None = None,
    injectable: frozenset[str] = INJECTED,
) -> Signature:
    """Read the signature of `entrypoint`, or what a `ready` JSON schema of its arguments says of it.

    Parameters of the `injectable` names are filled by the run.

    Raises `DefinitionError`, naming the parameter, where a model cannot fill it.
    """
    try:
        signature = inspect.signature(entrypoint)
    except (TypeError, ValueError) as error:
        raise DefinitionError(
            f"Tool {tool!r}: Python does not tell which arguments {entrypoint!r} takes. Wrap it in a function that does."
        ) from error
    if ready is not None:
        return _of_schema(ready, injectable & signature.parameters.keys())
    function, bound = underlying(entrypoint)
    namespace, described = getattr(function, "__globals__", {}), read_docstring(function).parameters
    parameters, injected, extra = {}, set(), CLOSED
    for position, parameter in enumerate(signature.parameters.values()):
        if parameter.name in bound:
            continue
        _check_kind(tool, position, parameter)
        if parameter.name in injectable:
            injected.add(parameter.name)
            continue
        annotation = _annotation(tool, parameter, namespace)
        if parameter.kind is parameter.VAR_KEYWORD:
            extra = annotation
            continue
        parameters[parameter.name] = Parameter(
            parameter.name,
            annotation,
            required=parameter.default is NO_DEFAULT,
            default=parameter.default,
            description=described.get(parameter.name, ""),
        )
    return Signature(parameters, frozenset(injected), extra)


def _of_schema(schema: Mapping[str, Any], injected: frozenset[str]) -> Signature:
    """The signature that the JSON schema of an object stands for; its values are left to the function."""
    required = schema.get("required", ())
    names = [*schema.get("properties", {}), *required]
    parameters = {name: Parameter(name, required=name in required) for name in names}
    extra = CLOSED if schema.get("additionalProperties") is False else Any
    return Signature(parameters, injected, extra)


def _check_kind(tool: str, position: int, parameter: inspect.Parameter) -> None:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
        several = parameter.kind is parameter.VAR_POSITIONAL
        raise DefinitionError(
            f"Tool {tool!r} takes {'*' * several}{parameter.name} by position, but a model gives arguments by name. "
            f"Make it {'a list' if several else 'an ordinary parameter'}."
        )
    if position == 0 and parameter.name == "self":
        raise DefinitionError(f"Tool {tool!r} is a method without its object. Hand over the method of an instance.")


def _annotation(tool: str, parameter: inspect.Parameter, namespace: dict[str, Any]) -> Any:
    """The type meant by an annotation, also where it is written as text; Any where there is none."""
    if parameter.annotation is parameter.empty:
        return Any
    holder = types.SimpleNamespace(__annotations__={"it": parameter.annotation})
    try:
        return typing.get_type_hints(holder, namespace, include_extras=True)["it"]
    except Exception as error:
        raise DefinitionError(
            f"Tool {tool!r}: the type {parameter.annotation!r} of parameter {parameter.name!r} cannot be resolved "
            f"({error}). It must be importable at the top of the module that defines the tool, not only for type checkers."
        ) from error


def underlying(entrypoint: Callable[..., Any]) -> tuple[Any, frozenset[str]]:
    """The function that was written, beneath wrappers and partials, and the keywords that partials have bound."""
    bound: set[str] = set()
    while isinstance(entrypoint, functools.partial):
        bound |= entrypoint.keywords.keys()
        entrypoint = entrypoint.func
    function: Any = inspect.unwrap(entrypoint)
    return (function if inspect.isroutine(function) else type(function).__call__), frozenset(bound)
