"""Two runs side by side: how far they went alike, where they parted, and what each had come to and cost at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from graphagent.engine.run import Run, check_whole
from graphagent.storage.session import with_patches
from graphagent.view.hide import hidden

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

MISSING: Final = "(nothing)"
COST: Final = ("usage", "time_to_first_token")  # of a reply: what it cost is told, but is no other way to go


class Change(NamedTuple):
    """One value that is not the same: where it stands, and what it is in each. What only one has is `(nothing)` in the other."""

    path: str
    first: Any
    second: Any


class Side(NamedTuple):
    """What one run came to: its state, how many steps and tool calls it took, its seconds from first to last, its tokens."""

    run_id: str
    state: str
    steps: int
    calls: int
    seconds: float
    tokens: int


class Difference(NamedTuple):
    """How two runs differ. Secrets are left out of all values.

    `seq` is the first step that is not the same in both, None where there is none; `changes` is what differs in it,
    `arguments` what differs in the arguments of calls (the first call of one against the first of the other, and so on),
    and `state` what differs in the session state that each wrote.
    """

    first: Side
    second: Side
    seq: int | None
    changes: list[Change]
    arguments: list[Change]
    state: list[Change]

    @property
    def is_same(self) -> bool:
        """Whether both went the same way and carried the same."""
        return self.seq is None


def diff(storage: Storage, first: str, second: str) -> Difference:
    """How two runs of a storage differ, by their ids. Times, tokens and the ids of calls make no difference of way.

    Raises `RunNotFound`, `RunPruned`, or `DamagedData` where the steps of one do not follow from each other.
    """
    return difference(storage.load(first), storage.load(second))


def difference(first: tuple[Head, list[Step]], second: tuple[Head, list[Step]]) -> Difference:
    """How two runs differ, as loaded. Raises as `diff`."""
    (run, steps), (other, other_steps) = both(first, second)
    seq, changes = None, list[Change]()
    for place, (here, there) in enumerate(zip_longest(told(run, steps), told(other, other_steps)), 1):
        changes = list(changed(here, there)) if here and there else [parted(here, there)]
        if changes:
            seq = place
            break
    return Difference(
        side(run, steps), side(other, other_steps), seq, changes,
        list(changed(calls(run), calls(other))), list(changed(with_patches({}, steps), with_patches({}, other_steps))),
    )  # fmt: skip


def both(
    first: tuple[Head, list[Step]], second: tuple[Head, list[Step]]
) -> tuple[tuple[Run, list[Step]], tuple[Run, list[Step]]]:
    """Two runs as loaded, with their steps, also where one is a fork of the other. Raises as `diff`."""
    (head, steps), (other_head, other_steps) = first, second
    steps, other_steps = with_parent(head, steps, *second), with_parent(other_head, other_steps, *first)
    run, other = Run.replay(head.id, head.plan, steps), Run.replay(other_head.id, other_head.plan, other_steps)
    return (run, steps), (other, other_steps)


def with_parent(head: Head, steps: list[Step], other: Head, other_steps: list[Step]) -> list[Step]:
    """The steps of a run; of a fork of the other, with those that it copied as they were: a copy lacks what was written."""
    check_whole(head.id, steps)
    end = head.parent_seq or 0
    is_fork = head.parent_id == other.id and list(map(moment, steps[:end])) == list(map(moment, other_steps[:end]))
    return [*other_steps[:end], *steps[end:]] if is_fork else steps


def moment(step: Step) -> tuple[int, str]:
    """When a step was made, and why: a copy in a fork has both, and no other step of another run."""
    return step.at, step.trigger


def told(run: Run, steps: Sequence[Step], names: dict[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """What each step carried, comparable with another run's: calls have other names, or are named by their place."""
    names = names or {id: f"call {place}" for place, id in enumerate(run.calls, 1)}
    for step in steps:
        data = {key: value for key, value in (step.data or {}).items() if key not in COST}
        messages = from_json(b"[%b]" % step.messages)
        yield {"trigger": step.trigger, "state": step.state, **renamed({"data": data, "messages": messages}, names)}


def renamed(value: Any, names: dict[str, str]) -> Any:
    """A JSON value in which other names stand for texts and keys, and arguments that are JSON are what they say."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {
            names.get(key, key): renamed(parsed(item) if key == "arguments" else item, names)
            for key, item in value.items()
        }
    return value


def parsed(value: Any) -> Any:
    """What a JSON text says; what is none stays."""
    try:
        return from_json(value) if isinstance(value, str) else value
    except ValueError:
        return value


def parted(here: dict[str, Any] | None, there: dict[str, Any] | None) -> Change:
    """One run went on where the other was at its end."""
    return Change("trigger", here["trigger"] if here else MISSING, there["trigger"] if there else MISSING)


def calls(run: Run) -> dict[str, Any]:
    """The arguments of a run's calls, by place and tool."""
    return {f"{place} {call.name}": parsed(call.arguments) for place, call in enumerate(run.calls.values(), 1)}


def side(run: Run, steps: Sequence[Step]) -> Side:
    """What a run came to."""
    usages = [data.get("usage") or {} for data, _ in run.replies]
    tokens = sum(usage.get("input_tokens", 0) + usage.get("output_tokens", 0) for usage in usages)
    seconds = (steps[-1].at - steps[0].at) / 1e6 if steps else 0.0
    return Side(run.id, run.state, len(steps), len(run.calls), seconds, tokens)


def changed(first: Any, second: Any, path: str = "", name: str = "") -> Iterator[Change]:
    """All values that are not the same in both, outermost first."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(key for key in second if key not in first)]:
            inner = f"{path}.{key}" if path else key
            yield from changed(first.get(key, MISSING), second.get(key, MISSING), inner, key)
    elif isinstance(first, list) and isinstance(second, list):
        for place, (here, there) in enumerate(zip_longest(first, second, fillvalue=MISSING)):
            yield from changed(here, there, f"{path}[{place}]", name)
    elif first != second or type(first) is not type(second):
        yield Change(path, hidden(first, name), hidden(second, name))


def values(found: Difference) -> dict[str, Any]:
    """All that differs, as JSON values: numbers, texts, and lists of changes."""
    lists = {name: [change._asdict() for change in getattr(found, name)] for name in ("changes", "arguments", "state")}
    return {"first": found.first._asdict(), "second": found.second._asdict(), "seq": found.seq, **lists}
