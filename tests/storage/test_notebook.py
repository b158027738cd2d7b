"""What is remembered about users, in every storage: it is the fold of what was written, and nobody reads another's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from histories import AT, TEXTS, begun, happen
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import SAYS, USER

from graphagent.engine.run import Run
from graphagent.exceptions import StaleRun
from graphagent.storage.base import Head, Storage
from graphagent.storage.notebook import Learnt, Operation, indexed, wanted

anything_goes = settings(suppress_health_check=["function_scoped_fixture"])  # type: ignore[list-item]
ANY_STORAGE = settings(anything_goes, max_examples=25)

USERS = [None, "ava", "bob"]
IDS = ["1", "2", "3"]  # the same for all users: an id says nothing about whose memory it is
SPOKEN = st.lists(st.sampled_from(["ski", "skiing", "Zürich", "paint", "東京", "I"]), min_size=1, max_size=3).map(
    " ".join
)

operations = st.lists(
    st.builds(Operation, st.sampled_from(["add", "replace"]), st.sampled_from(IDS), SPOKEN, st.none() | st.lists(SPOKEN, max_size=1))
    | st.builds(Operation, st.just("delete"), st.sampled_from(IDS)),
    max_size=3,
)  # fmt: skip
by_hand = st.tuples(st.just("write"), st.sampled_from(USERS), operations)
by_a_run = st.tuples(st.just("learn"), st.sampled_from(USERS), operations, st.integers(1, 4))
all_gone = st.tuples(st.sampled_from(["clear", "forget"]), st.sampled_from(USERS))
happenings = st.lists(by_hand | by_a_run | all_gone, max_size=12)


class Model:
    """What should be remembered: a fold, for each user by itself."""

    def __init__(self) -> None:
        self.current: dict[str, tuple[str, list[str] | None]] = {}
        self.ever: set[str] = set()
        self.learnt: set[int] = set()

    def write(self, written: list[Operation]) -> None:
        for kind, id, memory, topics, _ in written:
            if (id in self.ever) if kind == "add" else (id not in self.current):
                continue  # there is, or was, one already; or there is nothing to change
            self.current.pop(id, None)
            if kind != "delete":
                self.ever.add(id)
                self.current[id] = (memory or "", None if topics is None else list(topics))

    def found(self, query: str) -> set[str]:
        def fits(memory: str, topics: list[str] | None) -> bool:
            there = indexed(memory, topics)
            looked_for = wanted(query).items()
            return any(
                word.startswith(wish) if longer else word == wish for wish, longer in looked_for for word in there
            )

        return {id for id, said in self.current.items() if fits(*said)}


@ANY_STORAGE
@given(happened=happenings, query=SPOKEN)
def test_what_is_remembered_is_what_was_written_for_each_user_alone(
    new_place: Callable[[], Any], happened: list[Any], query: str
) -> None:
    """Any interleaving of users: each finds exactly the fold of what was written for that user, in every storage."""
    storage: Storage = new_place().open()
    models = {user: Model() for user in USERS}
    for kind, user, *rest in happened:
        notebook, model = storage.notebook(user), models[user]
        if kind == "write":
            notebook.write(rest[0], AT)
            model.write(rest[0])
        elif kind == "learn":
            step, seq = (f"run of {user}", rest[1]), rest[1]
            before = len(model.ever), dict(model.current)
            notebook.learn(Learnt(*step, AT, "s", rest[0]))
            notebook.learn(Learnt(*step, AT, "s", rest[0]))  # told twice, learnt once
            if seq not in model.learnt:
                model.write(rest[0])
            if (len(model.ever), model.current) != before:
                model.learnt.add(seq)
        else:
            getattr(notebook, kind)(*([AT] if kind == "clear" else []))
            model.current.clear()
            if kind == "forget":
                models[user] = Model()
    for user, model in models.items():
        notebook = storage.notebook(user)
        assert {version.id: (version.memory, version.topics) for version in notebook.memories()} == model.current
        assert [version.id for version in notebook.memories()] == list(model.current)
        assert {version.id for version in notebook.search(query)} == model.found(query)
        assert [version.id for version in notebook.memories(limit=2)] == list(model.current)[-2:]
        assert [version.id for version in notebook.memories(limit=2, first=True)] == list(model.current)[:2]
        for id in IDS:
            history = notebook.history(id)
            assert [version.version for version in history] == list(range(1, len(history) + 1))
            assert bool(history) == (id in model.ever)
            assert sum(version.is_current for version in history) == (id in model.current)


@ANY_STORAGE
@given(text=TEXTS.filter(str.strip), query=TEXTS)
def test_any_text_is_kept_and_any_query_is_harmless(new_place: Callable[[], Any], text: str, query: str) -> None:
    """Quotes, operators of a query language and characters of any script are words or nothing."""
    storage: Storage = new_place().open()
    notebook = storage.notebook("ava")
    notebook.write([Operation("add", "1", text.replace("\0", ""), [text.replace("\0", "")])], AT)
    assert [version.memory for version in notebook.memories()] == [text.replace("\0", "")]
    storage.notebook("bob").write([Operation("add", "1", query.replace("\0", "") or "x")], AT)
    assert {version.id for version in notebook.search(query)} <= {"1"}
    assert all(version.memory == text.replace("\0", "") for version in notebook.search(query))


def test_a_deleted_memory_says_nothing_any_more_and_that_it_was_stays(storage: Storage) -> None:
    notebook = storage.notebook("ava")
    notebook.write([Operation("add", "1", "likes to ski", ["sport"], "I ski")], AT)
    notebook.write([Operation("replace", "1", "likes to paint")], AT + 1)
    notebook.write([Operation("delete", "1")], AT + 2)
    history = notebook.history("1")
    assert [(version.operation, version.at) for version in history] == [
        ("add", AT),
        ("replace", AT + 1),
        ("delete", AT + 2),
    ]
    assert {(version.memory, version.topics, version.input) for version in history} == {(None, None, None)}
    assert notebook.search("ski paint sport") == notebook.memories() == []


@pytest.mark.parametrize("opener", ["sqlite", "postgres"])
def test_no_word_of_a_deleted_memory_stays_in_the_index(opener: str, request: pytest.FixtureRequest) -> None:
    storage = request.getfixturevalue(opener)()
    notebook = storage.notebook("ava")
    notebook.write([Operation("add", "1", "likes to ski"), Operation("add", "2", "has a cat")], AT)
    notebook.write([Operation("replace", "1", "likes to paint"), Operation("delete", "2")], AT)
    indexed_now = storage._database.read("SELECT count(*) FROM memory_words")
    assert indexed_now == [(1,)]
    notebook.forget()
    assert storage._database.read("SELECT count(*) FROM memory_words") == [(0,)]


def test_the_best_match_comes_first(storage: Storage) -> None:
    notebook = storage.notebook("ava")
    said = ["lives near the mountains", "likes to ski in the mountains", "has a cat"]
    notebook.write([Operation("add", str(place), text) for place, text in enumerate(said)], AT)
    assert notebook.search("ski mountains")[0].memory == said[1]
    assert {version.memory for version in notebook.search("MOUNTAIN")} == set(said[:2])
    assert len(notebook.search("mountains", 1)) == 1


# -- as part of a run's steps -------------------------------------------------------------------------------------------


def remembering(id: str, user: str, space: str | None, ids: list[str]) -> tuple[Head, Run]:
    """A run that remembers something with its last step."""
    head, run = begun(id, user_id=user)
    said: dict[str, Any] = {"memories": [["add", each, f"{user} likes {each}"] for each in ids]}
    if space is not None:
        said |= {"memory_space": space, "summary": {"summary": "They talked.", "topics": []}}
    before: list[Any] = [("begin", {}, USER), ("recalled", {"memories": [["1", 1]]}, b""), ("thought", {}, b"")]
    for occurrence in [*before, ("reply", {}, SAYS), ("finish", None, b""), ("remembered", said, b"")]:
        happen(run, occurrence)
    return head, run


def test_a_memory_is_there_exactly_when_its_step_is(place: Any) -> None:
    """A save that is refused writes neither; one that is offered again writes both once."""
    storage: Storage = place.open()
    head, run = remembering("1", "ava", "m", ["a", "b"])
    storage.save(head, run)
    stale, again = remembering("1", "ava", "m", ["c"])
    with pytest.raises(StaleRun):
        storage.save(stale, again)
    storage = place.open()
    notebook = storage.notebook("ava", "m")
    assert [(version.id, version.run_id, version.seq) for version in notebook.memories()] == [
        ("a", "1", 6),
        ("b", "1", 6),
    ]
    assert [summary.summary for summary in notebook.summaries("s")] == ["They talked."]
    assert notebook.summary("1", 6) == notebook.summaries()[0]
    assert storage.notebook("bob", "m").memories() == storage.notebook("ava", "other").memories() == []
    assert storage.undelivered("a") == []


def test_what_is_for_another_database_waits_until_it_is_confirmed(place: Any) -> None:
    storage: Storage = place.open()
    for id, user in (("1", "ava"), ("2", "bob")):
        head, run = remembering(id, user, None, ["a"])
        head.session_id = f"session of {user}"
        storage.save(head, run)
    storage = place.open()
    waiting = storage.undelivered("a")
    assert [(user, note.run_id, note.seq, [each.memory for each in note.operations]) for user, note in waiting] == [
        ("ava", "1", 6, ["ava likes a"]), ("bob", "2", 6, ["bob likes a"]),
    ]  # fmt: skip
    assert storage.undelivered("another agent") == []
    storage.delivered(waiting[0][1])
    assert [user for user, _ in place.open().undelivered("a")] == ["bob"]
    assert storage.notebook("ava").memories() == []


def test_threads_of_many_users_lose_and_mix_nothing(storage: Storage) -> None:
    """Each writes for its user through one storage: all of it is there, once, and with that user."""
    users, each = [f"u{number}" for number in range(8)], 12

    def write(user: str) -> None:
        notebook = storage.notebook(user)
        for number in range(each):
            notebook.write([Operation("add", str(number), f"{user} says {number}")], AT)
            notebook.write([Operation("replace", "0", f"{user} says {number} now")], AT)

    threads = [threading.Thread(target=write, args=(user,)) for user in users for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for user in users:
        notebook = storage.notebook(user)
        assert sorted(int(version.id) for version in notebook.memories()) == list(range(each))
        assert all((version.memory or "").startswith(f"{user} says") for version in notebook.memories())
        assert len(notebook.history("0")) == 1 + 2 * each  # no replacement was lost, nor made of another's
