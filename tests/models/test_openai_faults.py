"""What goes wrong on the way ends as one typed error that says what to do, and never holds the key."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from pydantic_core import to_json

from graphagent.exceptions import ModelConnectionError, ModelError, ModelReplyError, ModelRequestError
from graphagent.models.base import Request
from graphagent.models.openai import OpenAIChat
from graphagent.testing import Item, LocalProvider, cut, fault, garble, hold, interrupt, reset, say

HELLO = Request(to_json({"role": "user", "content": "Hello."}))
KEY = "sk-secret-7f3a"


def asked(item: Item, ask: Callable[[OpenAIChat, Request], Any], **options: Any) -> Any:
    with LocalProvider([item], api_key=KEY) as provider:
        model = OpenAIChat("local", base_url=provider.base_url, api_key=KEY, **{"max_retries": 0, **options})
        return ask(model, HELLO)


@pytest.mark.parametrize("manner", ["ask", "aask", "stream", "astream"])
@pytest.mark.parametrize(
    ("status", "kind", "transient"),
    [
        (400, ModelRequestError, False),
        (401, ModelRequestError, False),
        (403, ModelRequestError, False),
        (404, ModelRequestError, False),
        (422, ModelRequestError, False),
        (408, ModelRequestError, True),
        (409, ModelRequestError, True),
        (429, ModelRequestError, True),
        (500, ModelError, True),
        (503, ModelError, True),
    ],
)
def test_a_status_says_whose_fault_it_is(
    manners: Any, manner: str, status: int, kind: type[ModelError], transient: bool
) -> None:
    with pytest.raises(kind, match=f"OpenAI local: .*HTTP {status}.*as told") as caught:
        asked(fault(status, message="as told"), manners[manner])
    assert (caught.value.status, caught.value.transient, caught.value.retry_after) == (status, transient, None)


def test_an_account_without_credit_does_not_recover_by_waiting(manners: Any) -> None:
    with pytest.raises(ModelRequestError) as caught:
        asked(fault(429, code="insufficient_quota"), manners["ask"])
    assert not caught.value.transient


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_error_holds_how_long_the_server_asks_to_wait(manners: Any, headers: Any, seconds: float | None) -> None:
    with pytest.raises(ModelError) as caught:
        asked(fault(429, headers=headers), manners["ask"])
    assert caught.value.retry_after == seconds


def test_a_server_may_ask_to_wait_until_a_date(manners: Any) -> None:
    date = formatdate(time.time() + 3600, usegmt=True)
    with pytest.raises(ModelError) as caught:
        asked(fault(429, retry_after=date), manners["ask"])
    assert caught.value.retry_after == pytest.approx(3600, abs=60)


@pytest.mark.parametrize("manner", ["ask", "aask", "stream", "astream"])
def test_the_client_waits_as_long_as_it_is_told_and_asks_again(manners: Any, manner: str) -> None:
    """The clock is the subject: left to itself, the client would wait half a second at most."""
    with LocalProvider([fault(429, retry_after=0.7), "Hello."]) as provider:
        model = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key, max_retries=1)
        started = time.monotonic()
        assert manners[manner](model, HELLO).content == "Hello."
        assert time.monotonic() - started >= 0.7
        assert len(provider.requests) == 2


@pytest.mark.parametrize("manner", ["ask", "aask", "stream", "astream"])
@pytest.mark.parametrize(
    ("item", "kinds"),
    [
        (cut(say("some words to say")), (ModelConnectionError,)),
        (reset(), (ModelConnectionError,)),
        (reset(say("some words to say"), after=1), (ModelConnectionError,)),
        (garble(say("some words to say")), (ModelReplyError,)),
        (interrupt(say("some words to say")), (ModelError,)),
        (fault(200, body="<html>Please log in.</html>"), (ModelReplyError, ModelConnectionError)),
    ],
    ids=["cut", "reset", "reset midway", "garbled", "error midway", "a page"],
)
def test_a_reply_that_breaks_off_is_an_error_that_may_pass(manners: Any, manner: str, item: Item, kinds: Any) -> None:
    with pytest.raises(kinds) as caught:
        asked(item, manners[manner])
    assert caught.value.transient


@pytest.mark.parametrize("manner", ["ask", "aask", "stream", "astream"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_server_that_goes_silent_is_given_up(manners: Any, manner: str, after: int) -> None:
    release = threading.Event()
    too_late = threading.Timer(20, release.set)  # whoever does not give up gets the reply, and the test ends
    too_late.start()
    try:
        with pytest.raises(ModelConnectionError, match=r"in time.*timeout=") as caught:
            asked(hold(say("some words to say"), until=release, after=after), manners[manner], timeout=0.1)
        assert caught.value.transient
    finally:
        too_late.cancel()
        release.set()


def test_a_server_that_is_not_there_is_named() -> None:
    model = OpenAIChat("local", base_url="http://user:password@127.0.0.1:9/v1", api_key=KEY, max_retries=0)
    with pytest.raises(ModelConnectionError, match=r"http://127.0.0.1:9/v1/chat.*base_url=") as caught:
        model.ask(HELLO)
    assert "password" not in str(caught.value)


def test_an_address_that_is_none_is_an_error_of_the_request() -> None:
    with pytest.raises(ModelError, match="base_url"):
        OpenAIChat("local", base_url="nowhere", api_key=KEY, max_retries=0).ask(HELLO)


@pytest.mark.parametrize("manner", ["ask", "aask", "stream", "astream"])
def test_without_a_key_the_first_request_says_what_to_set(manners: Any, manner: str) -> None:
    model = OpenAIChat("local", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelRequestError, match="OPENAI_API_KEY"):
        manners[manner](model, HELLO)


def test_key_and_address_come_from_the_environment(obliging_provider: LocalProvider) -> None:
    assert OpenAIChat("local").ask(HELLO).content == "That is what I found."


@pytest.mark.parametrize("status", [401, 500])
def test_a_server_that_repeats_the_key_does_not_make_us_tell_it(manners: Any, status: int) -> None:
    with pytest.raises(ModelError) as caught:
        asked(fault(status, message=f"Incorrect API key provided: {KEY}"), manners["ask"])
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert "Incorrect API key provided: …" in str(caught.value)


def test_the_key_is_not_shown_by_the_model() -> None:
    model = OpenAIChat("m", api_key=KEY, default_headers={"x": KEY}, extra_query={"k": KEY}, extra_body={"k": KEY})
    assert KEY not in repr(model)
