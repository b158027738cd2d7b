"""The graph of a run says what its rows say, and drawings in every language say what the graph says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from commands import piped
from histories import histories
from hypothesis import given
from hypothesis import strategies as st
from worlds import ALL

from graphagent import Agent, tool
from graphagent.engine.graph import graph, plan, run_graph
from graphagent.engine.machine import WAITING
from graphagent.engine.run import Run, Step
from graphagent.exceptions import RunNotFound
from graphagent.models import ScriptedModel, call
from graphagent.run.response import RunResponse
from graphagent.storage.sqlite import SqliteStorage
from graphagent.view.dot import dot
from graphagent.view.machine import MAIN
from graphagent.view.mermaid import mermaid
from graphagent.view.picture import Picture
from graphagent.view.svg import svg

Arcs = Counter[tuple[str, str, str]]
PLANS = st.builds(
    plan,
    recalls=st.booleans(),
    reasons=st.booleans(),
    tools=st.booleans(),
    gated=st.booleans(),
    remembers=st.booleans(),
)


def arcs(drawn: networkx.MultiDiGraph[str], *, taken: bool = False) -> Arcs:
    """The arcs of a graph, or how often each was taken."""
    found: Arcs = Counter()
    for source, target, data in drawn.edges(data=True):
        found[source, data["trigger"], target] += data["taken"] if taken else 1
    return +found


def way(steps: list[Step]) -> Arcs:
    """How often a run took each arc, from its rows."""
    return Counter(
        (before, step.trigger, step.state)
        for before, step in zip(["ready", *(step.state for step in steps)], steps, strict=False)
    )


@given(histories())
def test_the_graph_of_a_run_counts_its_rows(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    assert arcs(drawn, taken=True) == way(steps)
    visits = Counter(["ready", *(step.state for step in steps)])
    assert {state: data["visits"] for state, data in drawn.nodes(data=True) if data["visits"]} == visits
    assert [state for state, is_current in drawn.nodes(data="is_current") if is_current] == [steps[-1].state]
    spent = sum(data["seconds"] for _, data in drawn.nodes(data=True))
    assert spent == pytest.approx((steps[-1].at - steps[0].at) / 1e6)


@given(histories())
def test_what_is_read_back_from_mermaid_is_what_was_drawn(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    told = mermaid(drawn)
    read = re.findall(r"^    (\w+) --> (\w+) : (\w+)(?: \((\d+)\))?$", told, re.MULTILINE)
    assert Counter((source, trigger, target) for source, target, trigger, _ in read) == arcs(drawn)
    assert sum((Counter({(s, t, e): int(n)}) for s, e, t, n in read if n), Counter()) == way(steps)
    assert dict(re.findall(r'^    state "(\w+)(?: \d+x)?" as (\w+)$', told, re.MULTILINE)) == {
        state: state for state in ALL
    }
    assert re.findall(r"class (\w+) current", told) == [steps[-1].state]


@given(histories())
def test_dot_has_every_state_and_every_arc(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    read = re.findall(r'"(\w+)" -> "(\w+)" \[label="(\w+)(?: (\d+)x)?"', dot(drawn))
    assert Counter((source, trigger, target) for source, target, trigger, _ in read) == arcs(drawn)
    assert sum(int(times) for *_, times in read if times) == len(steps)


@given(histories())
def test_a_picture_emphasises_the_way_of_the_run(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    picture = svg(drawn)
    assert picture == svg(drawn)
    groups = list(ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}g"))  # noqa: S314
    visited = {group.get("data-state") for group in groups if "visited" in str(group.get("class")).split()}
    assert visited - {None} == {"ready", *(step.state for step in steps)}
    taken = {group.get("data-arc") for group in groups if "visited" in str(group.get("class")).split()}
    assert taken - {None} == {f"{source}>{target}" for source, _, target in way(steps)}


@given(PLANS)
def test_the_picture_of_a_plan_has_all_of_it_and_no_overlap(states: frozenset[str]) -> None:
    cut = graph(states)
    groups = list(ElementTree.fromstring(svg(cut)).iter("{http://www.w3.org/2000/svg}g"))  # noqa: S314
    assert {group.get("data-state") for group in groups} - {None} == states
    assert {group.get("data-arc") for group in groups} - {None} == {
        f"{source}>{target}" for source, target in cut.edges()
    }
    places = [
        tuple(map(float, re.findall(r"[-\d.]+", str(group.get("transform")))))
        for group in groups
        if group.get("data-state")
    ]
    for number, (x, y) in enumerate(places):
        assert all(abs(x - other_x) >= 118 or abs(y - other_y) >= 44 for other_x, other_y in places[number + 1 :])


def test_the_main_way_is_in_the_table() -> None:
    assert {(trigger, source, target) for source, target, trigger in graph().edges(data="trigger")} >= MAIN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database with one run, and the agent that made it."""
    (tmp_path / "mine.py").write_text(
        "from graphagent import Agent\nfrom graphagent.models import ScriptedModel\nagent = Agent(model=ScriptedModel(['Hello.']))\n"
    )
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        Agent(model=ScriptedModel(["Hello."]), storage=storage).run("Hi")
    return tmp_path


def test_a_response_draws_its_run(folder: Path) -> None:
    with SqliteStorage(db_file=folder / "graphagent.db") as storage:
        response = Agent(model=ScriptedModel(["Hello."]), storage=storage).run("Hi")
        assert arcs(response.graph(), taken=True) == way(storage.steps(str(response.run_id)))
        assert response.graph().graph == {"name": "run", "state": "completed", "steps": 3}
    with pytest.raises(RunNotFound, match="made from data"):
        RunResponse.from_dict(response.to_dict()).graph()


@given(histories())
def test_a_run_that_waits_says_on_its_nodes_for_what(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    said = {waits["call"]: state for state, data in drawn.nodes(data=True) for waits in data["waits_for"]}
    run = Run.replay("r", ALL, steps)
    assert said == {call.id: call.gate for call in run.open.values() if run.state in WAITING and call.gate}
    assert not said or run.state in said.values()


def test_the_picture_of_a_run_that_waits_names_the_tool() -> None:
    @tool(requires_confirmation=True)
    def refund(cents: int) -> str:
        """Pay money back."""
        return f"paid {cents}"

    response = Agent(model=ScriptedModel([call("refund", cents=5), "Paid."]), tools=[refund]).run("Refund it.")
    (waits,) = response.graph().nodes["confirm"]["waits_for"]
    assert (waits["call"], waits["tool"]) == (response.tools[0].tool_call_id, "refund")
    assert "for refund</text>" in svg(response.graph())


def test_the_graph_of_an_agent_says_its_gates_policies_and_budgets() -> None:
    @tool(requires_confirmation=True)
    def pay(cents: int) -> str:
        """Pay."""
        return f"paid {cents}"

    @tool(policy="read")
    def look(order: str) -> str:
        """Look an order up."""
        return order

    drawn = Agent(model=ScriptedModel(["Hello."]), tools=[pay, look], retries=2, tool_call_limit=7).graph()
    assert drawn.nodes["tool"]["tools"] == {
        "pay": {"gate": "confirm", "policy": "once"},
        "look": {"gate": None, "policy": "read"},
    }
    assert drawn.graph["limits"] | {"retries": 2, "tool_calls": 7} == drawn.graph["limits"]
    assert "tool" not in Agent(model=ScriptedModel(["Hello."])).graph()


def test_a_notebook_shows_pictures() -> None:
    agent = Agent(model=ScriptedModel(["Hello."]))
    for shown in (agent, agent.run("Hi")):
        bundle = shown._repr_mimebundle_(include=None, exclude=None)
        assert bundle["image/svg+xml"] == svg(shown.graph())
        assert bundle["text/plain"] == repr(shown)
        assert Picture(shown.graph())._repr_mimebundle_(include=None)["image/svg+xml"] == svg(shown.graph())
    assert "image/svg+xml" not in RunResponse()._repr_mimebundle_()


@pytest.mark.parametrize(
    ("language", "beginning"), [("svg", "<svg "), ("mermaid", "stateDiagram-v2"), ("dot", "digraph")]
)
def test_commands_draw_runs_and_agents(folder: Path, language: str, beginning: str) -> None:
    for command in (["show"], ["graph", "mine.py:agent"]):
        done = piped(*command, f"--{language}", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(beginning)
        kept = piped(*command, f"--{language}", "--output", "drawn", cwd=folder)
        assert kept.returncode == 0
        assert (folder / "drawn").read_text() == done.stdout


def test_a_file_without_a_language_is_refused(folder: Path) -> None:
    for command in (["show"], ["graph", "mine.py:agent"]):
        done = piped(*command, "--output", "drawn", cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--mermaid" in done.stderr
        assert not (folder / "drawn").exists()
