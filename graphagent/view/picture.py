"""Any graph as something that a notebook shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphagent.view.svg import svg

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph, of an agent, of a run or any other, which a notebook shows as `svg` draws it."""

    graph: networkx.MultiDiGraph[str]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "image/svg+xml": svg(self.graph)}
