"""Only the studio's own pages decide anything, whatever else a browser has open, and only who has the token sees anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import piped
from studios import OWN, TOKEN, Studio, key_of


def approval(studio: Studio) -> dict[str, str]:
    """A decision that would be carried out."""
    run = studio.begun("paying")
    (waiting,) = studio.on_record(run)["waiting_for"]
    return {"run": run, "call": waiting["tool_call_id"], "action": "approve"}


def test_the_own_page_decides(studio: Studio) -> None:
    """The same request as below, with nothing wrong in it."""
    said, port = approval(studio), studio.port
    answer = studio.ask(
        "/decide",
        "POST",
        {**said, "by": "ann"},
        **OWN,
        origin=f"http://127.0.0.1:{port}",
        x_graphagent_key=key_of(studio.ask().body),
    )
    assert (answer.status, json.loads(answer.body)["by"]) == (200, "ann")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"x_graphagent_key": "0" * 64},
        {"x_graphagent_key": ""},
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"host": "evil.example"},
        {"host": "evil.example:80"},
        {"host": "127.0.0.1.evil.example"},
        {"host": ""},
    ],
    ids=str,
)
def test_no_other_site_decides(studio: Studio, wrong: dict[str, str]) -> None:
    said = approval(studio)
    headers = {**OWN, "x_graphagent_key": key_of(studio.ask().body), **wrong}
    assert studio.ask("/decide", "POST", said, **headers).status in {400, 403, 415, 421}
    assert studio.on_record(said["run"])["state"] == "confirm"


def test_nothing_is_decided_by_following_a_link(studio: Studio) -> None:
    said = approval(studio)
    assert studio.ask(f"/decide?run={said['run']}&call={said['call']}&action=approve").status == 405
    assert studio.on_record(said["run"])["state"] == "confirm"


@pytest.mark.parametrize("path", ["/", "/inbox", "/sessions", "/runs/x", "/live/x"])
def test_nothing_is_read_under_a_foreign_name_or_by_a_foreign_page(studio: Studio, path: str) -> None:
    """The first is what a name that is made to point here looks like, the second what a script of another page asks for."""
    assert studio.ask(path, host="evil.example").status == 421
    assert studio.ask(path, sec_fetch_site="cross-site", sec_fetch_mode="cors").status == 403
    assert studio.ask(path, sec_fetch_site="same-site", sec_fetch_mode="no-cors").status == 403


def test_no_page_can_be_framed_stored_or_sniffed(studio: Studio) -> None:
    headers = studio.ask().headers
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/", "/inbox", "/sessions", "/runs/x", "/live/x", "/decide", "/nowhere"])
def test_without_the_token_nothing_is_there(locked: Studio, path: str) -> None:
    assert locked.ask(path).status == 401
    assert locked.ask(path, authorization="Bearer 0123456789abcdeg").status == 401
    assert locked.ask(path, cookie=f"graphagent-studio={TOKEN}").status == 401
    assert locked.ask(f"{path}?token=wrong").status == 401
    person = locked.ask(path, accept="text/html")
    assert (person.status, person.headers["location"]) == (303, "/login")


def test_the_token_opens_the_studio_and_does_not_stay_in_the_address(locked: Studio) -> None:
    assert locked.ask(authorization=f"Bearer {TOKEN}").status == 200
    shown = locked.ask(f"/inbox?kind=doubt&token={TOKEN}")
    assert (shown.status, shown.headers["location"]) == (303, f"{locked.address}inbox?kind=doubt")
    cookie = shown.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert TOKEN not in cookie
    assert locked.ask(cookie=cookie.partition(";")[0]).status == 200


def test_the_token_can_be_typed(locked: Studio) -> None:
    assert locked.ask("/login", accept="text/html").status == 200
    assert locked.ask("/login", "POST", "token=wrong").status == 401
    right = locked.ask("/login", "POST", f"token={TOKEN}", origin=f"http://127.0.0.1:{locked.port}")
    assert (right.status, right.headers["location"]) == (303, "/")
    assert locked.ask("/login", "POST", f"token={TOKEN}", origin="http://evil.example").status == 403


def test_the_token_is_not_enough_to_decide_from_another_site(locked: Studio) -> None:
    """A browser that came in sends its cookie along; that alone decides nothing."""
    said = approval(locked)
    cookie = locked.ask(f"/?token={TOKEN}").headers["set-cookie"].partition(";")[0]
    assert locked.ask("/decide", "POST", said, cookie=cookie, content_type="application/json").status == 403
    assert locked.on_record(said["run"])["state"] == "confirm"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - refused
def test_other_addresses_than_loopback_need_a_token(folder: Path, host: str) -> None:
    refused = piped("studio", "--host", host, "--port", "0", cwd=folder)
    assert refused.returncode == 2
    assert "--token" in refused.stderr


def test_a_token_that_could_be_guessed_is_refused(folder: Path) -> None:
    assert piped("studio", "--token", "secret", cwd=folder).returncode == 2


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"run": "nobody"}, 404),
        ({"call": "nothing"}, 404),
        ({"digest": "0" * 64}, 409),
        ({"arguments": "no JSON"}, 422),
        ({"action": "explode"}, 422),
        ({"action": "settle", "verdict": "retry"}, 409),
        ({"more": "than is known"}, 422),
    ],
    ids=str,
)
def test_what_cannot_be_decided_is_refused_in_words(studio: Studio, said: dict[str, Any], status: int) -> None:
    right = approval(studio)
    answer = studio.ask("/decide", "POST", {**right, **said}, **OWN, x_graphagent_key=key_of(studio.ask().body))
    assert (answer.status, bool(json.loads(answer.body)["message"])) == (status, True)
    assert studio.on_record(right["run"])["state"] == "confirm"
