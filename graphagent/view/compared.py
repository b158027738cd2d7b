"""Two runs side by side as one HTML file that needs nothing else: how far they went alike, and what was different then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from graphagent.utils.redact import redacted_text
from graphagent.view.alignment import alignment
from graphagent.view.compare import difference, values
from graphagent.view.data import head_data
from graphagent.view.document import ASSETS, document, text
from graphagent.view.hide import fitted
from graphagent.view.page import TEXTS
from graphagent.view.timeline import timeline

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

    Loaded = tuple[Head, list[Step]]

SCRIPTS: Final = tuple(ASSETS / name for name in ("dom.js", "look.js", "words.js", "compare.js"))
STYLES: Final = tuple(ASSETS / name for name in ("base.css", "compare.css"))


def compared(storage: Storage, first: str, second: str) -> str:
    """Two runs as one HTML file, which fetches nothing and shows no secrets.

    Raises `RunNotFound`, `RunPruned`, or `DamagedData` where the rows of one do not follow from each other.
    """
    return written(storage.load(first), storage.load(second))


def written(
    first: Loaded | None,
    second: Loaded | None,
    *,
    studio: dict[str, Any] | None = None,
    known: Sequence[str] = (),
    scripts: Sequence[Traversable] = (),
    styles: Sequence[Traversable] = (),
) -> str:
    """The page of two runs as loaded. In a studio there may be less than two: then it asks for them, of those `known`.

    Raises as `compared`.
    """
    return document(
        title=" and ".join(f"run {head.id}" for head, _ in filter(None, (first, second))) or "Compare runs",
        kind="compare",
        body=text(ASSETS / "compare.html"),
        data={
            "runs": [fitted(run_data(*loaded), TEXTS // 2) if loaded else None for loaded in (first, second)],
            "difference": values(difference(first, second)) if first and second else None,
            "rows": fitted(alignment(first, second), TEXTS // 2) if first and second else [],
            "known": list(known),
            "view": "compare",
            "studio": studio,
        },
        scripts=(*SCRIPTS[:-1], *scripts, SCRIPTS[-1]),
        styles=(*STYLES, *styles),
        is_served=studio is not None,
    )


def run_data(head: Head, steps: list[Step]) -> dict[str, Any]:
    """A run and its steps, each in short."""
    _, moments = timeline(head, steps)
    return {
        **head_data(head),
        "steps": [
            {
                "trigger": moment.step.trigger,
                "state": moment.step.state,
                "took": moment.took,
                "tokens": moment.tokens,
                "told": [redacted_text(said) for said in moment.carried],
            }
            for moment in moments
        ],
    }
