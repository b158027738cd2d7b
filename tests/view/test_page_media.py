"""Pictures, sounds and files that a run carries: shown in its page, or named with their size, and never fetched."""

from __future__ import annotations

import base64
import io
import json
import re
import wave
from pathlib import Path
from typing import Any

from browser import Browser, needs_chromium, watched
from histories import begun, happen
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from graphagent.storage.memory import MemoryStorage
from graphagent.view.hide import fitted, hidden
from graphagent.view.media import LARGEST, without_large
from graphagent.view.page import page

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
KINDS = st.sampled_from(["image/png", "audio/wav", "video/mp4", "application/pdf", "text/html", "image/svg+xml"])


def url(kind: str, held: bytes) -> str:
    """A medium as a data URL."""
    return f"data:{kind};base64,{base64.b64encode(held).decode()}"


def silence() -> str:
    """A tenth of a second of nothing, as base64."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(1600))
        return base64.b64encode(file.getvalue()).decode()


def image(of: str) -> dict[str, Any]:
    """A part of a message that is a picture."""
    return {"type": "image_url", "image_url": {"url": of}}


PDF = {"filename": "report.pdf", "file_data": url("application/pdf", b"%PDF" * 100)}
PARTS: list[dict[str, Any]] = [
    {"type": "text", "text": "Look, and listen:"},
    image(f"data:image/png;base64,{PIXEL}"),
    {"type": "input_audio", "input_audio": {"data": silence(), "format": "wav"}},
    image(url("image/png", bytes(LARGEST))),
    image("https://example.com/elsewhere.png"),
    {"type": "file", "file": PDF},
]


def written(content: list[dict[str, Any]], result: str = "[1]") -> str:
    """The page of a run that began with a message and called a tool, with that result."""
    head, run = begun()
    call = {"id": "c", "type": "function", "function": {"name": "draw", "arguments": "{}"}}
    happened: list[Any] = [
        ("begin", {}, to_json({"role": "user", "content": content})),
        ("recalled", {"runs": []}, b""),
        ("thought", {"more": False}, b""),
        ("call", {"calls": {"c": {}}}, to_json({"role": "assistant", "content": None, "tool_calls": [call]})),
        ("result", {"call": "c"}, to_json({"role": "tool", "tool_call_id": "c", "content": result})),
    ]
    for occurrence in happened:
        happen(run, occurrence)
    storage = MemoryStorage()
    storage.save(head, run)
    return page(storage, head.id)


@given(KINDS, st.binary(max_size=200), st.integers(0, LARGEST))
def test_a_page_holds_what_can_be_seen_or_heard_and_is_not_large_and_names_the_rest(
    kind: str, held: bytes, more: int
) -> None:
    medium = url(kind, held + bytes(more))
    shown = without_large(f"before {medium} after")
    if kind.partition("/")[0] in {"image", "audio", "video"} and len(medium) <= LARGEST:
        assert shown == f"before {medium} after"
    else:
        assert shown == f"before [{kind} of {len(held) + more:,} bytes, not in this page] after"


@given(KINDS, st.binary(min_size=250, max_size=400))
def test_media_are_never_shown_in_part(kind: str, held: bytes) -> None:
    """As a data URL or bare: half of one is none. Nor is anything in one taken for a secret."""
    for medium in (url(kind, held), base64.b64encode(held).decode()):
        assert hidden(medium) == medium
        (shown,) = fitted([medium], 100)
        assert re.fullmatch(rf"\[.* of {len(held)} bytes, not in this page\]", shown)


def test_a_secret_beside_a_picture_is_left_out() -> None:
    assert "hunter22" not in hidden(f"data:image/png;base64,{PIXEL} password=hunter22")


def test_large_pictures_leave_a_page_small() -> None:
    html = written(
        [image(url("image/png", bytes(290_000))) for _ in range(20)], json.dumps([url("image/png", bytes(10**6))] * 3)
    )
    assert len(html) < 2_000_000


@needs_chromium
def test_a_browser_shows_pictures_plays_sounds_and_fetches_nothing(shared: Browser, tmp_path: Path) -> None:
    (tmp_path / "run.html").write_text(
        written(PARTS, json.dumps({"drawn": url("image/png", base64.b64decode(PIXEL))})), "utf-8"
    )
    with watched(shared) as browser:
        browser.open((tmp_path / "run.html").as_uri())
        browser.run("go(1)")
        browser.until("return document.querySelector('#detail img').naturalWidth === 1")
        browser.until("return Math.abs(document.querySelector('#detail audio').duration - 0.1) < 0.01")
        assert len(browser.all("#detail img")) == 1
        told = browser.text("#detail")
        assert f"[image/png of {LARGEST:,} bytes, not in this page]" in told
        assert "https://example.com/elsewhere.png" in told
        assert "File: report.pdf [application/pdf of 400 bytes, not in this page]" in told
        browser.run("go(5)")
        browser.until("return document.querySelector('#detail dd img').naturalWidth === 1")
