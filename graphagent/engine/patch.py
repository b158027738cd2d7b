"""Changes of session state as data: what was set, deleted or appended, and where.

An operation is `["set", path, value, was]`, `["delete", path, was]`, `["extend", path, values]` or `["remove", path,
values]`; a path is a list of keys, and `was` holds what was there before: `[value]`, or `[]` for nothing. Because growth is
recorded as growth, also the growth of what was not there, and what is taken from a list as just that, such changes made side
by side all survive; because the others say what they replace, one that would undo somebody else's change is found out.
"""

from __future__ import annotations

from typing import Any

Patch = list[list[Any]]


def diff(before: Any, after: Any, path: tuple[str, ...] = ()) -> Patch:
    """The operations that lead from one JSON value to another: `apply(before, diff(before, after)) == after`."""
    if same(before, after):
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        changes: Patch = [["delete", [*path, key], [was]] for key, was in before.items() if key not in after]
        for key, value in after.items():
            inner = (*path, key)
            changes += diff(before[key], value, inner) if key in before else _new(value, inner)
        return changes
    if isinstance(before, list) and isinstance(after, list) and same(before, after[: len(before)]):
        return [["extend", list(path), after[len(before) :]]]
    if isinstance(before, list) and isinstance(after, list) and (taken := _taken(before, after)):
        return [["remove", list(path), taken]]
    return [["set", list(path), after, [before]]]


def _taken(before: list[Any], after: list[Any]) -> list[Any]:
    """The items without which one list is the other; none where it takes more than that."""
    taken, left = [], 0
    for item in before:
        if left < len(after) and same(item, after[left]):
            left += 1
        else:
            taken.append(item)
    return taken if same(_without(before, taken), after) else []


def _without(items: list[Any], taken: list[Any]) -> list[Any] | None:
    """A list without these items, of equal ones the first; None where it does not have them."""
    kept = items.copy()
    for item in taken:
        place = next((place for place, each in enumerate(kept) if same(each, item)), None)
        if place is None:
            return None
        del kept[place]
    return kept


def _new(value: Any, path: tuple[str, ...]) -> Patch:
    """The operations that make a value where there was none, and join it with what others make there."""
    if isinstance(value, dict) and value:
        return [operation for key, item in value.items() for operation in _new(item, (*path, key))]
    if isinstance(value, dict | list):
        return [["extend", list(path), value]]
    return [["set", list(path), value, []]]


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: unlike `==`, `1`, `1.0` and `true` differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


# -- making a change --------------------------------------------------------------------------------------------------


def apply(state: Any, patch: Patch) -> Any:
    """The state after the operations. The state given is left as it was; what did not change is shared with it."""
    for operation, path, *values in patch:
        state = _change(state, operation, path, values)
    return state


def _change(state: Any, operation: str, path: list[str], values: list[Any]) -> Any:
    if not path:
        if operation == "set":
            return values[0]
        if operation == "remove":
            kept = _without(state, values[0]) if isinstance(state, list) else None
            return state if kept is None else kept
        grown = values[0]
        if isinstance(grown, list):
            return [*state, *grown] if isinstance(state, list) else grown
        return state if isinstance(state, dict) else grown
    if operation in {"delete", "remove"} and not isinstance(state, dict):
        return state  # what somebody else put there has no such part
    key, rest = path[0], path[1:]
    changed = dict(state) if isinstance(state, dict) else {}
    if operation == "delete" and not rest:
        changed.pop(key, None)
    elif operation in {"delete", "remove"} and key not in changed:
        pass
    else:
        changed[key] = _change(changed.get(key), operation, rest, values)
    return changed


# -- whether it may be made -------------------------------------------------------------------------------------------


def conflict(state: Any, operation: list[Any]) -> dict[str, Any] | None:
    """Why an operation would undo what somebody else changed; None where it would not.

    Says `path`, and `was`, `found` and `wanted` as far as there is a value. Also equal values conflict: of two who raise a
    number from 1 to 2, one would be lost, and of two who take the same item from a list, one would have nothing.
    """
    kind, path, *values = operation
    found, blocked = _look(state, path)
    if kind == "delete":
        was, wanted = values[0], []
        fits = not found or blocked or same(found, was)
    elif kind == "set":
        was, wanted = values[1], [values[0]]
        fits = same(found, was)
    elif kind == "remove":
        was, wanted = [values[0]], []
        fits = bool(found) and isinstance(found[0], list) and _without(found[0], values[0]) is not None
    else:
        was, wanted = [], [values[0]]
        fits = not found or (not blocked and type(found[0]) is type(values[0]))
    if fits:
        return None
    told = {"was": was, "found": found, "wanted": wanted}
    return {"path": path, **{name: value[0] for name, value in told.items() if value}}


def _look(state: Any, path: list[str]) -> tuple[list[Any], bool]:
    """What stands at a path, as `[value]` or `[]`; or, with True, what stands in the way."""
    for key in path:
        if not isinstance(state, dict):
            return [state], True
        if key not in state:
            return [], False
        state = state[key]
    return [state], False
