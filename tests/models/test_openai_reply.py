"""Every reply, however it comes: the same in all four manners, and fit to be sent back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from graphagent.exceptions import ModelConnectionError, ModelError, ModelReplyError
from graphagent.models.base import Reply, Request
from graphagent.models.openai import OpenAIChat
from graphagent.models.openai.events import Payloads
from graphagent.models.openai.reply import GrowingReply
from graphagent.testing import Answer, Call, LocalProvider

texts = st.text(st.characters(codec="utf-8"), max_size=40)
calls = st.builds(
    Call,
    name=st.sampled_from(["add", "find_all", "multi_tool_use.parallel", "größe", "x" * 80, ""]),
    arguments=st.one_of(st.just("{}"), texts, st.dictionaries(texts, texts, max_size=3).map(json.dumps)),
    id=st.sampled_from(["call_1", "call_2", "call_0", "x" * 60, "a b"]),
)
answers = st.builds(
    Answer,
    content=st.none() | texts,
    calls=st.lists(calls, max_size=4).map(tuple),
    refusal=st.none() | texts,
    reasoning=st.none() | texts,
    finish=st.sampled_from([None, "stop", "length", "content_filter", "tool_calls"]),
    usage=st.just({"prompt_tokens": 7, "completion_tokens": 3, "completion_tokens_details": {"reasoning_tokens": 2}}),
)
GREETING = to_json({"role": "user", "content": "Hello."})


class Scene:
    """A provider that gives the answer held here to every request, and a model that asks it."""

    def __init__(self, provider: LocalProvider) -> None:
        self.provider = provider
        self.model = OpenAIChat("local", base_url=provider.base_url, api_key=provider.api_key, max_retries=0)
        self.answer: Any = "Hello."


@pytest.fixture(scope="module")
def scene(check_request: Any) -> Iterator[Scene]:
    holder: list[Scene] = []
    with LocalProvider(lambda body: holder[0].answer, check=check_request) as provider:
        holder.append(Scene(provider))
        yield holder[0]


@given(answer=answers)
def test_a_reply_is_the_same_whole_or_streamed_blocking_or_not(scene: Scene, manners: Any, answer: Answer) -> None:
    scene.answer = answer
    replies = [ask(scene.model, Request(GREETING)) for ask in manners.values()]
    assert replies[1:] == replies[:1] * 3
    reply = replies[0]
    assert reply.content == (answer.content or (None if answer.calls or answer.refusal else ""))
    assert [call.arguments for call in reply.calls] == [call.arguments for call in answer.calls]
    assert (reply.refusal, reply.reasoning) == (answer.refusal or None, answer.reasoning or None)
    assert reply.finish == (answer.finish or ("tool_calls" if answer.calls else "stop"))
    assert reply.usage == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10, "reasoning_tokens": 2}
    assert reply.model == "local"


@given(answer=answers)
def test_the_service_takes_every_reply_back(scene: Scene, answer: Answer) -> None:
    """The message goes back as it is, its calls answered; the provider refuses what the service would refuse."""
    scene.answer = answer
    reply = scene.model.ask(Request(GREETING))
    assert len({call.id for call in reply.calls}) == len(reply.calls)
    results = [to_json({"role": "tool", "tool_call_id": call.id, "content": "done"}) for call in reply.calls]
    scene.model.ask(Request(b",".join([GREETING, reply.message, *results, GREETING])))
    assert scene.provider.refused == []
    message = from_json(reply.message)
    assert message["content"] == (answer.content or answer.refusal or (None if answer.calls else ""))
    assert [(c["id"], c["function"]) for c in message.get("tool_calls", [])] == [
        (call.id, {"name": call.name, "arguments": call.arguments}) for call in reply.calls
    ]


@given(payloads=st.lists(st.dictionaries(texts, texts).map(to_json)), data=st.data())
def test_events_are_found_wherever_the_stream_is_cut(payloads: list[bytes], data: st.DataObject) -> None:
    newline = data.draw(st.sampled_from([b"\n", b"\r\n"]))
    stream = b": comment" + newline * 2
    for payload in payloads:
        stream += data.draw(st.sampled_from([b"", b"event: message" + newline, b"id: 7" + newline]))
        stream += data.draw(st.sampled_from([b"data: ", b"data:"])) + payload + newline * 2
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    found = Payloads()
    assert [payload for piece in pieces for payload in found.feed(piece)] == payloads


SAID = {
    "content": "Hello.",
    "refusal": None,
    "reasoning_content": "Hm.",
    "audio": {"id": "audio_1", "data": "AA==", "transcript": "Hello."},
    "annotations": [{"type": "url_citation"}],
    "tool_calls": [{"index": 0, "id": "call_1", "function": {"name": "add", "arguments": "{}"}}],
}
CHOICE = {"index": 0, "message": SAID, "delta": SAID, "finish_reason": "stop", "logprobs": {"content": [{}]}}
BODY = {
    "choices": [CHOICE],
    "usage": {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 1}},
    "model": "local",
    "error": None,
}


ANYTHING: tuple[Any, ...] = (None, True, 7, -1, 1.5, "", "text", [], [None], [[]], [{}], {}, {"a": 1})


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each place in this value."""
    yield at
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths(value[key], (*at, key))


def replaced(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    copy: Any = value.copy()
    copy[at[0]] = replaced(value[at[0]], at[1:], new)
    return copy


@pytest.mark.parametrize("at", list(paths(BODY)), ids=lambda at: ".".join(map(str, at)) or "body")
def test_whatever_a_server_puts_somewhere_makes_a_reply_or_a_model_error(check_request: Any, at: Any) -> None:
    for body in (replaced(BODY, at, thing) for thing in ANYTHING):
        arrives_well_or_as_an_error(check_request, to_json(body))


@given(body=st.binary())
def test_what_is_no_reply_at_all_is_a_model_error(check_request: Any, body: bytes) -> None:
    arrives_well_or_as_an_error(check_request, body)


def arrives_well_or_as_an_error(check_request: Any, body: bytes) -> None:
    for arrive in (whole, streamed):
        with suppress(ModelError):
            reply = arrive(GrowingReply(), body)[-1]
            assert check_request({"model": "local", "messages": [from_json(reply.message)]}) == []


def whole(growing: GrowingReply, body: bytes) -> list[Any]:
    return [growing.whole(body)]


def streamed(growing: GrowingReply, *chunks: bytes) -> list[Any]:
    return [*(delta for chunk in chunks for delta in growing.feed(b"data: %b\n\n" % chunk)), growing.reply()]


def deltas(*said: dict[str, Any], finish: str = "stop") -> Reply:
    """The reply of a stream with these deltas."""
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in said]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    reply: Reply = streamed(GrowingReply(), *map(to_json, chunks))[-1]
    return reply


def test_missing_and_repeated_call_ids_become_ids_of_their_own() -> None:
    parts = [{"function": {"name": "add"}}, {"id": "", "function": {"name": "add"}}]
    parts += [{"id": "a", "function": {"name": "add"}}, {"id": "a", "function": {"name": "add"}}]
    body = {"choices": [{"message": {"tool_calls": parts}}]}
    reply = GrowingReply().whole(to_json(body))
    assert [call.id for call in reply.calls] == ["call_0", "call_1", "a", "a_3"]
    assert reply == GrowingReply().whole(to_json(body)), "made ids are the same each time"


def test_calls_are_told_apart_by_id_where_a_server_does_not_count() -> None:
    first = {"id": "a", "function": {"name": "add", "arguments": '{"x":'}}
    rest, second = {"function": {"arguments": "1}"}}, {"index": 0, "id": "b", "function": {"name": "sub"}}
    reply = deltas({"tool_calls": [first]}, {"tool_calls": [rest]}, {"tool_calls": [{**first, "index": 0}, second]})
    assert [(call.name, call.arguments) for call in reply.calls] == [("add", '{"x":1}'), ("add", '{"x":'), ("sub", "")]


def test_arguments_sent_as_an_object_become_their_text() -> None:
    part = {"id": "a", "function": {"name": "add", "arguments": {"x": 1}}}
    assert deltas({"tool_calls": [part]}).calls[0].arguments == '{"x":1}'


def test_audio_is_joined_and_only_its_id_goes_back() -> None:
    """Chunks of base64 that are padded each for itself cannot simply be put behind each other."""
    reply = deltas(
        {"audio": {"id": "audio_1", "transcript": "Hel"}},
        {"audio": {"data": "SGVsbG8=", "transcript": "lo."}},
        {"audio": {"data": "IHlvdS4=", "expires_at": 9}},
    )
    assert reply.audio == {"id": "audio_1", "transcript": "Hello.", "data": "SGVsbG8geW91Lg==", "expires_at": 9}
    assert from_json(reply.message) == {"role": "assistant", "content": None, "audio": {"id": "audio_1"}}


def test_citations_and_logprobs_are_kept() -> None:
    citation = {"type": "url_citation", "url_citation": {"url": "https://example.org"}}
    choice = {"message": {"content": "x", "annotations": [citation]}, "logprobs": {"content": [{"token": "x"}]}}
    reply = GrowingReply().whole(to_json({"choices": [choice]}))
    assert (reply.citations, reply.logprobs) == ([citation], [{"token": "x"}])


def test_of_several_choices_the_first_is_the_reply() -> None:
    growing = GrowingReply()
    chunks = [{"choices": [{"index": i, "delta": {"content": word}}]} for i, word in [(1, "No"), (0, "Yes"), (1, ".")]]
    chunks += [{"choices": [{"index": i, "delta": {}, "finish_reason": f"{i}"}]} for i in (0, 1)]
    reply = streamed(growing, *map(to_json, chunks))[-1]
    assert (reply.content, reply.finish) == ("Yes", "0")


@pytest.mark.parametrize(
    ("error", "kind", "transient"),
    [
        ({"message": "overloaded", "type": "server_error"}, ModelReplyError, True),
        ({"message": "too long", "type": "invalid_request_error"}, ModelReplyError, False),
        ({"message": "busy", "code": 503}, ModelError, True),
        ({"message": "slow down", "code": 429}, ModelError, True),
        ({"message": "paid out", "code": 402}, ModelError, False),
        ("plain words", ModelReplyError, True),
    ],
)
def test_an_error_in_place_of_the_rest_is_raised_as_what_it_is(
    error: Any, kind: type[ModelError], transient: bool
) -> None:
    growing = GrowingReply()
    assert list(growing.feed(b'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n'))
    with pytest.raises(kind) as caught:
        list(growing.feed(b"data: %b\n\n" % to_json({"error": error})))
    assert caught.value.transient is transient
    assert (error if isinstance(error, str) else error["message"]) in str(caught.value)


def test_a_stream_that_ends_before_the_reply_does_is_an_error() -> None:
    growing = GrowingReply()
    assert list(growing.feed(b'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n'))
    with pytest.raises(ModelConnectionError, match="before the reply was complete"):
        growing.reply()


def test_a_stream_without_its_last_line_is_complete_once_it_has_a_finish_reason() -> None:
    assert deltas({"content": "Hello."}).content == "Hello."
