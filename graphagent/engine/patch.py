"""Changes of session state as data: what was set, deleted or appended, and where.

An operation is `["set", path, value]`, `["delete", path]` or `["extend", path, values]`; a path is a list of keys. Because
growth is recorded as growth, also the growth of what was not there, changes made side by side to one list or dict all
survive.
"""

from __future__ import annotations

from typing import Any

Patch = list[list[Any]]


def diff(before: Any, after: Any, path: tuple[str, ...] = ()) -> Patch:
    """The operations that lead from one JSON value to another: `apply(before, diff(before, after)) == after`."""
    if same(before, after):
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        changes: Patch = [["delete", [*path, key]] for key in before if key not in after]
        for key, value in after.items():
            inner = (*path, key)
            changes += diff(before[key], value, inner) if key in before else _new(value, inner)
        return changes
    if isinstance(before, list) and isinstance(after, list) and same(before, after[: len(before)]):
        return [["extend", list(path), after[len(before) :]]]
    return [["set", list(path), after]]


def _new(value: Any, path: tuple[str, ...]) -> Patch:
    """The operations that make a value where there was none, and join it with what others make there."""
    if isinstance(value, dict) and value:
        return [operation for key, item in value.items() for operation in _new(item, (*path, key))]
    if isinstance(value, dict | list):
        return [["extend", list(path), value]]
    return [["set", list(path), value]]


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: unlike `==`, `1`, `1.0` and `true` differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def apply(state: Any, patch: Patch) -> Any:
    """The state after the operations. The state given is left as it was; what did not change is shared with it.

    A path that no longer exists because somebody else removed it is made anew.
    """
    for operation, path, *values in patch:
        state = _change(state, operation, path, values)
    return state


def _change(state: Any, operation: str, path: list[str], values: list[Any]) -> Any:
    if not path:
        if operation == "set":
            return values[0]
        grown = values[0]
        if isinstance(grown, list):
            return [*state, *grown] if isinstance(state, list) else grown
        return state if isinstance(state, dict) else grown
    key, rest = path[0], path[1:]
    changed = dict(state) if isinstance(state, dict) else {}
    if operation == "delete" and not rest:
        changed.pop(key, None)
    elif operation == "delete" and key not in changed:
        pass
    else:
        changed[key] = _change(changed.get(key), operation, rest, values)
    return changed
