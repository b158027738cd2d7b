"""Draw the graphs in `docs/assets`: the plan of an agent, a run of it that a person corrected, and a graph of no agent.

    python tests/draw_pictures.py

They are what the code draws today: `tests/test_docs.py` compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from unittest.mock import patch

import networkx

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.memory import MemoryStorage
from graphagent.view.svg import svg

ASSETS = Path(__file__).parent.parent / "docs" / "assets"
BEGUN = 1_780_000_000_000_000  # microseconds since the epoch
TICK = 230_000  # so far apart are two looks at the clock
TWO_HOURS = 7_200_000_000
WORKFLOW = (
    ("question", "sort", None), ("sort", "answer", "asks"), ("sort", "find order", "complains"),
    ("find order", "ask for the number", "unknown"), ("ask for the number", "find order", "told"), ("find order", "check", "found"),
    ("check", "pay back", "up to 50 €"), ("check", "approve", "more"), ("approve", "pay back", "yes"), ("approve", "answer", "no"),
    ("pay back", "answer", None), ("answer", "review", None), ("review", "answer", "not yet"), ("review", "done", "good"),
)  # fmt: skip
KINDS = {"question": "start", "approve": "waiting", "ask for the number": "waiting", "done": "final"}


@tool(requires_confirmation=True)
def refund(order: str, cents: int) -> str:
    """Pay money back."""
    return f"paid {cents} cents for order {order}"


def desk() -> Agent:
    """An agent that asks before it pays."""
    model = ScriptedModel([call("refund", order="7", cents=1250), "Order 7 is refunded."])
    return Agent(name="desk", model=model, tools=[refund], storage=MemoryStorage())


def workflow() -> networkx.MultiDiGraph[str]:
    """A graph that is not of the run machine."""
    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for source, target, trigger in WORKFLOW:
        drawn.add_edge(source, target, trigger=trigger)
    networkx.set_node_attributes(drawn, KINDS, "kind")
    return drawn


def corrected() -> networkx.MultiDiGraph[str]:
    """A run that was approved with other arguments after two hours, told by a clock that ticks evenly."""
    ticks, agent = count(BEGUN, TICK), desk()
    with patch("graphagent.utils.clock.now", lambda: next(ticks)):
        response = agent.run("Refund order 7 in full")
    ticks = count(next(ticks) + TWO_HOURS, TICK)
    with patch("graphagent.utils.clock.now", lambda: next(ticks)):
        waiting = response.tools_requiring_confirmation[0]
        waiting.confirmed, waiting.tool_args = True, {"order": "7", "cents": 1000}
        return agent.continue_run(run_response=response).graph()


def pictures() -> Iterator[tuple[Path, str]]:
    """The files, and what is to be in them."""
    for name, graph in {"agent": desk().graph(), "run": corrected(), "workflow": workflow()}.items():
        yield ASSETS / f"{name}.svg", svg(graph)


if __name__ == "__main__":
    for file, drawn in pictures():
        file.write_text(drawn, "utf-8")
