"""The definition of one tool: what a model is told about it, what a person fills, and how a call is made."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, Unpack, overload

from typing_extensions import ParamSpec, TypeVar

from graphagent.exceptions import DefinitionError
from graphagent.tools.awaiting import afinished, finished
from graphagent.tools.calling import FunctionCall, Hook, acall, call, is_async
from graphagent.tools.checks import check_entrypoint, check_options
from graphagent.tools.options import Configuration, ToolOptions
from graphagent.tools.user_input import UserInputField, fields_of, filled

if TYPE_CHECKING:
    from graphagent.tools.schema import Schema
    from graphagent.tools.signature import Signature

__all__ = ["Function", "FunctionCall", "UserInputField"]

P = ParamSpec("P", default=...)
Q = ParamSpec("Q")
R = TypeVar("R", default=Any)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Function(Configuration, Generic[P, R]):
    """One tool. Immutable: whatever is particular to a call is an argument or a result of a method.

    `Function(f)` makes a tool of a plain function; its signature and docstring are read when they are first needed.
    Calling a `Function` calls the function itself.
    """

    entrypoint: Callable[P, R]

    def __init__(self, entrypoint: Callable[P, R], **options: Unpack[ToolOptions]) -> None:
        check_entrypoint(entrypoint)
        super().__init__(entrypoint=entrypoint, **options)
        if options:
            check_options(self)

    # -- what a model is told, and what it says -------------------------------------------------------------------------

    @cached_property
    def signature(self) -> Signature:
        """What the function takes, from its signature, or from `parameters` where these were given."""
        from graphagent.tools.signature import read_signature

        return read_signature(self.name, self.entrypoint, self.options().get("parameters"), self.injectable)

    @cached_property
    def schema(self) -> Schema:
        """What a model is shown and its arguments are read by; without what a person is to fill.

        Raises `DefinitionError` where a parameter is of a type that a model cannot fill.
        """
        signature = self.signature
        if self.gate == "input":
            signature = signature.without(self.user_input_fields) if self.user_input_fields else signature.optional()
        return self._read_as(signature)

    def definition(self, *, strict: bool | None = None) -> dict[str, Any]:
        """The tool as Chat Completions wants it. `strict` holds where the tool itself does not say.

        Where strictness is wanted and the schema has no strict form, the tool is sent with `strict` false.
        """
        function: dict[str, Any] = {"name": self.name, "description": self.description, "parameters": self.parameters}
        if strict if self.strict is None else self.strict:
            from graphagent.tools.strict import strict_schema

            exact = strict_schema(self.parameters)
            function |= {"parameters": exact or self.parameters, "strict": exact is not None}
        return {"type": "function", "function": function}

    def validate(self, arguments: str | bytes) -> dict[str, Any]:
        """The JSON text of a model's arguments, read as keyword arguments of the declared types.

        Raises `ToolArgumentsError` with a text for the model.
        """
        return self.schema.validate(arguments)

    asks: ClassVar[bool] = False
    """Whether what a person fills in is itself the result, so that no call is made."""

    # -- what a person fills ------------------------------------------------------------------------------------------

    def form(self, arguments: Mapping[str, Any]) -> Schema:
        """What a person is asked for, given the model's `arguments`. Here: all parameters, whatever these are."""
        return self._form

    def user_input_schema(self, arguments: Mapping[str, Any]) -> list[UserInputField]:
        """A form for one call, holding the model's values (JSON values); None where a person is to give one."""
        return fields_of(self.form(arguments), self._left_to_the_model(arguments))

    def fill(self, arguments: Mapping[str, Any], fields: Iterable[UserInputField]) -> dict[str, Any]:
        """The keyword arguments of the call: the model's `arguments` (JSON values) overlaid with a person's answers.

        Raises `ToolArgumentsError` with a text for the person; nothing has changed then, and they can answer again.
        """
        return filled(self.form(arguments), self._left_to_the_model(arguments), fields)

    # -- a call -------------------------------------------------------------------------------------------------------

    @cached_property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function or an asynchronous generator."""
        return is_async(self.entrypoint) or inspect.isasyncgenfunction(self.entrypoint)

    def needs_loop(self, hooks: Sequence[Hook] = ()) -> bool:
        """Whether the function or anything around it, `hooks` included, is asynchronous."""
        around = (self.pre_hook, self.post_hook, *self.tool_hooks, *hooks)
        return self.is_async or any(hook is not None and is_async(hook) for hook in around)

    def invoke(
        self, arguments: dict[str, Any], injected: Mapping[str, Any] = _NOTHING, *, hooks: Sequence[Hook] = ()
    ) -> Any:
        """Call the function, with its hooks and inside the given ones, and return its result; generators become text.

        `injected` is what a run can give: agent, session_state, run_context, idempotency_key. An asynchronous function
        is run to completion on an event loop of its own; an asynchronous hook is a `DefinitionError`. Whatever the
        function raises passes through.
        """
        if hooks or not self._bare:
            return call(self, arguments, injected, hooks)
        return finished(self.apply(arguments, injected))

    async def ainvoke(
        self, arguments: dict[str, Any], injected: Mapping[str, Any] = _NOTHING, *, hooks: Sequence[Hook] = ()
    ) -> Any:
        """`invoke`, awaiting what is asynchronous. A synchronous function is called in place, and blocks the loop,
        unless an asynchronous hook is around it: then it is called in a thread.
        """
        if hooks or not self._bare:
            return await acall(self, arguments, injected, hooks)
        return await afinished(self.apply(arguments, injected))

    def apply(self, arguments: dict[str, Any], injected: Mapping[str, Any]) -> Any:
        """Call the function alone, and return what it returns."""
        if not (wanted := self.signature.injected):
            return self.entrypoint(**arguments)  # type: ignore[call-arg]  # they were read by its signature
        own = {name: injected[name] for name in wanted if name in injected}
        return self.entrypoint(**arguments, **own)  # type: ignore[call-arg]  # as above, and these it asks for by name

    def probed(self, arguments: dict[str, Any], injected: Mapping[str, Any]) -> Any:
        """Ask the probe whether a call with these arguments happened: see `graphagent.tools.probe`.

        It gets those of the arguments, and of what a run can give, that it has parameters for.
        """
        if self.probe is None:
            return None
        offered = {**arguments, **injected}
        takes = inspect.signature(self.probe).parameters
        everything = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())
        return finished(self.probe(**{name: value for name, value in offered.items() if everything or name in takes}))

    # -- as a Python object -------------------------------------------------------------------------------------------

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.entrypoint(*args, **kwargs)

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Function[P, R]: ...
    @overload
    def __get__(
        self: Function[Concatenate[Any, Q], R], instance: object, owner: type | None = None
    ) -> Function[Q, R]: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        bind = getattr(self.entrypoint, "__get__", None)
        return self if instance is None or bind is None else self.copy(entrypoint=bind(instance, owner))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and type(other) is type(self) and other.options() == self.options()

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<tool {self.name}, {self.gate}>" if self.gate else f"<tool {self.name}>"

    @cached_property
    def identity(self) -> str:
        """Tells this very object from all others, in any process."""
        from uuid import uuid4

        return uuid4().hex

    @cached_property
    def _bare(self) -> bool:
        return not (self.pre_hook or self.post_hook or self.tool_hooks or self.cache_results)

    @cached_property
    def _form(self) -> Schema:
        form = self._read_as(self.signature)
        if (name := form.secret()) is not None:
            raise DefinitionError(
                f"Tool {self.name!r} is filled in by a person, and {name!r} is a secret: an answer is on record until the "
                "call is made, and no secret may be. Ask for a name of the secret, and let the tool fetch it by that."
            )
        return form

    def _left_to_the_model(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in arguments.items() if name not in self.user_input_fields}

    def _read_as(self, signature: Signature) -> Schema:
        from graphagent.tools.schema import Schema

        return Schema(self.name, signature, self.options().get("parameters"))

    def _own_name(self) -> str:
        name = getattr(self.entrypoint, "__name__", None)
        if name is None:
            raise DefinitionError(
                f"A {type(self.entrypoint).__name__} has no name of its own. Give the tool one: name=…."
            )
        return str(name)

    def _own_description(self) -> str:
        from graphagent.tools.docstring import read_docstring
        from graphagent.tools.signature import underlying

        return read_docstring(underlying(self.entrypoint)[0]).description

    def _own_parameters(self) -> dict[str, Any]:
        return self.schema.parameters
