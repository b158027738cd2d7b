"""The graph of an agent as a figure for a terminal: where its runs mostly go, what they wait for, its tools and its budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphagent.cli.lines import Lines
from graphagent.cli.terminal import print_table, style_of
from graphagent.engine.graph import kind
from graphagent.engine.machine import COMPLETED, MODEL, READY, REASONING, RECALL, REMEMBER, RESPOND, TOOL
from graphagent.utils.clean import clean
from graphagent.view.machine import main_arcs
from graphagent.view.timeline import ASKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import networkx
    from rich.console import Console

Piece = tuple[str, str]  # a text and its style

TRUNK: Final = (READY, RECALL, REASONING, MODEL, RESPOND, REMEMBER, COMPLETED)  # in the order of a run without tools
SIGNS: Final = "─→↓↑┬├└"
PLAIN: Final = str.maketrans(SIGNS, "->v^+++")  # where the encoding lacks them
# What bounds a run, each by the state without which it bounds nothing.
BUDGETS: Final = {
    "steps": ("steps", READY), "tool_calls": ("tool calls", TOOL), "retries": ("retries of a request", MODEL),
    "repairs": ("repairs of an answer", RESPOND), "thoughts": ("thoughts", REASONING),
}  # fmt: skip


def print_plan(screen: Console, name: str, graph: networkx.MultiDiGraph[str]) -> None:
    """Print the graph of an agent, as `Agent.graph` gives it, under the agent's name."""
    lines = Lines(screen, screen)
    lines.tell("agent", name)
    lines.tell("limits", ", ".join(budgets(graph)))
    screen.print()
    for line in figure(graph, screen.width):
        print_line(screen, line)
    screen.print()
    lead, end = ("From any other state a run may also end as ", "dim"), (".", "dim")
    print_line(screen, [lead, shown("failed"), (" or ", "dim"), shown("cancelled"), end])
    if tools := graph.nodes[TOOL]["tools"] if TOOL in graph else {}:
        screen.print()
        print_table(screen, ("tool", "needs", "policy"), [row(name, tool) for name, tool in tools.items()])


def figure(graph: networkx.MultiDiGraph[str], width: int) -> list[list[Piece]]:
    """The lines of the figure; with the triggers of what comes of itself where that is no wider than so many columns."""
    told = drawn(graph, is_told=True)
    is_fit = all(sum(len(text) for text, _ in line) <= width for line in told)
    return told if is_fit else drawn(graph, is_told=False)


def drawn(graph: networkx.MultiDiGraph[str], *, is_told: bool) -> list[list[Piece]]:
    """The lines of the figure: a run without tools from left to right, and under the model what becomes of its calls."""
    arcs = {(source, target): trigger for trigger, source, target in sorted(main_arcs(graph))}
    trunk: list[Piece] = []
    margin = ""
    states = [state for state in TRUNK if state in graph]
    for before, state in zip(["", *states], states, strict=False):
        trunk += [arrow(arcs[before, state] if is_told else "")] if before else []
        margin = " " * sum(len(text) for text, _ in trunk) if state == MODEL else margin
        trunk.append(shown(state))
    if TOOL not in graph:
        return [trunk]
    below = [[("↓ call  ↑ result", "dim")], *branches(graph, arcs)]
    return [trunk, *([(margin, ""), *line] for line in below)]


def branches(graph: networkx.MultiDiGraph[str], arcs: Mapping[tuple[str, str], str]) -> Iterator[list[Piece]]:
    """The state of tools, a line for each state in which their calls wait for people, and where those lead."""
    waiting = [state for state in graph if kind(state) == "waiting"]
    if not waiting:
        yield [shown(TOOL)]
        return
    forks = "─" if len(waiting) == 1 else f"┬{'├' * (len(waiting) - 2)}└"
    for state, fork in zip(waiting, forks, strict=True):
        stem: list[Piece] = [shown(TOOL), (f" ─{fork}─ ", "dim")] if fork in "─┬" else [(f"      {fork}─ ", "dim")]
        target, trigger = next((target, trigger) for (source, target), trigger in arcs.items() if source == state)
        gap = " " * (max(map(len, waiting)) - len(state)), ""
        yield [*stem, shown(state), gap, arrow(trigger), shown(target)]


def arrow(trigger: str) -> Piece:
    """An arc from one state to the next."""
    return f" ─{trigger}→ ", "dim"


def shown(state: str) -> Piece:
    """A state in its colour."""
    return state, style_of(state)


def budgets(graph: networkx.MultiDiGraph[str]) -> list[str]:
    """What bounds a run, as far as it can matter."""
    limits = graph.graph["limits"]
    return [
        f"{'any number of' if limits[name] is None else limits[name]} {what}"
        for name, (what, state) in BUDGETS.items()
        if state in graph and limits[name] != 0
    ]


def row(name: str, tool: dict[str, Any]) -> tuple[Piece, Piece, Piece]:
    """A tool: what its calls need from people, and what may be done about one of unknown outcome."""
    gate = tool["gate"]
    return (name, "cyan"), (ASKED[gate] if gate else "", "yellow"), (tool["policy"], "")


def print_line(screen: Console, line: list[Piece]) -> None:
    """Print a line of the figure, as much of it as there is room for."""
    from rich.text import Text

    printed = Text()
    for text, style in line:
        printed.append(text if is_known(SIGNS, screen.encoding) else text.translate(PLAIN), style)
    printed.rstrip()
    printed.truncate(screen.width)
    screen.print(printed, soft_wrap=True)


def is_known(signs: str, encoding: str) -> bool:
    """Whether an encoding has these signs."""
    return clean(signs, encoding) == signs
