"""The page of a run in a real browser: nothing fails, nothing is fetched, and all of it can be had by keyboard alone."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import CONTRASTS, Browser, needs_chromium
from histories import begun, happen, session
from pydantic_core import to_json

from graphagent.engine.machine import STATES, WAITING
from graphagent.storage.memory import MemoryStorage
from graphagent.view.page import page

pytestmark = needs_chromium

CALL = {
    "id": "c",
    "type": "function",
    "function": {"name": "pay", "arguments": '{"cents": 12345678901234567890, "to": "ann"}'},
}
PATCH = [["set", ["cart", "total"], 1.0, []], ["extend", ["cart", "items"], ["pot"]], ["delete", ["old"], ["gone"]]]
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURE = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": PIXEL}}]
LINKED = [{"type": "image_url", "image_url": {"url": "https://example.com/pixel.png"}}]
PAUSED: list[Any] = [
    ("begin", {}, b",".join(to_json({"role": "user", "content": content}) for content in (PICTURE, LINKED))),
    ("recalled", {"runs": []}, b""),
    ("thought", {"more": False}, b""),
    (
        "call",
        {"calls": {"c": {"gate": "confirm"}}},
        to_json({"role": "assistant", "content": "May I?", "tool_calls": [CALL]}),
    ),
]
ENDED: list[Any] = [
    *PAUSED,
    ("revise", {"call": "c", "arguments": '{"cents": 5}', "by": "bea"}, b""),
    ("approve", {"call": "c", "by": "bea", "note": "Less."}, b""),
    ("start", {"call": "c"}, b""),
    ("result", {"call": "c", "state": PATCH, "memories": [["add", "likes tea"]]}, to_json({"role": "tool", "tool_call_id": "c", "content": "[1, 2]"})),
    ("reply", {"usage": {"input_tokens": 7, "output_tokens": 3}}, to_json({"role": "assistant", "content": "Paid."})),
    ("finish", None, b""),
    ("remembered", {}, b""),
]  # fmt: skip
FAILED: list[Any] = [*PAUSED[:3], ("fail", {"error": {"type": "ModelError", "message": "It is down."}}, b"")]


def opened(browser: Browser, folder: Path, happened: list[Any]) -> list[Any]:
    """Write the page of a run to which that happened, and open it. Returns its steps."""
    head, run = begun(agent_name="Payer")
    for occurrence in happened:
        happen(run, occurrence)
    storage = MemoryStorage()
    steps = list(storage.save(head, run))
    file = folder / "run.html"
    file.write_text(page(storage, head.id), "utf-8")
    browser.open(file.as_uri())
    return steps


def key(name: str) -> str:
    from selenium.webdriver.common.keys import Keys

    found: str = getattr(Keys, name)
    return found


def shown(browser: Browser) -> int:
    """The number of the step that is shown, which all parts of the page agree on."""
    number = int(browser.find("#slider").get_attribute("value"))
    assert browser.text("#detail h2 .number") == str(number)
    assert browser.find("#steps [aria-selected=true]").get_attribute("data-seq") == str(number)
    assert browser.text("#place").startswith(f"step {number} of ")
    return number


def test_every_step_is_listed_and_shows_what_it_carried(browser: Browser, tmp_path: Path) -> None:
    steps = opened(browser, tmp_path, ENDED)
    assert [row.get_attribute("data-seq") for row in browser.all("#steps li")] == [str(step.seq) for step in steps]
    for step in steps:
        browser.run("go(arguments[0])", step.seq)
        assert shown(browser) == step.seq
        assert browser.find("#detail time").get_attribute("datetime")
        assert step.trigger in browser.text("#detail .path")
        assert browser.text("#detail .path .badge") == step.state


def test_decisions_results_patches_memories_and_numbers_are_told(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, ENDED)
    told = {}
    for number in range(1, len(ENDED) + 1):
        browser.run("go(arguments[0])", number)
        told[number] = browser.text("#detail")
    assert "12345678901234567890" in told[4]  # to the last digit, which no double holds
    for said in ("bea", "Asked for", "Changed to"):
        assert said in told[5]
    for said in ("bea", "Less."):
        assert said in told[6]
    for said in ("cart.total =", "1.0", "cart.items +=", "delete old", "likes tea"):
        assert said in told[8]
    assert "7 tokens in, 3 out" in told[9]
    assert "Paid." in told[11]


def test_a_picture_in_a_message_is_shown_and_one_elsewhere_is_not_fetched(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, ENDED)
    browser.run("go(1)")
    browser.until("return document.querySelector('#detail img').naturalWidth === 1")
    assert len(browser.all("#detail img")) == 1
    assert "https://example.com/pixel.png" in browser.text("#detail")


def test_the_slider_shows_the_graph_as_it_was_then(browser: Browser, tmp_path: Path) -> None:
    steps = opened(browser, tmp_path, ENDED)
    for number in (1, 4, 8, 2, len(steps)):
        browser.run(
            "const slider = find('#slider'); slider.value = arguments[0]; slider.dispatchEvent(new Event('input'))",
            number,
        )
        states = ["ready", *(step.state for step in steps[:number])]
        assert {node.get_attribute("data-state") for node in browser.all("[data-state].visited")} == set(states)
        assert [node.get_attribute("data-state") for node in browser.all("[data-state].now")] == [states[-1]]
        taken = {arc.get_attribute("data-arc") for arc in browser.all("[data-arc].visited")}
        assert taken == {f"{source}>{target}" for source, target in pairwise(states)}
        counts = {state: f"{states.count(state)}×" if state in states else "" for state in STATES}
        if states[-1] in WAITING:
            counts[states[-1]] = "for"  # what it waits for is told there instead
        assert {state: browser.text(f"[data-state={state}] .count").partition(" ")[0] for state in STATES} == counts


def test_replay_goes_through_all_steps_and_stops(browser: Browser, tmp_path: Path) -> None:
    steps = opened(browser, tmp_path, ENDED)
    browser.find("#play").click()
    browser.until("return find('#slider').value === '2'")
    assert browser.text("#play") == "Stop"
    browser.until(f"return find('#slider').value === '{len(steps)}'")
    browser.until("return find('#play').textContent === 'Replay'")


def test_everything_is_reached_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    """Each part has the focus once on the way through the page, in reading order, and does by key what it does by mouse."""
    opened(browser, tmp_path, ENDED)
    browser.run("go(5)")
    seen: list[str] = []
    for _ in range(60):
        browser.press(key("TAB"))
        focus = browser.run(
            "const it = document.activeElement; return it.id || it.dataset.state || it.className || it.tagName"
        )
        if focus in seen or focus == "BODY":
            break
        seen.append(focus)
    parts = ["skip", "graph", "zoom-in", "zoom-out", "fit", "panel", "steps", "play", "back", "slider", "forward"]
    assert [part for part in seen if part in parts] == parts
    assert set(STATES) <= set(seen)


def test_keys_move_through_the_steps(browser: Browser, tmp_path: Path) -> None:
    steps = opened(browser, tmp_path, ENDED)
    browser.run("find('#steps').focus()")
    for name, number in (
        ("HOME", 1),
        ("ARROW_DOWN", 2),
        ("PAGE_DOWN", 11),
        ("ARROW_UP", 10),
        ("PAGE_UP", 1),
        ("END", len(steps)),
    ):
        browser.press(key(name))
        assert shown(browser) == number, name
    browser.run("find('#slider').focus()")
    browser.press(key("ARROW_LEFT"))
    assert shown(browser) == len(steps) - 1


def test_a_state_leads_to_its_next_visit_by_key_and_by_mouse(browser: Browser, tmp_path: Path) -> None:
    steps = opened(browser, tmp_path, ENDED)
    visits = [step.seq for step in steps if step.state == "tool"]
    browser.run("document.querySelector('[data-state=tool]').focus()")
    for visit in (*visits, visits[0]):
        browser.press(key("ENTER"))
        assert shown(browser) == visit
    browser.find("[data-state=completed] .name").click()
    assert shown(browser) == len(steps)


def test_the_graph_is_moved_zoomed_and_fitted_by_key(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, ENDED)
    place = "return find('#canvas').style.transform"
    fitted = browser.run(place)
    browser.run("find('#graph').focus()")
    for pressed in ("+", "-", key("ARROW_LEFT"), key("ARROW_UP")):
        before = browser.run(place)
        browser.press(pressed)
        assert browser.run(place) != before
    browser.press("0")
    assert browser.run(place) == fitted


def test_what_waits_and_what_failed_stands_above(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, PAUSED)
    assert "Waits for approval" in browser.text("#notices")
    assert "pay(cents=12345678901234567890, to='ann')" in browser.text("#notices")
    opened(browser, tmp_path, FAILED)
    assert browser.text("#notices") == ""  # where it failed is told with the step itself
    assert "ModelError\nIt is down." in browser.text("#detail")
    browser.run("go(1)")
    assert browser.text("#notices").splitlines() == ["Failed: ModelError", "It is down."]


def test_every_part_that_can_have_the_focus_has_a_name(browser: Browser, tmp_path: Path) -> None:
    opened(browser, tmp_path, ENDED)
    nodes = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    focusable = [
        node
        for node in nodes
        if any(each["name"] == "focusable" and each["value"]["value"] for each in node.get("properties", ()))
    ]
    named = [node for node in focusable if node.get("name", {}).get("value")]
    assert len(focusable) > 20
    assert [node["role"]["value"] for node in focusable if node not in named] == []


def test_a_move_in_a_run_of_a_thousand_steps_touches_no_more_than_in_a_short_one(
    browser: Browser, tmp_path: Path
) -> None:
    """So that it stays fluid: what a move costs does not depend on the steps that it does not pass."""
    touched = {}
    for rounds in (8, 498):
        steps = opened(browser, tmp_path, session(rounds))
        touched[len(steps)] = browser.run(
            "go(7); let touched = 0; const observer = new MutationObserver(() => {});"
            " observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });"
            " go(8); touched = observer.takeRecords().length; observer.disconnect(); return touched"
        )
    (short, few), (long, many) = sorted(touched.items())
    assert (short < 30, long >= 1000) == (True, True)
    assert many == few < 200


@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("dark", [False, True])
def test_texts_stand_out_from_what_is_behind_them(browser: Browser, tmp_path: Path, dark: bool, width: int) -> None:
    """At least 4.5 to 1 (WCAG 2.2, AA), light and dark; and nothing is wider than the window."""
    browser.look(dark=dark, width=width)
    opened(browser, tmp_path, ENDED)
    for number in (1, 5, 8, 11):
        browser.run("go(arguments[0])", number)
        assert browser.run(CONTRASTS) == []
        assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.look()


@pytest.mark.skipif(
    "GRAPHAGENT_SCREENSHOTS" not in os.environ, reason="set GRAPHAGENT_SCREENSHOTS to a folder to look at pages"
)
def test_screenshots_for_people_to_look_at(browser: Browser, tmp_path: Path) -> None:
    folder = Path(os.environ["GRAPHAGENT_SCREENSHOTS"])
    for name, happened in {"ended": ENDED, "paused": PAUSED, "failed": FAILED, "long": session(498)}.items():
        for dark in (False, True):
            browser.look(dark=dark)
            opened(browser, tmp_path, happened)
            browser.driver.save_screenshot(str(folder / f"{name}-{'dark' if dark else 'light'}.png"))
    browser.look()
