"""The figure of a plan for a terminal says what its graph says, in any terminal."""

from __future__ import annotations

import re
from pathlib import Path

from commands import in_terminal, piped
from hypothesis import example, given
from hypothesis import strategies as st

from graphagent.cli.plan import drawn, figure
from graphagent.engine.graph import graph, kind, plan
from graphagent.engine.machine import STATES
from graphagent.view.machine import main_arcs

PLANS = st.builds(
    plan,
    recalls=st.booleans(),
    reasons=st.booleans(),
    tools=st.just(True),
    unrepeatable=st.booleans(),
    gated=st.booleans(),
    remembers=st.booleans(),
) | st.builds(plan, recalls=st.booleans(), reasons=st.booleans(), remembers=st.booleans())


@given(PLANS)
@example(frozenset(STATES))
def test_what_is_read_in_the_figure_are_main_arcs_of_the_plan(states: frozenset[str]) -> None:
    trunk, *below = ["".join(text for text, _ in line) for line in drawn(graph(states), is_told=True)]
    read = set(re.findall(r"(?=\b(\w+) +─(\w+)→ (\w+))", "\n".join([trunk, *below])))
    main = main_arcs(states)
    assert {(trigger, source, target) for source, trigger, target in read} <= main
    shown = set(re.findall(r"\w+", "".join([trunk, *below]))) & set(STATES)
    assert shown == states - {"failed", "cancelled"}
    waiting = {state for state in states if kind(state) == "waiting"}
    assert {source for source, *_ in read} == shown - {"tool", "completed"}
    assert len(below) == (("tool" in states) and 1 + max(1, len(waiting)))
    if below:  # the state of tools stands under the model, and each fork under the one before
        assert below[1].index("tool") == trunk.index("model")
        assert len({re.split("[┬├└]", line)[0].__len__() for line in below[1:]}) == 1


@given(PLANS, st.integers(80, 200))
def test_the_figure_is_no_wider_than_the_terminal(states: frozenset[str], width: int) -> None:
    lines = figure(graph(states), width)
    assert all(sum(len(text) for text, _ in line) <= width for line in lines)
    if width >= 120:
        assert lines == drawn(graph(states), is_told=True)


def test_a_terminal_shows_states_tools_and_budgets(folder: Path) -> None:
    shown = in_terminal("graph", "agents.py:asking", cwd=folder, columns=80)
    assert shown.code == 0
    assert "agent  Asking" in shown.text
    assert "limits  1000 steps, any number of tool calls, 2 repairs of an answer" in shown.text
    assert "ready ─begin→ model ─reply→ respond ─finish→ completed" in shown.text
    assert re.search(r"^refund +approval +once$", shown.text, re.MULTILINE)
    assert "\x1b[33m" in shown.raw  # what waits is yellow
    plain = in_terminal("graph", "agents.py:asking", cwd=folder, columns=80, variables={"NO_COLOR": "1"})
    assert plain.text == shown.text
    assert "\x1b[3" not in plain.raw


def test_a_pipe_of_a_narrow_encoding_has_the_same_in_ascii(folder: Path) -> None:
    wide, narrow = (
        piped("graph", "agents.py:asking", cwd=folder, PYTHONIOENCODING=encoding) for encoding in ("utf-8", "ascii")
    )
    assert (narrow.returncode, narrow.stderr) == (0, "")
    assert narrow.stdout == wide.stdout.translate(str.maketrans("─→↓↑┬├└", "->v^+++"))
    assert narrow.stdout.isascii()
