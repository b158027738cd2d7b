"""The decorator that makes a tool of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, Unpack, overload

from graphagent.tools.function import Function
from graphagent.tools.options import ToolOptions

P = ParamSpec("P")
R = TypeVar("R")


@overload
def tool(function: Callable[P, R], /) -> Function[P, R]: ...
@overload
def tool(**options: Unpack[ToolOptions]) -> Callable[[Callable[P, R]], Function[P, R]]: ...
def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a tool of a function: `@tool`, `@tool()` or `@tool(requires_confirmation=True, …)`.

    Works on functions and methods, synchronous or not; the options are those of `Function`. Raises `DefinitionError`
    for an option that does not exist or options that do not go together.
    """

    def decorate(function: Callable[..., Any]) -> Function[..., Any]:
        return Function(function, **options)

    return decorate if function is None else decorate(function)
