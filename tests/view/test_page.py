"""The page of a run says what its rows say, all of it and nothing else, and whatever a run carries stays text there."""

from __future__ import annotations

import json
import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from gates import Ledger, asker, begin, decide, gated_stories, go_on, waiting
from histories import TEXTS, begun, happen, histories, session
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json
from stories import Story

from graphagent.engine.run import Step
from graphagent.exceptions import RunNotFound
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage
from graphagent.view.hide import fitted, hidden, size, texts
from graphagent.view.page import page

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


class Elements(HTMLParser):
    """The elements of a document, in order, without those of its picture."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "svg"
        if not self.inside:
            self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "svg"


def data_of(html: str) -> dict[str, Any]:
    """What the scripts of a page find in it."""
    (found,) = DATA.findall(html)
    data: dict[str, Any] = json.loads(found)
    return data


def recorded(steps: list[Step]) -> tuple[MemoryStorage, str]:
    """A storage with a run of these steps."""
    storage = MemoryStorage()
    head, run = begun()
    for step in steps:
        run.feed(step.trigger, step.data, step.messages, at=step.at)
    storage.save(head, run)
    return storage, head.id


@given(histories())
def test_a_page_has_each_step_once_in_order_with_its_time(steps: list[Step]) -> None:
    storage, id = recorded(steps)
    shown = data_of(page(storage, id))["steps"]
    assert [(each["seq"], each["trigger"], each["state"], each["at"]) for each in shown] == [step[:4] for step in steps]
    assert [len(each["messages"]) for each in shown] == [len(json.loads(b"[%b]" % step.messages)) for step in steps]


@given(gated_stories(), st.data())
def test_a_page_says_what_the_tables_say_of_steps_and_decisions(tmp_path_factory: Any, story: Story, data: Any) -> None:
    """Read from the file by SQL, without any code of ours."""
    file = tmp_path_factory.mktemp("page") / "runs.db"
    with SqliteStorage(db_file=file) as storage:
        agent = asker(story, Ledger(), storage)
        response = begin(agent)
        while response.is_paused and data.draw(st.booleans()):
            for tool in waiting(response)[: data.draw(st.integers(1, 3))]:
                decide(tool)
            response = go_on(agent, response=response)
        found = data_of(page(storage, response.run_id or ""))
    with sqlite3.connect(file) as rows:
        steps = rows.execute("SELECT seq, trigger, state, at FROM step ORDER BY seq").fetchall()
        asked = rows.execute(
            "SELECT call, status, decided_by, note, decided_at FROM request ORDER BY number"
        ).fetchall()
        head = rows.execute("SELECT id, state, seq, created_at, updated_at FROM run").fetchone()
    rows.close()
    assert [(each["seq"], each["trigger"], each["state"], each["at"]) for each in found["steps"]] == steps
    assert tuple(found["run"][name] for name in ("id", "state", "seq", "created_at", "updated_at")) == head
    assert [call["call"] for call in found["waiting"]] == [call for call, status, *_ in asked if status == "pending"]
    words = {"approve": "approved", "reject": "rejected", "answer": "answered", "deliver": "delivered"}
    decided = {
        each["data"]["call"]: (words[each["trigger"]], each["data"].get("by"), each["data"].get("note"), each["at"])
        for each in found["steps"]
        if each["trigger"] in words
    }
    assert decided == {call: tuple(rest) for call, *rest in asked if rest[0] != "pending"}


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!-- \u2028 &lt; ]]>"


def test_whatever_a_run_carries_stays_text() -> None:
    head, run = begun("<i>run</i>", agent_name=HOSTILE, session_id=HOSTILE, user_id=HOSTILE)
    calls = [
        {"id": HOSTILE, "type": "function", "function": {"name": HOSTILE, "arguments": json.dumps({HOSTILE: HOSTILE})}}
    ]
    happened: list[Any] = [
        ("begin", {"extra": {HOSTILE: HOSTILE}}, to_json({"role": "user", "content": HOSTILE})),
        ("recalled", {"runs": []}, b""), ("thought", {"more": False}, b""),
        ("call", {"calls": {HOSTILE: {"gate": "confirm"}}}, to_json({"role": "assistant", "content": HOSTILE, "tool_calls": calls})),
    ]  # fmt: skip
    for occurrence in happened:
        happen(run, occurrence)
    storage, plain = MemoryStorage(), MemoryStorage()
    storage.save(head, run)
    other, quiet = begun()
    for occurrence in session(1)[:3]:
        happen(quiet, occurrence)
    plain.save(other, quiet)
    html = page(storage, head.id)
    assert Elements(html).names == Elements(page(plain, other.id)).names
    assert data_of(html)["steps"][3]["messages"][0]["content"] == HOSTILE


def test_no_secret_is_in_a_page() -> None:
    head, run = begun()
    secret = "hunter2hunter2"
    arguments = json.dumps({"password": secret, "nested": {"api_key": secret}, "text": f"Bearer {secret}"})
    call = {"id": "c", "type": "function", "function": {"name": "log_in", "arguments": arguments}}
    happened: list[Any] = [
        ("begin", {"state": {"token": secret}}, to_json({"role": "user", "content": f"the password: {secret}"})),
        ("recalled", {"runs": []}, b""), ("thought", {"more": False}, b""),
        ("call", {"calls": {"c": {"gate": "confirm"}}}, to_json({"role": "assistant", "content": None, "tool_calls": [call]})),
        ("approve", {"call": "c", "note": f"secret={secret}"}, b""), ("start", {"call": "c"}, b""),
        ("result", {"call": "c"}, to_json({"role": "tool", "tool_call_id": "c", "content": json.dumps([{"cookie": secret}])})),
        ("fail", {"error": {"type": "E", "message": f"https://user:{secret}@host refused"}}, b""),
    ]  # fmt: skip
    storage = MemoryStorage()
    for place, occurrence in enumerate(happened):
        happen(run, occurrence)
        storage.save(head, run)
        assert secret not in page(storage, head.id), place


def test_arguments_without_secrets_are_still_json() -> None:
    assert json.loads(hidden('{"password": "x", "count": 3}')) == {"password": "[redacted]", "count": 3}
    assert hidden('{"count":  3}') == '{"count":  3}'  # to the letter, where there is nothing to hide


@pytest.mark.parametrize("words", [10, 5_000])
def test_the_page_of_a_run_of_a_thousand_steps_is_under_two_megabytes(words: int) -> None:
    """Whatever its texts are: of the longest, only the beginnings are there, and that is said."""
    head, run = begun()
    for trigger, told, messages in session(498):
        happen(run, (trigger, told, messages.replace(b"Here.", b"word " * words)))
    storage = MemoryStorage()
    storage.save(head, run)
    html = page(storage, head.id)
    assert run.seq >= 1000
    assert len(html.encode()) < 2_000_000
    assert ("more characters, not in this page" in html) is (words > 10)


@given(
    st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)),
    st.integers(0, 200),
)
def test_texts_are_cut_only_where_they_must_be_and_the_longest_first(value: Any, budget: int) -> None:
    before, after = list(texts(value)), list(texts(fitted(value, budget)))
    if sum(map(size, before)) <= budget:
        assert after == before
        return
    kept = [text.partition("… [and ")[0] if text != old else text for text, old in zip(after, before, strict=True)]
    assert sum(map(size, kept)) <= budget
    assert all(old.startswith(text) for text, old in zip(kept, before, strict=True))
    whole = [size(old) for old, new in zip(before, after, strict=True) if old == new]
    assert not whole or max(whole) <= min(size(old) for old, new in zip(before, after, strict=True) if old != new)


def test_a_run_that_is_not_there_is_told_apart(tmp_path: Path) -> None:
    with SqliteStorage(db_file=tmp_path / "runs.db") as storage, pytest.raises(RunNotFound):
        page(storage, "nobody")
