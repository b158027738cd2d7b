"""A field that may be given as a function of no arguments, called once, when the field is first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Deferred(Generic[T]):
    """Descriptor for what few callers look at and what costs time to make. Unset, it is what `empty()` returns."""

    def __init__(self, empty: Callable[[], T]) -> None:
        self.empty = empty

    def __set_name__(self, owner: type, name: str) -> None:
        self.slot = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> T: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:  # a dataclass asks for the default this way
            return self.empty
        fields = instance.__dict__
        value = fields[self.slot]
        if callable(value):
            value = fields[self.slot] = value()
        return value

    def __set__(self, instance: object, value: T | Callable[[], T]) -> None:
        instance.__dict__[self.slot] = value
