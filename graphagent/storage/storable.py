"""What may be recorded: JSON values, and what is one in all but type. Whatever would not load back is refused, with its path."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from pydantic_core import from_json, to_json

from graphagent.exceptions import NotStorable

DEPTH: Final = 100  # of a value that a user gives; what carries it adds a few levels, and the decoder stops at 200
DIGITS: Final = 4300  # of a number; the decoder takes no more
BITS: Final = 14_284  # of the largest number with so many digits


def storable(value: Any, *, path: str = "$", depth: int = DEPTH) -> None:
    """Raise `NotStorable` unless `value` loads back equal.

    Allowed are None, booleans, integers, finite floats, text, and lists and dicts of those with text as keys. Subclasses
    of these types (an enum of text, a `defaultdict`) and tuples are allowed too and load back as the plain type.

    Args:
        value: What is to be recorded. It is not changed.
        path: Where `value` stands in what the reader knows, as in `$.state`.
        depth: How many levels of lists and dicts are allowed.
    """
    try:
        _check(value, depth)
    except _RefusedError as refused:
        where = path + "".join(reversed(refused.trail))
        where = where if len(where) <= 200 else f"{where[:200]}…"
        raise NotStorable(f"{where} cannot be recorded: {refused.why}.", path=where) from None


def copied(value: Any) -> Any:
    """What `value` will be when it is loaded: equal to it, of plain JSON types, sharing nothing with it.

    Raises `NotStorable` where it cannot be recorded.
    """
    storable(value)
    return from_json(to_json(value))


class _RefusedError(Exception):
    """Why a value is refused. The way to it is added, innermost part first, where it passes through what holds it."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.trail: list[str] = []


def _check(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_text(value)
    elif kind is bool or value is None:
        pass
    elif isinstance(value, int):
        if value.bit_length() > BITS:
            raise _RefusedError(f"a number of more than {DIGITS} digits would not be read back; use text")
    elif isinstance(value, float):
        if not isfinite(value):
            raise _RefusedError(f"JSON has no number {value}; use None, or text")
    elif depth <= 0:
        raise _RefusedError("it is nested too deep, or contains itself")
    elif isinstance(value, dict):
        _check_dict(value, depth - 1)
    elif isinstance(value, (list, tuple)):  # not a union: that is made anew with every call
        _check_list(value, depth - 1)
    elif isinstance(value, str):
        _check_text(value)
    else:
        raise _RefusedError(f"it is of type {kind.__name__}; {_advice(value)}")


def _check_dict(value: dict[Any, Any], depth: int) -> None:
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            _check_key(key)
        if type(item) is not str or not item.isascii():  # most values are plain text: not worth a call
            try:
                _check(item, depth)
            except _RefusedError as refused:
                refused.trail.append(f".{key}" if key.isidentifier() else f"[{key!a}]")
                raise


def _check_list(value: list[Any] | tuple[Any, ...], depth: int) -> None:
    for index, item in enumerate(value):
        if type(item) is not str or not item.isascii():
            try:
                _check(item, depth)
            except _RefusedError as refused:
                refused.trail.append(f"[{index}]")
                raise


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise _RefusedError(f"the key of a dict must be text, and this is of type {type(key).__name__}")
    _check_text(key)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _RefusedError(f"it holds a lone surrogate at position {error.start}, which is no character") from None


def _advice(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return "encode bytes as text, for example with base64"
    if hasattr(value, "isoformat"):
        return "use .isoformat()"
    if hasattr(value, "model_dump"):
        return 'use .model_dump(mode="json")'
    return "use None, booleans, numbers, text, lists and dicts"
