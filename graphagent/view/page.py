"""A run as one HTML file that needs nothing else: its graph, its steps and a replay, from what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING, Any, Final

from graphagent.view.data import run_data
from graphagent.view.document import ASSETS, document, text
from graphagent.view.hide import fitted
from graphagent.view.machine import picture

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

TEXTS: Final = 1_000_000  # bytes of all texts of a page together
SCRIPTS: Final = tuple(
    ASSETS / name for name in ("dom.js", "look.js", "graph.js", "words.js", "carried.js", "state.js", "replay.js")
)
STYLES: Final = tuple(ASSETS / name for name in ("base.css", "run.css", "graph.css"))
BEGIN: Final = ASSETS / "begin.js"


def page(storage: Storage, run_id: str) -> str:
    """A run as one HTML file, which fetches nothing and shows no secrets.

    Raises `RunNotFound`, or `DamagedData` where its rows do not follow from each other.
    """
    return written(*storage.load(run_id))


def written(
    head: Head,
    steps: list[Step],
    *,
    studio: dict[str, Any] | None = None,
    scripts: Sequence[Traversable] = (),
    styles: Sequence[Traversable] = (),
) -> str:
    """The page of a run as loaded. One that is served has more `scripts` and `styles`, and is told about its `studio`.

    Raises `DamagedData` where the steps do not follow from each other.
    """
    return document(
        title=f"{head.agent_name or head.agent_id} · run {head.id}",
        kind="run",
        body=Template(text(ASSETS / "run.html")).substitute(svg=picture(head.plan)),
        data={**fitted(run_data(head, steps), TEXTS), "studio": studio},
        scripts=(*SCRIPTS, *scripts, BEGIN),
        styles=(*STYLES, *styles),
        is_served=studio is not None,
    )
