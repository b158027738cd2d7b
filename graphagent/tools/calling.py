"""One call of a tool, with its hooks and its cache around it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphagent.exceptions import DefinitionError
from graphagent.tools.awaiting import afinished, finished

if TYPE_CHECKING:
    from graphagent.tools.cache import CachedResult
    from graphagent.tools.function import Function

Hook = Callable[..., Any]


@dataclass(slots=True)
class FunctionCall:
    """A call as its hooks see it. A pre-hook may change `arguments`, a post-hook `result`."""

    function: Function
    arguments: dict[str, Any]
    result: Any = None


def call(function: Function, arguments: dict[str, Any], injected: Mapping[str, Any], hooks: Sequence[Hook]) -> Any:
    """Pre-hook, then the middleware around cache and function (`hooks` outermost), then post-hook; the result."""
    around = (*hooks, *function.tool_hooks)
    for hook in (function.pre_hook, function.post_hook, *around):
        if hook is not None and is_async(hook):
            raise _asynchronous(hook, function)
    this = FunctionCall(function, dict(arguments))
    finished(_tell(function.pre_hook, this, injected))
    result = _layered(_innermost(function, injected), around, function, injected)(**this.arguments)
    this.result = finished(result)
    finished(_tell(function.post_hook, this, injected))
    return this.result


async def acall(
    function: Function, arguments: dict[str, Any], injected: Mapping[str, Any], hooks: Sequence[Hook]
) -> Any:
    """`call`, where the function and any of the hooks may be asynchronous."""
    this = FunctionCall(function, dict(arguments))
    await afinished(_tell(function.pre_hook, this, injected))
    innermost = _ainnermost(function, injected) if function.is_async else _innermost(function, injected)
    result = _layered(innermost, (*hooks, *function.tool_hooks), function, injected)(**this.arguments)
    this.result = await afinished(result)
    await afinished(_tell(function.post_hook, this, injected))
    return this.result


def _innermost(function: Function, injected: Mapping[str, Any]) -> Hook:
    def perform(**arguments: Any) -> Any:
        place, known = _cached(function, arguments, injected)
        if known:
            return known[0]
        result = finished(function.apply(arguments, injected))
        if place:
            place.save(result)
        return result

    return perform


def _ainnermost(function: Function, injected: Mapping[str, Any]) -> Hook:
    async def perform(**arguments: Any) -> Any:
        place, known = _cached(function, arguments, injected)
        if known:
            return known[0]
        result = await afinished(function.apply(arguments, injected))
        if place:
            place.save(result)
        return result

    return perform


def _cached(
    function: Function, arguments: dict[str, Any], injected: Mapping[str, Any]
) -> tuple[CachedResult | None, list[Any]]:
    """Where the result of this call is kept, if anywhere, and the result itself where there is one."""
    if not function.cache_results:
        return None, []
    from graphagent.tools.cache import MISS, CachedResult

    place = CachedResult.of(function, arguments, injected)
    known = place.load() if place else MISS
    return place, [] if known is MISS else [known]


def _layered(innermost: Hook, hooks: Sequence[Hook], function: Function, injected: Mapping[str, Any]) -> Hook:
    """`innermost` with the hooks around it, the first outermost. Each is given the next as `function_call`."""
    layer = innermost
    for hook in reversed(hooks):
        layer = _around(hook, layer, function, injected)
    return layer


def _around(hook: Hook, inner: Hook, function: Function, injected: Mapping[str, Any]) -> Hook:
    def asked(arguments: dict[str, Any], following: Hook) -> dict[str, Any]:
        offered = dict(injected)
        offered |= dict.fromkeys(("name", "function_name"), function.name)
        offered |= dict.fromkeys(("func", "function", "function_call"), following)
        offered |= dict.fromkeys(("args", "arguments"), arguments)
        return _asked_for(hook, offered, function)

    async def awaitable(**arguments: Any) -> Any:
        import asyncio

        return await (inner(**arguments) if is_async(inner) else asyncio.to_thread(inner, **arguments))

    async def alayer(**arguments: Any) -> Any:
        return await afinished(hook(**asked(arguments, awaitable)))

    def layer(**arguments: Any) -> Any:
        return hook(**asked(arguments, inner))

    return alayer if is_async(hook) or is_async(inner) else layer


def _tell(hook: Hook | None, this: FunctionCall, injected: Mapping[str, Any]) -> Any:
    if hook is None:
        return None
    return hook(**_asked_for(hook, {**injected, "fc": this, "function": this.function}, this.function))


def _asked_for(hook: Hook, offered: dict[str, Any], function: Function) -> dict[str, Any]:
    """Of what is on offer, that which the hook has parameters for."""
    asked: dict[str, Any] = {}
    for parameter in _parameters(hook):
        if parameter.kind is parameter.VAR_KEYWORD:
            return offered
        if parameter.name in offered:
            asked[parameter.name] = offered[parameter.name]
        elif parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL:
            raise DefinitionError(
                f"Hook {_name(hook)!r} of tool {function.name!r} asks for {parameter.name!r}. "
                f"A hook of this kind can ask for: {', '.join(sorted(offered))}."
            )
    return asked


def _parameters(hook: Any) -> list[inspect.Parameter]:
    return (_read_parameters if isinstance(hook, Hashable) else _read_parameters.__wrapped__)(hook)


@lru_cache(maxsize=256)
def _read_parameters(hook: Hook) -> list[inspect.Parameter]:
    return list(inspect.signature(hook).parameters.values())


def is_async(function: Callable[..., Any]) -> bool:
    """Whether calling it gives a coroutine, for functions and for objects with `__call__`."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _asynchronous(hook: Hook, function: Function) -> DefinitionError:
    return DefinitionError(
        f"Hook {_name(hook)!r} of tool {function.name!r} is asynchronous and cannot run in a synchronous run. "
        "Use arun, or make the hook an ordinary function."
    )


def _name(hook: Hook) -> str:
    return getattr(hook, "__qualname__", type(hook).__qualname__)
