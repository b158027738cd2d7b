"""All tools of an agent by name, as a model is told of them and as its calls are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphagent.exceptions import DefinitionError
from graphagent.tools.function import Function
from graphagent.tools.names import check_tool_name
from graphagent.tools.toolkit import Toolkit

if TYPE_CHECKING:
    from collections.abc import Callable

    Tool = Function | Toolkit | Callable[..., Any] | dict[str, Any]


class Toolset:
    """Tools in the order they were given: `functions` by name, `builtins` of the provider, `instructions` of both.

    The same tool given twice is there once. Raises `DefinitionError` for two different tools of one name, for names
    that providers refuse, for what is no tool, and for a toolkit whose lists name tools it does not have.
    """

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.functions: dict[str, Function] = {}
        self.builtins: list[dict[str, Any]] = []
        self.instructions: list[str] = []
        for tool in tools:
            self._add(tool)
        told = (function.instructions for function in self.functions.values() if function.add_instructions)
        self.instructions += [text for text in told if text]

    def encoded(self, *, strict: bool | None = None) -> bytes:
        """The definitions as JSON objects joined by commas; empty where there are none. For `strict` see `Function`."""
        from pydantic_core import to_json

        definitions = [function.definition(strict=strict) for function in self.functions.values()]
        return b",".join(to_json(definition) for definition in [*definitions, *self.builtins])

    @cached_property
    def wire(self) -> bytes:
        """`encoded`, with strictness as each tool says."""
        return self.encoded()

    def _add(self, tool: Tool) -> None:
        if isinstance(tool, Toolkit):
            tool.check()
            for function in tool.functions.values():
                self._add(function)
            if tool.instructions and tool.add_instructions and tool.instructions not in self.instructions:
                self.instructions.append(tool.instructions)
        elif isinstance(tool, dict):
            self._add_builtin(tool)
        else:
            function = tool if isinstance(tool, Function) else Function(tool)
            check_tool_name(function.name)
            if self.functions.setdefault(function.name, function) != function:
                raise DefinitionError(
                    f"Two different tools are named {function.name!r}. Rename one of them with name=…, or leave it out."
                )

    def _add_builtin(self, definition: dict[str, Any]) -> None:
        if definition.get("type") == "function":
            raise DefinitionError(
                f"The dict {definition!r} defines a function, and nobody would answer its calls. Use "
                "Function(…, parameters=…), with external_execution=True if you run the calls yourself."
            )
        if definition not in self.builtins:
            self.builtins.append(definition)
