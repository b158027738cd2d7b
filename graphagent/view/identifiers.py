"""Words by which the nodes of a graph are named in a language that does not take every text for a name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import count


def identifiers(names: Collection[str], is_plain: Callable[[str], object]) -> dict[str, str]:
    """A word for each name, no two the same: the name itself where it `is_plain`, or else `n0`, `n1` and so on."""
    taken = set(names)
    free = (word for number in count() if (word := f"n{number}") not in taken)
    return {name: name if is_plain(name) else next(free) for name in names}
