"""The steps of two runs beside each other: those that are alike, those that differ, and those that only one of them has."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from graphagent.view.compare import Change, both, changed, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphagent.engine.run import Run, Step
    from graphagent.storage.base import Head

    Told = dict[str, Any]


class Pair(NamedTuple):
    """Two steps that belong beside each other, by their numbers, and what differs; None where one run has no such step."""

    first: int | None
    second: int | None
    changes: list[Change]

    @property
    def is_same(self) -> bool:
        """Whether there is such a step in both, and it carried the same."""
        return self.first is not None and self.second is not None and not self.changes


def alignment(first: tuple[Head, list[Step]], second: tuple[Head, list[Step]]) -> list[Pair]:
    """All steps of two runs, as loaded. Where they went other ways, what is of one kind stands beside each other again.

    Raises `RunPruned`, or `DamagedData` where the steps of one do not follow from each other.
    """
    (run, steps), (other, other_steps) = both(first, second)
    here, there = list(told(run, steps)), list(told(other, other_steps))
    alike = same(here, there)
    pairs = list(aligned(list(told(run, steps, tools(run))), list(told(other, other_steps, tools(other))), alike))
    if alike < len(pairs) and pairs[alike].is_same:  # but for which of two calls of a tool it is about
        pairs[alike] = pair(here, alike, there, alike)
    return pairs


def tools(run: Run) -> dict[str, str]:
    """What calls are called here: by their tools, since those of the other run may be in other places."""
    return {id: f"a call of {call.name}" for id, call in run.calls.items()}


def same(first: Sequence[Told], second: Sequence[Told]) -> int:
    """How many steps are the same in both before the first that is not."""
    return sum(1 for _ in takewhile(lambda pair: not any(changed(*pair)), zip(first, second, strict=False)))


def aligned(first: Sequence[Told], second: Sequence[Told], alike: int) -> Iterator[Pair]:
    """Steps beside each other, by what they carried; so many at the beginning are known to be the same."""
    yield from (Pair(number, number, []) for number in range(1, alike + 1))
    kinds = [[(step["trigger"], step["state"]) for step in steps[alike:]] for steps in (first, second)]
    for _, *ends in SequenceMatcher(a=kinds[0], b=kinds[1], autojunk=False).get_opcodes():
        start, end, other_start, other_end = (alike + place for place in ends)
        for here, there in zip_longest(range(start, end), range(other_start, other_end)):
            yield pair(first, here, second, there)


def pair(first: Sequence[Told], here: int | None, second: Sequence[Told], there: int | None) -> Pair:
    """The pair of the steps at these places."""
    if here is None or there is None:
        return Pair(None if here is None else here + 1, None if there is None else there + 1, [])
    return Pair(here + 1, there + 1, list(changed(first[here], second[there])))
