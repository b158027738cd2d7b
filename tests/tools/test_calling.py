"""A call gets what it asks for, its hooks stand around it, and both colours do the same."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from graphagent.exceptions import DefinitionError, StopAgentRun
from graphagent.tools import Function, FunctionCall, tool

RUN = {"agent": "the agent", "session_state": {"n": 1}, "run_context": "the context", "idempotency_key": "run/call"}
WHO: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")


def both(function: Function, arguments: dict[str, Any], **options: Any) -> Any:
    """The result of a call, which is the same in either colour."""
    result = function.invoke(dict(arguments), RUN, **options)
    assert asyncio.run(function.ainvoke(dict(arguments), RUN, **options)) == result
    return result


def add(a: int, b: int = 2) -> int:
    return a + b


async def aadd(a: int, b: int = 2) -> int:
    await asyncio.sleep(0)
    return a + b


@pytest.mark.parametrize("function", [add, aadd])
def test_synchronous_and_asynchronous_tools_run_in_either_colour(function: Callable[..., Any]) -> None:
    assert both(Function(function), {"a": 1}) == 3
    assert Function(function).is_async is inspect.iscoroutinefunction(function)


def test_a_tool_gets_what_it_asks_for_by_name_and_nothing_else() -> None:
    def some(item: str, session_state: dict[str, int], idempotency_key: str = "none") -> Any:
        return item, session_state["n"], idempotency_key

    assert both(Function(some), {"item": "x"}) == ("x", 1, "run/call")
    assert Function(some).invoke({"item": "x"}, {"session_state": {"n": 2}}) == ("x", 2, "none")
    assert both(Function(lambda **rest: rest, name="rest"), {"item": "x"}) == {"item": "x"}


def test_what_a_tool_raises_passes_through() -> None:
    def stop(a: int) -> None:
        raise StopAgentRun("enough")

    for function in (Function(stop), tool(tool_hooks=[passing])(stop)):
        with pytest.raises(StopAgentRun):
            function.invoke({"a": 1})
        with pytest.raises(StopAgentRun):
            asyncio.run(function.ainvoke({"a": 1}))


def test_generators_are_joined_to_text() -> None:
    def count() -> Iterator[Any]:
        yield "a"
        yield 1
        yield {"b": 2}

    async def acount() -> AsyncIterator[Any]:
        for piece in count():
            yield piece

    assert both(Function(count), {}) == both(Function(acount), {}) == 'a1{"b":2}'
    assert Function(acount).is_async


# -- an asynchronous tool in synchronous code -------------------------------------------------------------------------


def test_an_asynchronous_tool_runs_to_completion_wherever_it_is_called_from() -> None:
    async def where() -> tuple[str, str]:
        await asyncio.sleep(0)
        return WHO.get(), threading.current_thread().name

    function = Function(where)
    token = WHO.set("me")
    try:
        assert function.invoke({}) == ("me", threading.current_thread().name)

        async def inside_a_loop() -> Any:
            WHO.set("task")
            return function.invoke({})

        who, thread = asyncio.run(inside_a_loop())
        assert who == "task"
        assert thread.startswith("graphagent-async-tool")
    finally:
        WHO.reset(token)


def test_asynchronous_tools_can_call_each_other_synchronously() -> None:
    inner = Function(aadd)

    async def outer(a: int) -> Any:
        return await asyncio.to_thread(inner.invoke, {"a": a}) + inner.invoke({"a": a})

    assert both(Function(outer), {"a": 1}) == 6


def test_an_error_inside_keeps_its_type_also_from_the_helper_thread() -> None:
    async def fail() -> None:
        raise LookupError("gone")

    async def inside_a_loop() -> None:
        Function(fail).invoke({})

    with pytest.raises(LookupError, match="gone"):
        Function(fail).invoke({})
    with pytest.raises(LookupError, match="gone"):
        asyncio.run(inside_a_loop())


# -- hooks ------------------------------------------------------------------------------------------------------------


def passing(function_call: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    return function_call(**arguments)


async def apassing(func: Callable[..., Any], args: dict[str, Any]) -> Any:
    return await func(**args)


def test_hooks_stand_around_the_call_in_order_and_see_what_they_ask_for() -> None:
    seen: list[Any] = []

    def before(fc: FunctionCall, agent: Any) -> None:
        seen.append(("before", fc.function.name, dict(fc.arguments), agent))
        fc.arguments["a"] += 1

    def after(fc: FunctionCall, function: Function) -> None:
        seen.append(("after", function.name, fc.result))
        fc.result *= 10

    def outer(name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        seen.append(("outer", name))
        return function(**arguments) + 1

    def inner(function_name: str, func: Callable[..., Any], args: dict[str, Any], session_state: Any) -> Any:
        seen.append(("inner", function_name, session_state))
        return func(**{**args, "b": 0})

    function = tool(pre_hook=before, post_hook=after, tool_hooks=[inner])(add)
    arguments = {"a": 1}
    assert function.invoke(arguments, RUN, hooks=[outer]) == 30
    expected = [
        ("before", "add", {"a": 1}, "the agent"),
        ("outer", "add"),
        ("inner", "add", {"n": 1}),
        ("after", "add", 3),
    ]
    assert seen == expected
    assert arguments == {"a": 1}
    seen.clear()
    assert asyncio.run(function.ainvoke(arguments, RUN, hooks=[outer])) == 30
    assert seen == expected


@pytest.mark.parametrize("function", [add, aadd])
@pytest.mark.parametrize("hooks", [[apassing], [passing, apassing], [apassing, passing], [apassing, apassing]])
def test_hooks_of_both_colours_mix_in_an_asynchronous_run(function: Callable[..., Any], hooks: list[Any]) -> None:
    made = tool(tool_hooks=hooks)(function)
    assert asyncio.run(made.ainvoke({"a": 1}, RUN)) == 3
    assert made.needs_loop()


def test_a_synchronous_tool_beneath_an_asynchronous_hook_does_not_block_the_loop() -> None:
    def thread() -> str:
        return threading.current_thread().name

    async def hook(function_call: Callable[..., Any]) -> Any:
        return await function_call()

    assert asyncio.run(tool(tool_hooks=[hook])(thread).ainvoke({})) != threading.current_thread().name


@pytest.mark.parametrize("option", ["pre_hook", "post_hook", "tool_hooks"])
def test_an_asynchronous_hook_in_a_synchronous_run_is_refused_before_anything_is_called(option: str) -> None:
    called = []

    async def ahook() -> None: ...

    def act() -> None:
        called.append(1)

    function = Function(act, **{option: [ahook] if option == "tool_hooks" else ahook})  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match=r"Hook '.*ahook' of tool 'act' is asynchronous.*arun"):
        function.invoke({})
    assert not called
    assert function.needs_loop()
    assert not Function(act).needs_loop()
    assert Function(act).needs_loop([ahook])


def test_pre_and_post_hooks_may_be_asynchronous_in_an_asynchronous_run() -> None:
    async def before(fc: FunctionCall) -> None:
        fc.arguments["a"] = 5

    async def after(fc: FunctionCall) -> None:
        fc.result = -fc.result

    assert asyncio.run(tool(pre_hook=before, post_hook=after)(add).ainvoke({"a": 1})) == -7


def test_a_hook_that_asks_for_what_there_is_not_is_told_what_there_is() -> None:
    def hook(function_call: Any, agnt: Any) -> None: ...

    with pytest.raises(DefinitionError, match=r"asks for 'agnt'.*can ask for: .*agent, args, arguments, func"):
        tool(tool_hooks=[hook])(add).invoke({"a": 1}, RUN)


def test_a_hook_may_be_any_callable_and_take_everything() -> None:
    class Hook:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, **offered: Any) -> Any:
            return offered["function_call"](**offered["arguments"])

    assert both(Function(add), {"a": 1}, hooks=[Hook()]) == 3


def test_parameters_named_like_what_hooks_are_offered_stay_parameters() -> None:
    def odd(func: int, arguments: int, hook: int, inner: int) -> Any:
        return func, arguments, hook, inner

    values = {"func": 1, "arguments": 2, "hook": 3, "inner": 4}
    assert both(Function(odd), values, hooks=[passing]) == (1, 2, 3, 4)
    assert asyncio.run(Function(odd).ainvoke(values, RUN, hooks=[apassing])) == (1, 2, 3, 4)
