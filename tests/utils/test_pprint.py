"""Printing a run: everything is read, everything is shown, and nothing of it can act on the terminal."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from graphagent.run import RunEvent, RunResponse, RunResponseEvent, RunStatus, ToolExecution
from graphagent.run.metrics import ToolCallMetrics
from graphagent.tools.user_input import UserInputField
from graphagent.utils import pprint
from graphagent.utils.clean import clean
from graphagent.utils.pprint import aprint_run, print_run, split

CONTENT = RunEvent.run_response_content


def plain(source: Any, *, encoding: Any = "utf-8", **look: Any) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    print_run(source, console=Console(file=file), **look)
    return raw.getvalue().decode(encoding)


def terminal(source: Any, *, width: Any = 1_500, **look: Any) -> str:
    """What a terminal without colours, wide enough for everything, is sent."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system=None, width=width, height=500, _environ={})
    print_run(source, console=console, **look)
    return file.getvalue()


def call(id: str, name: str = "look", **fields: Any) -> ToolExecution:
    fields.setdefault("status", "completed")
    return ToolExecution(id, name, fields.pop("args", {}), **fields)


def told(*pieces: str) -> Iterator[RunResponseEvent]:
    return iter([RunResponseEvent(CONTENT, content=piece) for piece in pieces])


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
hostile = st.text(st.sampled_from("ab[]/\\'\"<&*_`#|\x1b\x07\x08\r\x00\x7f\x9b\u202e\n") | st.characters(), max_size=20)
calls = st.builds(
    ToolExecution,
    hostile,
    hostile,
    st.dictionaries(hostile, hostile, max_size=2),
    status=st.sampled_from(["planned", "started", "completed", "failed", "rejected", "cancelled"]),
    result=st.none() | hostile,
    metrics=st.none() | st.builds(ToolCallMetrics, st.none() | st.floats(0, 100)),
    requires_confirmation=st.booleans(),
    requires_user_input=st.booleans(),
    user_input_schema=st.none()
    | st.lists(st.builds(UserInputField, hostile, st.just(str), hostile, hostile), max_size=2),
    external_execution_required=st.booleans(),
    in_doubt=st.booleans(),
)
steps = st.dictionaries(st.sampled_from(["title", "action", "result", "confidence"]), hostile)
events = st.builds(
    RunResponseEvent,
    st.sampled_from(RunEvent),
    content=st.none() | hostile | steps,
    reasoning_content=st.none() | hostile,
    tool=calls,
    tools=st.lists(calls, max_size=2),
    error=st.none() | hostile,
    reason=st.none() | hostile,
    citations=st.none() | st.lists(st.dictionaries(st.sampled_from(["title", "url", "else"]), hostile), max_size=2),
).filter(lambda event: event.event != "ReasoningStep" or isinstance(event.content, dict))
responses = st.builds(
    RunResponse,
    status=st.sampled_from(RunStatus),
    content=st.none() | hostile | steps,
    reasoning_content=st.none() | hostile,
    error=st.none() | hostile,
    tools=st.lists(calls, max_size=3),
)
looks = st.fixed_dictionaries(
    {
        name: st.booleans()
        for name in (
            "markdown",
            "show_message",
            "show_reasoning",
            "show_full_reasoning",
            "show_tool_calls",
            "show_time",
        )
    }
)


# -- everything is read -----------------------------------------------------------------------------------------------


@given(st.lists(events, max_size=6), looks, st.sampled_from([plain, terminal]))
def test_a_stream_is_read_to_its_end_whatever_it_tells(stream: list[RunResponseEvent], look: Any, show: Any) -> None:
    source = iter(stream)
    show(source, message="Hi", **look)
    assert next(source, None) is None


@given(st.lists(events, max_size=4))
def test_an_asynchronous_stream_is_printed_like_any_other(stream: list[RunResponseEvent]) -> None:
    async def told_later() -> AsyncIterator[RunResponseEvent]:
        for event in stream:
            yield event

    async def later() -> AsyncIterator[RunResponseEvent]:
        return told_later()

    for source in (told_later, told_later(), later, later(), stream):
        file = io.StringIO()
        asyncio.run(aprint_run(source, console=Console(file=file), show_time=False))  # type: ignore[arg-type]  # all kinds
        assert file.getvalue() == plain(stream, show_time=False)


@pytest.mark.parametrize(
    "end", [RunEvent.run_paused, RunEvent.run_completed, RunEvent.run_error, RunEvent.run_cancelled]
)
@pytest.mark.parametrize("show", [plain, terminal])
def test_what_follows_an_end_is_still_read_and_shown(show: Any, end: RunEvent) -> None:
    assert "and then" in show([RunResponseEvent(end, content="x"), *told("and then")])


def test_what_went_wrong_in_the_stream_is_raised_after_what_was_told() -> None:
    def broken() -> Iterator[RunResponseEvent]:
        yield from told("Half an ans")
        raise ConnectionError("cut")

    file = io.StringIO()
    for console in (Console(file=file), Console(file=file, force_terminal=True)):
        with pytest.raises(ConnectionError, match="cut"):
            print_run(broken(), console=console)
        assert "Half an ans" in file.getvalue()
    assert file.getvalue().endswith("\x1b[?25h")  # the cursor is back


# -- everything is shown ----------------------------------------------------------------------------------------------


@given(st.lists(hostile.filter(bool), min_size=1, max_size=5))
def test_plain_text_is_passed_on_as_it_comes(pieces: list[str]) -> None:
    shown = plain(told(*pieces), show_time=False)
    assert shown.removesuffix("\n") == "".join(map(clean, pieces)).removesuffix("\n")


@given(st.lists(words, min_size=1, max_size=5), st.booleans())
def test_every_word_is_shown_in_panels(pieces: list[str], as_response: bool) -> None:
    text = "\n".join(f"{piece} [red]" for piece in pieces)
    shown = terminal(RunResponse(content=text) if as_response else told(text))
    assert all(f"{piece} [red]" in shown for piece in pieces)


@pytest.mark.parametrize("show", [plain, terminal])
def test_the_answer_of_a_completed_event_is_shown_where_it_was_not_streamed_and_only_there(show: Any) -> None:
    end = RunResponseEvent(RunEvent.run_completed, content="Rain tomorrow.")
    assert show(lambda: [end]).count("Rain tomorrow.") == 1
    file = plain([*told("Rain ", "tomorrow."), end])
    assert file.count("Rain tomorrow.") == 1


@pytest.mark.parametrize("show", [plain, terminal])
def test_markup_html_and_addresses_are_kept(show: Any) -> None:
    shown = show(RunResponse(content="[bold]a[/bold] <b>c</b> [docs](https://example.org/x)"), markdown=True)
    assert "[bold]a[/bold] <b>c</b>" in shown
    assert "https://example.org/x" in shown


@given(st.dictionaries(words, words | st.lists(words)))
def test_an_object_is_shown_whole_as_json(content: dict[str, Any]) -> None:
    assert json.loads(plain(RunResponse(content=content))) == content
    assert (
        json.loads("".join(line.strip("│") for line in terminal(RunResponse(content=content)).splitlines()[1:-1]))
        == content
    )


@pytest.mark.parametrize("show", [plain, terminal])
def test_tool_calls_are_shown_with_time_and_outcome(show: Any) -> None:
    tools = [
        call("1", "look", args={"at": "sky"}, metrics=ToolCallMetrics(1.234)),
        call("2", "touch", status="failed", result="too hot"),
        call("3", "pay", status="rejected", result="no [red] money"),
    ]
    shown = show(RunResponse(tools=tools))
    assert "look(at='sky')" in shown
    assert "1.2 s" in shown
    assert "failed: too hot" in shown
    assert "rejected: no [red] money" in shown
    assert "look" not in show(RunResponse(tools=tools), show_tool_calls=False)


@pytest.mark.parametrize("show", [plain, terminal])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_pause_shows_each_waiting_call_whole_and_what_is_asked(show: Any, streamed: bool) -> None:
    form = [UserInputField("to", str, "The address."), UserInputField("copies", int, None, 2)]
    tools = [
        call("0", "done"),
        call("1", "refund", args={"why": "x" * 1000}, status="planned", requires_confirmation=True),
        call("2", "send", status="planned", requires_user_input=True, user_input_schema=form),
        call("3", "shell", args={"command": "ls"}, status="planned", external_execution_required=True),
        call("4", "charge", status="started", in_doubt=True),
    ]
    event = RunResponseEvent(RunEvent.run_paused, tools=tools)
    shown = show([event]) if streamed else show(RunResponse(status=RunStatus.paused, tools=tools))
    assert "Run Paused" in shown
    assert f"refund(why='{'x' * 1000}')" in shown
    assert "to (str): The address." in shown
    assert "copies (int) = 2" in shown
    assert "shell(command='ls')" in shown
    for asked in ("set confirmed", "Fill in", "set result", "set verdict"):
        assert shown.count(asked) == 1
    assert shown.count("charge()") == 1


@pytest.mark.parametrize("show", [plain, terminal])
def test_reasoning_is_shown_as_far_as_is_asked(show: Any) -> None:
    step = {"title": "Look up", "action": "search", "reasoning": "nobody knows", "confidence": 0.5}
    source = [
        RunResponseEvent(RunEvent.reasoning_step, content=step),
        RunResponseEvent(CONTENT, reasoning_content="hmm"),
    ]
    assert "Look up" not in show(source, show_reasoning=False)
    assert "hmm" not in show(source, show_reasoning=False)
    assert all(text in show(source) for text in ("Look up", "Action: search", "hmm"))
    assert "nobody knows" not in show(source)
    assert "nobody knows" in show(source, show_full_reasoning=True)


@pytest.mark.parametrize("show", [plain, terminal])
@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ([RunResponseEvent(RunEvent.run_error, error="wrong key")], ("Error", "wrong key")),
        ([RunResponseEvent(RunEvent.run_cancelled, reason="stop it")], ("Cancelled", "stop it")),
        (RunResponse(status=RunStatus.error, error="wrong key"), ("Error", "wrong key")),
        (RunResponse(status=RunStatus.cancelled, error="stop it"), ("Cancelled", "stop it")),
    ],
)
def test_a_run_that_did_not_complete_says_so(show: Any, source: Any, texts: tuple[str, str]) -> None:
    assert all(text in show(source) for text in texts)


@pytest.mark.parametrize("message", ["Hi [red]", ["Hi [red]"], {"role": "user", "content": "Hi [red]"}])
@pytest.mark.parametrize("show", [plain, terminal])
def test_the_message_is_shown_where_there_is_one(show: Any, message: Any) -> None:
    assert "Hi [red]" in show(told("x"), message=message)
    assert "Hi [red]" not in show(told("x"), message=message, show_message=False)
    assert "Message" not in show(told("x"))


def test_only_what_goes_on_is_timed() -> None:
    assert "Took" in plain(lambda: RunResponse(content="x"))
    assert "Took" in plain(told("x"))
    assert "Took" not in plain(RunResponse(content="x"))
    assert "Took" not in plain(told("x"), show_time=False)


STORY = [
    *told("Let me ", "look."),
    RunResponseEvent(RunEvent.tool_call_started, tool=call("1", status="started")),
    RunResponseEvent(RunEvent.tool_call_completed, tool=call("1", metrics=ToolCallMetrics(0.012))),
    RunResponseEvent(RunEvent.tool_call_completed, tool=call("2", "dig", status="failed", result="rock")),
    *told("Nothing ", "there."),
    RunResponseEvent(RunEvent.run_completed, content="Nothing there."),
]

STORY_IN_TEXT = """\
Message
Anybody?

Response
Let me look.

Tool Calls
look() (12 ms)
dig() (failed: rock)

Response
Nothing there.
"""

STORY_IN_PANELS = """\
╭─ Message ──────────────────╮
│ Anybody?                   │
╰────────────────────────────╯
╭─ Tool Calls ───────────────╮
│ look()  12 ms              │
│ dig()  failed: rock        │
╰────────────────────────────╯
╭─ Response ─────────────────╮
│ Let me look.               │
│                            │
│ Nothing there.             │
╰────────────────────────────╯
"""


def test_a_whole_story_in_text() -> None:
    assert plain(STORY, message="Anybody?", show_time=False) == STORY_IN_TEXT
    assert plain(STORY, show_time=False) == STORY_IN_TEXT.removeprefix("Message\nAnybody?\n\nResponse\n")


@pytest.mark.parametrize("markdown", [False, True])
def test_a_whole_story_in_panels(markdown: bool) -> None:
    shown = terminal(STORY, width=30, message="Anybody?", markdown=markdown, show_time=False)
    assert shown.endswith(STORY_IN_PANELS + "\x1b[?25h")


# -- nothing acts on the terminal -------------------------------------------------------------------------------------


def controls(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) == "Cc"} - {"\n"}


@given(st.lists(events, max_size=4) | responses, hostile, looks)
def test_plain_output_has_no_control_characters_but_line_ends_and_tabs(source: Any, message: str, look: Any) -> None:
    assert controls(plain(source, message=message, **look)) <= {"\t"}


@given(responses, hostile, looks)
def test_panels_have_no_control_characters_of_their_contents(source: Any, message: str, look: Any) -> None:
    assert controls(terminal(source, message=message, **look)) == set()


@given(st.lists(events, max_size=4) | responses, st.sampled_from(["ascii", "latin-1", "cp1252"]))
def test_output_that_cannot_hold_every_character_still_gets_the_rest(source: Any, encoding: str) -> None:
    plain(source, encoding=encoding, message="Grüße ☺")


@given(hostile)
def test_what_a_person_is_to_approve_cannot_disguise_itself(text: str) -> None:
    tool = call("1", "pay", args={"to": text}, status="planned", requires_confirmation=True)
    shown = plain(RunResponse(status=RunStatus.paused, tools=[tool]))
    line = next(line for line in shown.splitlines() if line.startswith("pay("))
    assert line == f"pay(to={text!r})"
    assert line.isprintable()


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "xterm", "PYTHONIOENCODING": "ascii"}])
def test_a_terminal_that_cannot_draw_gets_plain_text(environment: dict[str, str]) -> None:
    assert in_terminal("pprint_run_response(RunResponse(content='Hi'))", environment) == "Hi\r\n"


def test_in_a_real_terminal_there_are_panels_and_the_cursor_comes_back() -> None:
    shown = in_terminal("pprint_run_response(iter([RunResponseEvent('RunResponseContent', content='Hi')]))", {})
    assert "Response" in shown
    assert "│" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def in_terminal(statement: str, environment: dict[str, str]) -> str:
    """What a script sends to a terminal (a pseudo one, but a real device to Python)."""
    script = f"from graphagent.run import *; from graphagent.utils.pprint import *; {statement}"
    variables = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, env=variables
    ) as it:
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            sent += piece
    os.close(ours)
    assert it.returncode == 0, sent.decode()
    return sent.decode()


# -- what it takes ----------------------------------------------------------------------------------------------------


def test_printing_by_the_module_as_the_guide_does(capsys: pytest.CaptureFixture[str]) -> None:
    pprint.pprint_run_response(RunResponse(content="Hi"), markdown=True, show_time=True)
    asyncio.run(pprint.apprint_run_response(RunResponse(content="Ho")))
    assert capsys.readouterr().out == "Hi\nHo\n"


@pytest.mark.parametrize("wrong", [None, 1, object()])
def test_what_is_no_run_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="RunResponse"):
        plain(wrong)


def test_an_asynchronous_stream_is_refused_where_nobody_can_wait_for_it() -> None:
    async def later() -> AsyncIterator[RunResponseEvent]:
        for event in told("x"):
            yield event

    with pytest.raises(TypeError, match="apprint_run_response"):
        plain(later())


def test_a_misspelt_look_is_refused() -> None:
    with pytest.raises(TypeError, match="markdwn"):
        plain(RunResponse(), markdwn=True)


@given(
    st.dictionaries(st.sampled_from(["console", "markdown", "show_time", "user_id", "session_id", "stream"]), st.none())
)
def test_options_are_parted_and_none_is_lost(options: dict[str, Any]) -> None:
    said, shown = split(options)
    assert said | shown == options
    assert set(shown) == set(options) & {"console", "markdown", "show_time"}
    assert said.keys().isdisjoint(shown)
