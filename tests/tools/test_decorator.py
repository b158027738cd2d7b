"""What `@tool` and `Function` make of a function, and what they refuse."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, assert_type

import pytest

from graphagent.engine.call import DEFAULT_TIMEOUT
from graphagent.exceptions import DefinitionError
from graphagent.tools import Function, Toolkit, tool
from graphagent.tools.options import Configuration, ToolOptions


@tool
def plain(text: str) -> str:
    """Say it."""
    return text + "!"


@tool()
def called(text: str) -> str:
    return text + "?"


@tool(requires_confirmation=True, name="pay_back", timeout=20)
def refund(order: str, cents: int = 5) -> int:
    return cents


@tool(external_execution=True)
async def fetch(url: str) -> bytes:
    return url.encode()


class Shop(Toolkit):
    """A kit whose methods are decorated in the class body."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        super().__init__(tools=[self.price, self.close])

    @tool
    def price(self, item: str) -> str:
        """What it costs."""
        return f"{item}: 5 {self.currency}"

    @tool(requires_confirmation=True)
    @staticmethod
    def close(reason: str) -> str:
        return reason


def test_every_form_of_the_decorator_makes_a_function_and_a_call_of_it_calls_the_function() -> None:
    assert [plain.name, called.name, refund.name, fetch.name] == ["plain", "called", "pay_back", "fetch"]
    assert [plain("a"), called(text="a"), refund("7")] == ["a!", "a?", 5]
    assert plain.entrypoint(text="a") == "a!"
    assert [plain.gate, refund.gate, fetch.gate] == [None, "confirm", "external"]
    assert refund.timeout == 20
    assert plain.timeout == DEFAULT_TIMEOUT


def test_type_checkers_see_the_signature_through_the_decorator() -> None:
    assert_type(plain("a"), str)
    assert_type(refund("7"), int)
    assert_type(Shop("EUR").price("tea"), str)


def test_a_decorated_method_is_bound_to_its_object() -> None:
    euros, pounds = Shop("EUR"), Shop("GBP")
    assert euros.functions["price"].invoke({"item": "tea"}) == "tea: 5 EUR"
    assert pounds.functions["price"].invoke({"item": "tea"}) == "tea: 5 GBP"
    assert euros.functions["price"].parameters["required"] == ["item"]
    assert euros.functions["price"].description == "What it costs."
    assert euros.functions["close"].gate == "confirm"
    assert euros.functions["close"].invoke({"reason": "late"}) == "late"
    assert euros.price == euros.price
    assert euros.price != pounds.price
    assert Shop.price.entrypoint.__name__ == "price"


def test_a_tool_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="copy"):
        refund.requires_confirmation = False  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del refund.name
    other = refund.copy(requires_confirmation=False)
    assert (other.gate, other.name, other.timeout) == (None, "pay_back", 20)
    assert refund.gate == "confirm"


def test_reading_a_tool_changes_nothing_that_it_was_given() -> None:
    before = refund.options()
    _ = refund.parameters, refund.description, refund.schema, refund.is_async
    assert refund.options() == before


def test_options_are_the_same_for_type_checkers_and_at_run_time() -> None:
    assert ToolOptions.__annotations__.keys() == Configuration._fields.keys() - {"entrypoint"}
    assert set(inspect.get_annotations(Configuration)) == Configuration._fields.keys()


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: tool(requires_confirmaton=True)(plain.entrypoint),  # type: ignore[call-overload]
        "no option 'requires_confirmaton'.*'requires_confirmation'",
    ),
    (
        lambda: tool(requires_confirmation=True, external_execution=True)(print),
        "one of requires_confirmation and external",
    ),
    (lambda: tool(user_input_fields=["text"], requires_confirmation=True)(plain.entrypoint), "one of requires_confirm"),
    (lambda: tool(user_input_fields=["txt"])(plain.entrypoint), "names 'txt'.*Did you mean 'text'"),
    (lambda: tool(user_input_fields="text")(plain.entrypoint), "a list of names"),
    (lambda: tool(user_input_fields=["text"], requires_user_input=False)(plain.entrypoint), "cannot do without"),
    (lambda: tool(policy="anew")(plain.entrypoint), "no policy 'anew'.*There are: idempotent, once, probe"),  # type: ignore[call-overload]
    (lambda: tool(policy="probe")(plain.entrypoint), "go together"),
    (lambda: tool(probe=print)(plain.entrypoint), "go together"),
    (lambda: tool(timeout=None)(plain.entrypoint), "needs a timeout"),
    (lambda: tool(timeout=None, policy="probe", probe=print)(plain.entrypoint), "needs a timeout"),
    (lambda: tool(timeout=0)(plain.entrypoint), "greater than zero, not 0"),
    (lambda: tool(timeout=float("nan"))(plain.entrypoint), "greater than zero, not nan"),
    (lambda: tool(name="pay back")(plain.entrypoint), "'pay back' cannot be the name of a tool"),
    (lambda: tool(plain), "'plain' is a tool already"),
    (lambda: tool(Shop), "Shop is a class"),
    (lambda: Function("plain"), "'plain' cannot be called"),  # type: ignore[arg-type]
    (lambda: Function(functools.partial(print)).name, "A partial has no name of its own"),
]


@pytest.mark.parametrize(("define", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_cannot_work_is_refused_when_it_is_defined(define: Callable[[], Any], told: str) -> None:
    with pytest.raises(DefinitionError, match=told):
        define()


@pytest.mark.parametrize("policy", ["read", "idempotent"])
def test_a_repeatable_tool_can_do_without_a_timeout(policy: Any) -> None:
    assert tool(policy=policy, timeout=None)(plain.entrypoint).timeout is None


def test_what_options_imply() -> None:
    assert tool(user_input_fields=["text"])(plain.entrypoint).gate == "input"
    assert tool(stop_after_tool_call=True)(plain.entrypoint).show_result
    assert not tool(stop_after_tool_call=True, show_result=False)(plain.entrypoint).show_result
    assert not plain.show_result


def test_making_a_tool_of_a_function_reads_nothing() -> None:
    """Neither signature nor docstring: an agent with a hundred tools costs what it uses."""

    def broken(value: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    assert Function(broken).name == "broken"
    assert set(vars(Function(broken))) == {"entrypoint"}
