"""What a person decides in a real browser drives a run of another process to its end, by a worker that has its agent."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from browser import Browser, chromium, needs_chromium, watched
from commands import GRAPHAGENT, environment, piped
from studios import TOKEN, Studio

pytestmark = needs_chromium
FORK = """
import sys
from graphagent.storage.sqlite import SqliteStorage
sys.path.insert(0, ".")
from shop import paying
with SqliteStorage(db_file="graphagent.db") as storage:
    print(paying.copy(storage=storage).fork_run(sys.argv[1], 2).run_id)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(shared: Browser) -> Iterator[Browser]:
    """A browser in which no script failed and nothing was asked of anybody but the studio."""
    with watched(shared, asks="http://127.0.0.1:") as browser:
        yield browser


@contextmanager
def worker(studio: Studio, name: str) -> Iterator[None]:
    """Somebody who has the agent and goes on with what is decided."""
    command = [*GRAPHAGENT, "recover", f"shop.py:{name}", "--watch", "0.05", "--db", "graphagent.db"]
    with subprocess.Popen(command, cwd=studio.folder, env=environment(), stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def ended(browser: Browser) -> None:
    """Wait until the page, which was not loaded again, shows the end of the run."""
    browser.until("return document.querySelector('#head .badge').textContent === 'completed'")


def fill(browser: Browser, selector: str, text: str) -> None:
    field = browser.find(selector)
    field.clear()
    field.send_keys(text)


def steps(found: dict[str, Any], *triggers: str) -> list[dict[str, Any]]:
    return [step["data"] for step in found["timeline"] if step["trigger"] in triggers]


def test_a_page_takes_a_run_through_all_its_decisions_to_its_end(browser: Browser, studio: Studio) -> None:
    run = studio.begun()
    browser.open(f"{studio.address}runs/{run}")
    assert [card.text for card in browser.all("form .tool")] == ["refund", "ship", "shell"]
    with worker(studio, "agent"):
        fill(browser, "#who", "ann")
        fill(browser, "form [name=note]", "go ahead")
        browser.find("form button[value=approve]").click()
        browser.until("return document.querySelectorAll('form').length === 2")
        fill(browser, "[data-field=address]", "12 Leaf Lane\nKyoto")
        fill(browser, "[data-field=parcels]", '["pot", 2]')
        browser.find("[data-field=express] [value=true]").click()
        browser.find("form button[value=answer]").click()
        browser.until("return document.querySelectorAll('form').length === 1")
        fill(browser, "[name=result]", "a.txt")
        browser.find("form button[value=deliver]").click()
        ended(browser)
    found = studio.on_record(run)
    assert [decided["by"] for decided in steps(found, "approve", "answer", "deliver")] == ["ann"] * 3
    assert steps(found, "approve")[0]["note"] == "go ahead"
    said = found["timeline"][-2]["messages"][0]["content"]
    assert said == "refunded 300; shipped 7 to 12 Leaf Lane\nKyoto, True, ['pot', 2]; a.txt"
    assert [row.get_attribute("data-seq") for row in browser.all("#steps li")] == [
        str(step["seq"]) for step in found["timeline"]
    ]


def test_edited_arguments_are_what_is_called_and_secrets_that_were_not_shown_stay(
    browser: Browser, studio: Studio
) -> None:
    run = studio.begun("paying")
    browser.open(f"{studio.address}inbox")
    form = f'form[data-identity*="{run}"]'
    assert "hunter2" not in browser.run("return document.documentElement.outerHTML")
    browser.find(f"{form} summary").click()
    area = browser.find(f"{form} textarea")
    arguments = json.loads(area.get_attribute("value"))
    assert arguments == {"order": "7", "cents": 300, "password": "[redacted]"}
    fill(browser, f"{form} textarea", json.dumps({**arguments, "cents": 250}))
    browser.find(f"{form} button[value=approve]").click()
    browser.until("return document.querySelector('.notice.done') !== null")
    with worker(studio, "paying"):
        browser.open(f"{studio.address}runs/{run}")
        ended(browser)
    assert (studio.folder / "refunds.txt").read_text().splitlines()[-1] == "7 250 hunter2hunter2"


def test_a_rejection_tells_the_model_why(browser: Browser, studio: Studio) -> None:
    run = studio.begun("paying")
    browser.open(f"{studio.address}runs/{run}")
    fill(browser, "[name=note]", "Too dear.")
    with worker(studio, "paying"):
        browser.find("form button[value=reject]").click()
        ended(browser)
    assert studio.on_record(run)["timeline"][-2]["messages"][0]["content"] == "Too dear."


@pytest.mark.parametrize(("verdict", "said"), [("result", "It went through."), ("failure", "The card was refused.")])
def test_a_doubt_is_settled(browser: Browser, studio: Studio, verdict: str, said: str) -> None:
    (studio.folder / "died").unlink(missing_ok=True)
    assert piped("run", "shop.py:charging", "hello", "--db", "graphagent.db", cwd=studio.folder).returncode == 9
    run = json.loads(piped("runs", "--limit", "1", "--json", cwd=studio.folder).stdout)[0]["run_id"]
    with worker(studio, "charging"):
        browser.open(f"{studio.address}runs/{run}")
        browser.until("return document.querySelector('form') !== null")  # the worker found that nobody knows
        retry = browser.find("[value=retry]")
        assert not retry.is_enabled()  # the first attempt may still be under way
        browser.find(f"[value={verdict}]").click()
        fill(browser, "[name=result]", said)
        browser.find("form button[value=settle]").click()
        ended(browser)
    assert studio.on_record(run)["timeline"][-2]["messages"][0]["content"] == said


def test_who_comes_second_is_told_so_and_changes_nothing(browser: Browser, studio: Studio) -> None:
    run = studio.begun("paying")
    browser.open(f"{studio.address}inbox")
    form = f'form[data-identity*="{run}"]'
    browser.run(
        "window.fetch = new Proxy(fetch, { apply: (to, self, given) => to.apply(self, given) }); look = () => {};"
    )
    assert piped("reject", run, "--by", "bob", cwd=studio.folder).returncode == 0
    browser.find(f"{form} button[value=approve]").click()
    browser.until(
        "return document.querySelector(arguments[0] + ' .problem').textContent.includes('decided before')", form
    )
    assert [decided["by"] for decided in steps(studio.on_record(run), "approve", "reject")] == ["bob"]
    assert any("409" in complaint for complaint in browser.complaints())


def test_everything_is_decided_by_keyboard_alone(browser: Browser, studio: Studio) -> None:
    """From the top of the page: Tab until the button has the focus, and Enter."""
    from selenium.webdriver.common.keys import Keys

    run = studio.begun("paying")
    browser.open(f"{studio.address}runs/{run}")
    for _ in range(60):
        browser.press(Keys.TAB)
        if browser.run("return document.activeElement.value === 'approve'"):
            break
    with worker(studio, "paying"):
        browser.press(Keys.ENTER)
        ended(browser)
    assert steps(studio.on_record(run), "approve") != []


def test_what_a_run_carries_is_never_run(browser: Browser, studio: Studio) -> None:
    run = studio.begun("hostile", "<script>alert(3)</script>")
    for path in (f"runs/{run}", "inbox", "", "sessions"):
        browser.open(studio.address + path)
        assert browser.run("return document.querySelectorAll('main img, main b:not([class])').length >= 0")
        assert browser.run("return document.querySelector('img[src=x], script[src]')") is None
    browser.open(f"{studio.address}runs/{run}")
    assert browser.text("#head h1") == "</script><b>Bold</b>"


def test_a_run_is_followed_while_another_process_executes_it(browser: Browser, studio: Studio) -> None:
    run = studio.begun("paying")
    browser.open(f"{studio.address}runs/{run}")
    assert browser.text("#place") == "step 2 of 2"
    assert piped("approve", run, cwd=studio.folder).returncode == 0
    browser.until("return document.querySelector('#place').textContent === 'step 3 of 3'")
    browser.until("return document.querySelector('form') === null")
    assert piped("resume", "shop.py:paying", run, "--db", "graphagent.db", cwd=studio.folder).returncode == 0
    ended(browser)


def test_the_token_is_asked_for_and_lets_in(browser: Browser, locked: Studio) -> None:
    browser.open(f"{locked.address}inbox")
    assert browser.run("return location.pathname") == "/login"
    fill(browser, "#token", "wrong-wrong-wrong")
    browser.find("button").click()
    browser.until("return !document.querySelector('#wrong').hidden")
    browser.complaints()  # the browser notes the refusal
    fill(browser, "#token", TOKEN)
    browser.find("button").click()
    browser.until("return document.querySelector('table') !== null")
    browser.driver.delete_all_cookies()


def test_lists_narrow_and_lead_to_runs(browser: Browser, studio: Studio) -> None:
    run = studio.begun("outside")
    browser.open(f"{studio.address}?state=waiting&agent=Outside")
    assert [link.text for link in browser.all("tbody th")] == [f"{run[:13]}…"]
    browser.find("tbody th a").click()
    assert browser.text("#head h1") == "Outside"
    browser.open(f"{studio.address}?agent=nobody")
    assert browser.text("#rows") == "No run fits."
    browser.open(f"{studio.address}sessions")
    assert browser.all("tbody tr")


def test_no_decision_is_left_on_the_way(browser: Browser, studio: Studio) -> None:
    """A studio that is gone says so in the form, which stays as it was."""
    run = studio.begun("outside")
    browser.open(f"{studio.address}runs/{run}")
    fill(browser, "[name=result]", "here")
    browser.run("STUDIO.root = 'http://127.0.0.1:9/'")
    browser.find("form button[value=deliver]").click()
    browser.until("return document.querySelector('form .problem').textContent.includes('does not answer')")
    assert browser.find("[name=result]").get_attribute("value") == "here"
    browser.complaints()


def test_a_fork_leads_to_its_parent_and_to_what_differs(browser: Browser, studio: Studio) -> None:
    run = studio.begun("paying")
    command = [sys.executable, "-c", FORK, run]
    told = subprocess.run(command, cwd=studio.folder, env=environment(), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    fork = told.stdout.strip()
    browser.open(f"{studio.address}runs/{fork}")
    assert f"forked from {run} after step 2" in browser.text("#head .ids")
    browser.find("#head .ids a[href*=compare]").click()
    assert browser.text(".verdict") == "Both went the same way to the end."
    fill(browser, "[name=second]", run)
    browser.find("form button[type=submit]").click()
    browser.until("return document.querySelector('.verdict') !== null")
    browser.find(f"td a[href$='runs/{run}']").click()
    assert "forked" not in browser.text("#head .ids")


def test_a_fork_is_known_by_its_parent_in_the_list_and_by_the_steps_it_has_of_it(
    browser: Browser, studio: Studio
) -> None:
    run = studio.begun("paying")
    command = [sys.executable, "-c", FORK, run]
    told = subprocess.run(command, cwd=studio.folder, env=environment(), capture_output=True, text=True, check=False)
    fork = told.stdout.strip()
    assert piped("reject", fork, cwd=studio.folder).returncode == 0
    browser.open(studio.address)
    row = browser.find(f"tbody th:has(.origin[title*='{run}'])")
    assert row.find_element("css selector", "code").get_attribute("title") == fork
    assert row.text.endswith("after step 2")
    browser.find(f".origin[title*='{run}'] a").click()
    assert browser.run("return location.pathname") == f"/runs/{run}"
    assert not browser.all("#steps .copied")
    browser.open(f"{studio.address}runs/{fork}")
    assert [row.get_attribute("class").split() for row in browser.all("#steps .copied")] == [
        ["copied"],
        ["copied", "forked"],
    ]
    assert len(browser.all("#steps li")) == 3
    browser.run("go(1)")
    assert "as in the run it was forked from" in browser.text("#detail .facts")
    browser.run(
        "[...document.querySelectorAll('#head a')].find((each) => each.textContent === 'compare with…').click()"
    )
    browser.until("return document.querySelector('[name=first]') !== null")
    assert browser.find("[name=first]").get_attribute("value") == fork
    assert browser.find("[name=second]").get_attribute("value") == ""


def test_no_page_is_wider_than_a_small_window(browser: Browser, studio: Studio) -> None:
    run = studio.begun("paying")
    browser.look(width=400)
    for path in ("", "sessions", "inbox", f"runs/{run}", f"compare?first={run}&second={run}"):
        browser.open(studio.address + path)
        assert browser.run("return document.documentElement.scrollWidth") <= 400, path
    browser.look()
