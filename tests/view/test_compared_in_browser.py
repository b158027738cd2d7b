"""The page that compares two runs in a real browser: what differs stands out by more than a colour, and nothing is fetched."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from browser import CONTRASTS, Browser, needs_chromium
from commands import piped

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage

pytestmark = needs_chromium
HOSTILE = "<img src=x onerror=document.title=1>"
DARK, LIGHT = "rgb(15, 19, 26)", "rgb(255, 255, 255)"
GROUND = "return getComputedStyle(document.body).backgroundColor"


@tool(requires_confirmation=True)
def pay(to: str, cents: int, password: str = "") -> str:
    """Pay somebody."""
    return f"paid {cents} to {to}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def runs(folder: Path) -> tuple[str, str]:
    """Two runs that part where a person decides: one as asked for, its fork with other arguments."""
    asked = call("pay", to=HOSTILE, cents=500, password="hunter2hunter2")
    with SqliteStorage(db_file=folder / "graphagent.db") as storage:
        agent = Agent(name="Payer", model=ScriptedModel([asked, "Paid.", "Paid less."]), tools=[pay], storage=storage)
        response = agent.run("Pay.")
        other = agent.fork_run(str(response.run_id), response.seq)
        for each, arguments in ((response, None), (other, {"to": "ann", "cents": 5})):
            each.tools_requiring_confirmation[0].confirmed = True
            if arguments:
                each.tools_requiring_confirmation[0].tool_args = arguments
            agent.continue_run(run_response=each)
        return str(response.run_id), str(other.run_id)


def opened(browser: Browser, folder: Path, *runs: str) -> None:
    done = piped("diff", *runs, "--html", "--output", "both.html", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    browser.open((folder / "both.html").as_uri())


def cells(browser: Browser, selector: str) -> list[list[str]]:
    found: list[list[str]] = browser.run(
        "return [...document.querySelectorAll(arguments[0])].map((row) => [...row.children].map((cell) => cell.textContent))",
        selector,
    )
    return found


def test_it_says_how_far_two_runs_went_alike_and_what_differs(
    browser: Browser, folder: Path, runs: tuple[str, str]
) -> None:
    opened(browser, folder, *runs)
    assert browser.text(".verdict") == "They went the same way for 2 steps, and parted at step 3."
    sums = {row[0]: row[1:] for row in cells(browser, "[aria-label='What they came to'] tbody tr")}
    assert sums["run"] == ["", *runs]
    assert sums["forked from"] == ["", "—", f"{runs[0]} after step 2"]
    assert sums["steps"][0] == "≠"
    parted = cells(browser, "tr.parted")
    assert parted[0][:3] == ["– | 3", "+only in the second", "(nothing)"]
    assert parted[0][3].startswith("Arguments changed → confirm")
    rows = {row[0]: row[1:] for row in cells(browser, "tr[data-row]")}
    assert (rows["1"][0], rows["2"][0], rows["4 | 5"][0]) == ("=the same", "=the same", "=the same")
    assert rows["5 | 6"][0] == "≠not the same"
    assert "paid 500" in rows["5 | 6"][1]
    assert "paid 5 to ann" in rows["5 | 6"][2]
    assert ["1 pay.cents", "≠", "500", "5"] in cells(
        browser, "[aria-label='What differs in the arguments of calls'] tr"
    )
    assert "hunter2" not in browser.run("return document.documentElement.outerHTML")
    assert browser.run("return document.querySelector('img')") is None


def test_a_run_is_the_same_as_itself(browser: Browser, folder: Path, runs: tuple[str, str]) -> None:
    opened(browser, folder, runs[0], runs[0])
    assert browser.text(".verdict") == "Both went the same way to the end."
    assert browser.all("tr.differs") == []


def test_the_look_can_be_chosen_by_keyboard_and_stays(browser: Browser, folder: Path, runs: tuple[str, str]) -> None:
    browser.look(dark=True)
    opened(browser, folder, *runs)
    seen = [browser.run(GROUND)]
    for _ in range(3):
        browser.run("document.querySelector('.look').focus()")
        browser.press("\ue007")
        seen.append(browser.run(GROUND))
        label = browser.find(".look").get_attribute("aria-label")
        opened(browser, folder, *runs)
        assert browser.find(".look").get_attribute("aria-label") == label
    assert seen == [DARK, LIGHT, DARK, DARK]
    browser.look(dark=False)
    opened(browser, folder, *runs)
    assert browser.run(GROUND) == LIGHT


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_window_and_texts_stand_out(
    browser: Browser, folder: Path, runs: tuple[str, str], width: int
) -> None:
    browser.look(width=width)
    opened(browser, folder, *runs)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run(CONTRASTS) == []
    keep(browser, f"compare-{width}")
    browser.look(width=width, dark=True)
    assert browser.run(CONTRASTS) == []
    keep(browser, f"compare-{width}-dark")
    browser.look()


def keep(browser: Browser, name: str) -> None:
    """For people who want to look."""
    if folder := os.environ.get("GRAPHAGENT_SCREENSHOTS"):
        browser.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def test_where_nothing_can_be_kept_a_look_is_chosen_all_the_same(
    browser: Browser, folder: Path, runs: tuple[str, str]
) -> None:
    """As in a page that a mail program shows, which has no storage."""
    browser.look(dark=False)
    opened(browser, folder, *runs)
    for page in (folder / "both.html").read_bytes(), shown(folder, runs[0]):
        browser.open(f"data:text/html;base64,{base64.b64encode(page).decode()}")
        assert browser.run("try { localStorage; return true } catch { return false }") is False
        browser.run("document.querySelector('.look').focus()")
        browser.press("\ue007", "\ue007")
        assert browser.run(GROUND) == DARK


def shown(folder: Path, run: str) -> bytes:
    """The page of one run."""
    assert piped("show", run, "--html", "--output", "one.html", cwd=folder).returncode == 0
    return (folder / "one.html").read_bytes()
