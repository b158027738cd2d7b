"""A set of tools that belong together, to subclass or to use as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphagent.exceptions import DefinitionError
from graphagent.tools.function import Function
from graphagent.tools.names import suggestion

if TYPE_CHECKING:
    from pathlib import Path


class Toolkit:
    """Tools under one name, with instructions of their own and options for some or all of them.

    `tools` are functions, methods or `Function`s. `include_tools` and `exclude_tools` choose among them by name. The
    other lists of names set an option on those tools, and the cache options are set on all, whatever they say
    themselves. A name in any list that is not a tool of the kit raises `DefinitionError`: at once where the kit is given
    its `tools`, and when it is first used where they are registered one by one (or `auto_register` is False).
    """

    def __init__(
        self,
        name: str | None = None,
        tools: Sequence[Callable[..., Any]] = (),
        instructions: str | None = None,
        add_instructions: bool = False,
        include_tools: Sequence[str] | None = None,
        exclude_tools: Sequence[str] | None = None,
        requires_confirmation_tools: Sequence[str] | None = None,
        external_execution_required_tools: Sequence[str] | None = None,
        requires_user_input_tools: Sequence[str] | None = None,
        stop_after_tool_call_tools: Sequence[str] | None = None,
        show_result_tools: Sequence[str] | None = None,
        cache_results: bool = False,
        cache_ttl: float = 3600,
        cache_dir: str | Path | None = None,
        auto_register: bool = True,
    ) -> None:
        self.name = name or type(self).__name__
        self.instructions = instructions
        self.add_instructions = add_instructions
        self.functions: dict[str, Function] = {}
        self._left_out: list[str] = []
        self._include, self._exclude = include_tools, exclude_tools
        self._options_by_name: dict[str, tuple[str, Sequence[str] | None]] = {
            "requires_confirmation_tools": ("requires_confirmation", requires_confirmation_tools),
            "external_execution_required_tools": ("external_execution", external_execution_required_tools),
            "requires_user_input_tools": ("requires_user_input", requires_user_input_tools),
            "stop_after_tool_call_tools": ("stop_after_tool_call", stop_after_tool_call_tools),
            "show_result_tools": ("show_result", show_result_tools),
        }
        self._options_of_all: dict[str, Any] = {}
        if cache_results:
            self._options_of_all = {"cache_results": True, "cache_ttl": cache_ttl, "cache_dir": cache_dir}
        self.tools = tuple(tools)
        if auto_register and tools:
            for tool in self.tools:
                self.register(tool)
            self.check()

    def register(self, function: Callable[..., Any], name: str | None = None) -> None:
        """Add a tool, with the options that the kit has for it. Raises `DefinitionError` where its name is taken."""
        tool = function if isinstance(function, Function) else Function(function)
        tool = tool if name is None else tool.copy(name=name)
        listed = {option: True for option, names in self._options_by_name.values() if tool.name in (names or ())}
        if options := {**listed, **self._options_of_all}:
            tool = tool.copy(**options)
        if self.functions.get(tool.name, tool) != tool:
            raise DefinitionError(f"Toolkit {self.name!r} has two different tools named {tool.name!r}.")
        if tool.name in (self._exclude or ()) or (self._include is not None and tool.name not in self._include):
            self._left_out.append(tool.name)
        else:
            self.functions[tool.name] = tool

    def check(self) -> None:
        """Raise `DefinitionError` where one of the kit's lists names something that is not a tool of it."""
        known = {*self.functions, *self._left_out}
        lists = {argument: names for argument, (_, names) in self._options_by_name.items()}
        for argument, names in {"include_tools": self._include, "exclude_tools": self._exclude, **lists}.items():
            for name in names or ():
                if name not in known:
                    raise DefinitionError(
                        f"{argument} of toolkit {self.name!r} names {name!r}, which is not one of its tools. "
                        f"{suggestion(name, known)}"
                    )
