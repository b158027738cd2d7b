"""What is in the page of a run is what its rows say: both are read apart, the rows by SQL alone, and compared value by value."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from gates import Ledger, asker, begin, gated_stories
from histories import TEXTS, ended, histories
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic_core import to_json
from stories import Story
from worlds import ALL

from graphagent.engine.run import Run, Step
from graphagent.storage.base import Head
from graphagent.storage.sqlite import SqliteStorage
from graphagent.utils.redact import redacted
from graphagent.view.page import page

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
HEAD = (
    "id", "agent_id", "agent_name", "session_id", "user_id", "parent_id", "parent_seq", "state", "seq", "created_at", "updated_at",
)  # fmt: skip
USAGES = st.fixed_dictionaries({"input_tokens": st.integers(0, 10**6), "output_tokens": st.integers(0, 10**6)})
SAYING = ("begin", "repair")  # steps that may bring any number of messages
NAMES = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@st.composite
def heads(draw: st.DrawFn) -> Head:
    """A head that is for anybody, of any agent, and perhaps a fork."""
    parent = draw(st.none() | st.tuples(st.just("the parent"), st.integers(1, 9)))
    return Head(
        id="the run", session_id=draw(NAMES) or "s", agent_id=draw(NAMES) or "a", agent_name=draw(NAMES),
        user_id=draw(NAMES), definition="d", plan=ALL, parent_id=parent and parent[0], parent_seq=parent and parent[1],
    )  # fmt: skip


@st.composite
def spent(draw: st.DrawFn) -> list[Step]:
    """The steps of some run, at any times, in which some replies of the model say what they cost."""
    run, at = Run("the run", ALL), 1_790_000_000_000_000
    for step in draw(histories()):
        usage = draw(st.none() | USAGES) if step.trigger in {"call", "reply"} else None
        at += draw(st.integers(1_000_000_000, 10_000_000_000))  # long enough apart for every deadline
        data = {**(step.data or {}), "usage": usage} if usage else step.data
        run.feed(step.trigger, data, draw(words(step.messages)) if step.trigger in SAYING else step.messages, at=at)
    return run.fresh


@st.composite
def words(draw: st.DrawFn, messages: bytes) -> bytes:
    """A message with other words in it, and perhaps more such messages after it."""
    said = json.loads(messages)
    return b",".join(to_json({**said, "content": each}) for each in draw(st.lists(TEXTS, min_size=1, max_size=3)))


def read(file: Path) -> dict[str, Any]:
    """What the rows of the only run in a file say, without any code of ours."""
    connection = sqlite3.connect(file)
    (head,) = connection.execute(f"SELECT {', '.join(HEAD)} FROM run").fetchall()
    steps = connection.execute('SELECT seq, "trigger", state, at, data, messages FROM step ORDER BY seq').fetchall()
    asked = connection.execute("SELECT call, kind, tool, arguments FROM request WHERE status = 'pending'").fetchall()
    connection.close()
    return {
        "run": dict(zip(HEAD, head, strict=True)),
        "steps": [
            {
                "seq": seq, "trigger": trigger, "state": state, "at": at, "data": None if data is None else json.loads(data),
                "messages": json.loads(f"[{text(messages)}]"),
            }
            for seq, trigger, state, at, data, messages in steps
        ],
        "waiting": {tuple(request) for request in asked},
    }  # fmt: skip


def text(column: str | bytes | None) -> str:
    """A column of text, however the database keeps it."""
    return column.decode() if isinstance(column, bytes) else column or ""


def said(file: Path, run_id: str) -> dict[str, Any]:
    """What the page of a run says, of the things that rows say."""
    with SqliteStorage(None, db_file=file) as storage:
        (found,) = DATA.findall(page(storage, run_id))
    data: dict[str, Any] = json.loads(found)
    names = ("seq", "trigger", "state", "at", "data", "messages")
    return {
        "run": {name: data["run"][name] for name in HEAD},
        "steps": [{name: step[name] for name in names} for step in data["steps"]],
        "waiting": {(each["call"], each["kind"], each["tool"], each["arguments"]) for each in data["waiting"]},
        "shown": data["steps"],
    }


def agree(file: Path, run_id: str) -> None:
    """The page and the rows say the same, and what the page counts is what can be counted in the rows."""
    rows, shown = read(file), said(file, run_id)
    assert exactly(shown["run"]) == exactly(rows["run"])
    assert [exactly(step) for step in shown["steps"]] == [exactly(step) for step in rows["steps"]]
    assert shown["waiting"] == rows["waiting"]
    assert [step["tokens"] for step in shown["shown"]] == [tokens(step["data"] or {}) for step in rows["steps"]]
    assert [step["took"] for step in shown["shown"]] == [pytest.approx(each) for each in seconds(rows["steps"])]


def exactly(value: Any) -> str:
    """A JSON value, told apart to the type of each number."""
    return json.dumps(value, sort_keys=True)


def tokens(data: dict[str, Any]) -> list[int] | None:
    """The tokens of a step: in and out."""
    usage = data.get("usage")
    return [usage["input_tokens"], usage["output_tokens"]] if usage else None


def seconds(steps: list[dict[str, Any]]) -> list[float]:
    """How long each step was in the making: a result since the last start of its call, all others since the step before."""
    took, began, before = [], dict[str, int](), steps[0]["at"]
    for step in steps:
        data, at = step["data"] or {}, step["at"]
        if step["trigger"] in {"call", "approve", "answer"}:  # one that needs no record of its start begins here
            waiting = {call["id"] for said in step["messages"] for call in said.get("tool_calls", ())}
            began |= dict.fromkeys(waiting | {data["call"]} if "call" in data else waiting, at)
        if step["trigger"] == "start":
            began[data["call"]] = at
        took.append((at - (began[data["call"]] if step["trigger"] == "result" else before)) / 1e6)
        before = at
    return took


@given(heads(), spent())
def test_a_page_says_of_any_run_what_its_rows_say(tmp_path_factory: Any, head: Head, steps: list[Step]) -> None:
    """Who ran, every step with its time, its messages with the calls in them, its data, and what it cost."""
    assume(
        all(redacted(step.data) == step.data for step in steps)
    )  # what looks like a secret is left out: see test_page
    file = tmp_path_factory.mktemp("page") / "runs.db"
    run = Run(head.id, ALL)
    for step in steps:
        run.feed(step.trigger, step.data, step.messages, at=step.at)
    with SqliteStorage(db_file=file) as storage:
        storage.save(head, run)
    agree(file, head.id)


@given(gated_stories())
def test_a_page_says_of_a_run_of_an_agent_what_its_rows_say(tmp_path_factory: Any, story: Story) -> None:
    """Tools are called, results and patches of the session's state come back, and some calls wait for people."""
    file = tmp_path_factory.mktemp("page") / "runs.db"
    with SqliteStorage(db_file=file) as storage:
        response = begin(asker(story, Ledger(), storage))
    agree(file, response.run_id or "")


FAULTS = (
    "UPDATE run SET parent_id = 'somebody else'",
    "UPDATE step SET at = at + 1 WHERE seq = 2",
    "UPDATE step SET messages = replace(CAST(messages AS TEXT), 'Done', 'Gone') WHERE seq = 2",
    """UPDATE step SET data = '{"usage":{"input_tokens":1,"output_tokens":1}}' WHERE seq = 2""",
    "UPDATE run SET agent_name = 'another', user_id = 'another'",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_compared_would_show_a_difference(tmp_path: Path, fault: str) -> None:
    """The page of a run before its rows were changed does not agree with them after."""
    with SqliteStorage(db_file=tmp_path / "runs.db") as storage:
        run_id = ended(storage, "s")
    before = said(tmp_path / "runs.db", run_id)
    connection = sqlite3.connect(tmp_path / "runs.db")
    with connection:
        connection.execute(fault)
    connection.close()
    after = read(tmp_path / "runs.db")
    assert exactly([before["run"], before["steps"]]) != exactly([after["run"], after["steps"]])
    agree(tmp_path / "runs.db", run_id)
