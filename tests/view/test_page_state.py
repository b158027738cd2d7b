"""What stood at each step of a run, in its page: the state of its session and the calls that were open, as the library knows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, needs_chromium, watched
from histories import begun, happen, histories
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json
from worlds import ALL, USER

from graphagent.engine.patch import apply, diff, same
from graphagent.engine.run import Run, Step
from graphagent.storage.base import Head
from graphagent.storage.memory import MemoryStorage
from graphagent.view.data import run_data
from graphagent.view.page import page

KEYS = st.sampled_from(["a", "b", "__proto__", "constructor"])
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.integers(2**60, 2**70) | st.sampled_from([0.0, 1.0])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
STATES = st.dictionaries(KEYS, VALUES, max_size=3)
FLAT = st.dictionaries(KEYS, SCALARS, max_size=4)
AND_BACK = "return JSON.stringify(({})(...JSON.parse(arguments[0], exactly)))"


def calling(name: str, state: list[Any] | None = None, **data: Any) -> list[Any]:
    """A call and its result, which changes the state of the session."""
    call = {"id": name, "type": "function", "function": {"name": name, "arguments": "{}"}}
    asks = to_json({"role": "assistant", "content": None, "tool_calls": [call]})
    answer = to_json({"role": "tool", "tool_call_id": name, "content": "done"})
    patch = {"state": state} if state else {}
    if "gate" not in data:
        return [("call", {"calls": {name: {}}}, asks), ("result", {"call": name, **patch}, answer)]
    decided: list[Any] = [
        ("approve", {"call": name}, b""),
        ("start", {"call": name}, b""),
        ("result", {"call": name, **patch}, answer),
    ]
    return [("call", {"calls": {name: data}}, asks), *decided]


PATCH = [["set", ["total"], 3, [2]], ["extend", ["items"], ["pot"]], ["delete", ["old"], ["gone"]]]
EARLIER: list[Any] = [("begin", {"state": [["set", ["total"], 2, []], ["set", ["old"], "gone", []]]}, USER)]
HAPPENED: list[Any] = [
    ("begin", {"state": [["set", ["name"], "Ann", []]]}, USER),
    ("recalled", {"runs": []}, b""),
    ("thought", {"more": False}, b""),
    *calling("look"),
    *calling("pay", PATCH, gate="confirm"),
]


@given(histories())
def test_each_step_says_which_calls_were_open_after_it(steps: list[Step]) -> None:
    shown = run_data(Head(id="r", session_id="s", agent_id="a", plan=ALL), steps)["steps"]
    for number, step in enumerate(shown, 1):
        run = Run.replay("r", ALL, steps[:number])
        assert step["open"] == {call.id: call.gate or call.status for call in run.open.values()}
        if run.is_waiting:
            assert {id for id, how in step["open"].items() if how not in {"planned", "started"}} == {
                call.id for call in run.waiting()
            }


def recorded(storage: MemoryStorage, happened: list[Any]) -> str:
    """The id of a run to which that happened."""
    head, run = begun()
    for occurrence in happened:
        happen(run, occurrence)
    storage.save(head, run)
    return head.id


@pytest.fixture(scope="module")
def opened(shared: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The page of a run that changed the state of its session, open in a browser in which no script failed."""
    storage = MemoryStorage()
    _, id = (recorded(storage, happened) for happened in (EARLIER, HAPPENED))
    file = tmp_path_factory.mktemp("page") / "run.html"
    file.write_text(page(storage, id), "utf-8")
    with watched(shared) as browser:
        browser.open(file.as_uri())
        yield browser


def asked(browser: Browser, function: str, *given: Any) -> Any:
    """What a function of the page returns for JSON values."""
    return json.loads(browser.run(AND_BACK.replace("{}", function, 1), json.dumps(given)))


@needs_chromium
@settings(max_examples=60)
@given(st.lists(st.tuples(STATES, STATES, STATES), max_size=8))
def test_the_page_applies_patches_as_the_library_does(opened: Browser, cases: list[Any]) -> None:
    """Also to a state that they were not made for."""
    given = [[state, patch] for one, other, third in cases for patch in [diff(one, other)] for state in (one, third)]
    found = asked(opened, "(...all) => all.map(([state, patch]) => patch.reduce(applied, state))", *given)
    for (state, patch), after in zip(given, found, strict=True):
        assert same(after, apply(state, patch)), (state, patch)


def as_steps(states: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps that lead from each of these states to the next."""
    return [{"data": {"state": diff(*pair)}} for pair in pairwise(states)]


@needs_chromium
@settings(max_examples=60)
@given(st.lists(STATES, min_size=1, max_size=5))
def test_the_state_at_each_step_of_a_session_that_began_empty_is_what_it_was(
    opened: Browser, states: list[Any]
) -> None:
    states = [{}, *states]
    found = asked(opened, "(steps) => statesOf(steps)", as_steps(states))
    assert found is None if all(not state for state in states) else all(map(same, found, states[1:]))


@needs_chromium
@settings(max_examples=60)
@given(st.lists(FLAT, min_size=2, max_size=5))
def test_what_a_run_replaced_is_known_of_the_steps_before(opened: Browser, states: list[Any]) -> None:
    """Of every value that some step set or deleted, at each step, also where earlier runs had written it."""
    steps = as_steps(states)
    touched = {path[0] for step in steps for _, path, *_ in step["data"]["state"]}
    found = asked(opened, "(steps) => statesOf(steps)", steps) or [{}] * len(steps)
    for state, then in zip(found, states[1:], strict=True):
        assert same(state, {key: value for key, value in then.items() if key in touched})


@needs_chromium
def test_a_step_shows_the_state_and_the_open_calls_as_they_were(opened: Browser) -> None:
    told = {}
    for number in (3, 6, 7, 9):
        opened.run("go(arguments[0])", number)
        opened.run("for (const each of document.querySelectorAll('#detail details.state')) each.open = true")
        told[number] = [
            opened.text(selector) for selector in ("#detail .state", "#detail .calls") if opened.all(selector)
        ]
    assert told[3][0].splitlines()[:7] == [
        "Session state after this step not changed here",
        "name",
        "Ann",
        "old",
        "gone",
        "total",
        "2",
    ]
    assert told[6][1] == "Calls open after this step\npay\nwaits for approval"
    assert told[7][1] == "Calls open after this step\npay\nto be made"
    after = told[9][0].splitlines()
    assert after[0] == "Session state after this step 3 entries changed"
    assert {"total ● changed", "items ● changed", "old ● gone"} <= set(after)
    assert after[after.index("total ● changed") + 1] == "3"
    assert len(told[9]) == 1  # no call is open


@needs_chromium
def test_the_graph_says_what_a_run_waits_for_at_a_step(opened: Browser) -> None:
    node = "[data-state=confirm]"
    opened.run("go(6)")
    assert opened.text(f"{node} .count") == "for pay"
    assert opened.find(node).get_attribute("aria-label") == "confirm: visited 1×, the run is here and waits for pay"
    opened.run("go(9)")
    assert opened.text(f"{node} .count").startswith("1×")


@needs_chromium
def test_the_state_is_opened_by_keyboard(opened: Browser, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    opened.run("go(3); find('#panel').focus()")
    opened.press(Keys.TAB, Keys.ENTER)
    opened.until("return find('#detail details.state').open")
