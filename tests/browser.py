"""A real browser, without a screen: Debian's Chromium, driven by its own driver. Tests that need it skip where it is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None,
    reason="no Chromium: apt-get install chromium chromium-driver, or on other systems chromium and chromedriver on the PATH",
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
LOCAL = ("file:", "data:", "about:", "blob:", "chrome:")

# Texts that do not stand out from what is behind them: less than 4.5 to 1 (WCAG 2.2, AA).
CONTRASTS = """
const light = (colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (!/, 0\\)$|transparent/.test(colour)) return colour;
  }
  return getComputedStyle(document.body).backgroundColor;
};
const found = [];
for (const element of document.querySelectorAll("body *:not(svg *, script, style, option)")) {
  if (![...element.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
  if (element.closest(".future, :disabled, .unseen, .skip, noscript")) continue;
  const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5) found.push(`${element.className || element.tagName}: ${element.textContent.slice(0, 20)}: ${ratio.toFixed(2)}`);
}
return found;
"""


class Browser:
    """What a test does with a browser, and what it saw on the way."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def text(self, selector: str) -> str:
        found: str = self.find(selector).text
        return found

    def until(self, script: str, *arguments: Any, seconds: float = 30) -> Any:
        """What a script returns, once that is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(
            lambda driver: driver.execute_script(script, *arguments), f"never true: {script}"
        )

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def complaints(self) -> list[str]:
        """What the console says of errors since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self) -> list[str]:
        """The addresses that were asked for over a network, since it was last asked."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if not address.startswith(LOCAL)]

    def look(self, *, dark: bool = False, width: int = 1280, height: int = 800) -> None:
        """Look at pages in light or dark, in a window of that size."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@contextmanager
def watched(browser: Browser, *, asks: str | None = None) -> Iterator[Browser]:
    """A browser in which no script fails, and nothing is asked of anybody but of addresses that begin like that."""
    browser.open("about:blank")
    browser.complaints()
    browser.requests()
    yield browser
    assert browser.complaints() == []
    assert [address for address in browser.requests() if asks is None or not address.startswith(asks)] == []


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile in that folder, gone at the end."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        browser = Browser(driver)
        browser.look()
        yield browser
    finally:
        driver.quit()
