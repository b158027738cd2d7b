"""How runs are told: any history step by step, any text in any pieces, any length of time."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from worlds import ALL, occurrences

from graphagent.cli.lines import GUTTER, Bare, Flow
from graphagent.cli.show import rows, values
from graphagent.cli.terminal import line
from graphagent.engine.machine import REASONING, RECALL, WAITING
from graphagent.engine.run import Run, Step
from graphagent.storage.base import Head
from graphagent.utils.clock import duration
from graphagent.view.timeline import timeline

# -- timelines --------------------------------------------------------------------------------------------------------


@given(choices=st.lists(st.integers(0, 10_000), min_size=1, max_size=25))
def test_any_history_is_told_step_by_step(choices: list[int]) -> None:
    """A walk through what can happen to a run: each step is told, in order, with what it was."""
    run, steps = Run("r", ALL - {RECALL, REASONING}), list[Step]()
    for choice in choices:
        possible = [known for known in occurrences(run) if choice % 8 == 0 or known[0] not in {"fail", "cancel"}]
        if not possible:
            break
        trigger, data, messages = possible[choice % len(possible)]
        steps.append(run.feed(trigger, data, messages, at=1_000_000_000 * (len(steps) + 1)))
    head = Head(id="r", session_id="s", agent_id="a", plan=run.plan, state=run.state, seq=run.seq)
    told, moments = timeline(head, steps)
    assert [moment.step for moment in moments] == steps
    assert [moment.offset for moment in moments] == [1000.0 * place for place in range(len(steps))]
    assert all(0 <= moment.took <= moment.offset for moment in moments)
    assert told.state == run.state
    shown = json.loads(json.dumps(values(head, told, moments)))
    assert bool(shown["waiting_for"]) == (run.state in WAITING)
    for moment in moments:
        first, *more = rows(moment)
        assert (first[0], first[3]) == (str(moment.step.seq), moment.step.trigger)
        assert len(more) == max(len(moment.carried) - 1, 0)


# -- text in pieces -----------------------------------------------------------------------------------------------------


def flowed(pieces: list[str], width: int, *, bare: bool = False) -> str:
    screen = Console(file=io.StringIO(), width=width, color_system=None)
    flow = Bare(screen, "model") if bare else Flow(screen, "model", "")
    for piece in pieces:
        flow.write(piece)
    flow.end()
    file = screen.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


PARTS = ("a", "word", "日", "日本語", " ", "  ", "\n", "\t")
TEXTS = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


@given(text=TEXTS, cuts=st.lists(st.integers(0, 60)), width=st.integers(30, 50), bare=st.booleans())
def test_how_a_text_is_cut_into_pieces_makes_no_difference(text: str, cuts: list[int], width: int, bare: bool) -> None:
    places = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert flowed(pieces, width, bare=bare) == flowed([text], width, bare=bare)


@given(text=TEXTS, width=st.integers(30, 50))
def test_a_text_keeps_its_words_and_its_lines_fit(text: str, width: int) -> None:
    printed = flowed([text], width)
    assert printed.split() == ["model", *text.split()]
    for shown in printed.splitlines():
        words = shown[GUTTER:].split()
        assert cell_len(shown) <= width or len(words) == 1


@given(text=TEXTS)
def test_bare_text_is_printed_as_it_is_in_whole_lines(text: str) -> None:
    assert flowed([text], 30, bare=True) == (text if text.endswith("\n") else f"{text}\n")


# -- cells and times ----------------------------------------------------------------------------------------------------


@given(text=st.text())
def test_a_cell_is_one_line_without_control_characters(text: str) -> None:
    shown = line(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", shown.plain)
    assert shown.spans == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.00004, "0.0 ms"), (0.0021, "2.1 ms"), (0.0123, "12 ms"), (0.9994, "999 ms"), (1, "1.0 s"), (59.9, "60 s"), (120, "2.0 min"),
     (7200, "2.0 h"), (86400 * 3, "3 d")],
)  # fmt: skip
def test_a_time_is_told_in_a_few_figures(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@given(seconds=st.floats(0, 1e9))
def test_a_time_that_is_told_is_about_right(seconds: float) -> None:
    number, unit = duration(seconds).split()
    size = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}[unit]
    assert float(number) * size == pytest.approx(seconds, rel=0.3, abs=0.00006)
