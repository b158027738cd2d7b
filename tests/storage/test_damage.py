"""One row that cannot be read back hides no other: lists tell of it, and whoever asks for it is told what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest
from histories import begun, happen
from worlds import USER, asks

from graphagent.engine.machine import ACTING, STATES
from graphagent.exceptions import DamagedData
from graphagent.storage.base import DAMAGED, Storage
from graphagent.storage.postgres import PostgresStorage
from graphagent.storage.sqlite import SqliteStorage

TEXTS = ("space", "session_id", "user_id", "agent_id", "agent_name", "parent_id", "state", "owner")
NUMBERS = ("parent_seq", "seq", "epoch", "lease_until", "created_at", "updated_at")

# By what is done to the row of a run, what is said to whoever asks for it.
HEADS = {
    **{f"UPDATE run SET {name} = x'ff' WHERE id = '2'": f"column {name}" for name in (*TEXTS, *NUMBERS)},
    **{f"UPDATE run SET {name} = CAST(x'ff' AS TEXT) WHERE id = '2'": f"column {name}" for name in TEXTS},
    **{f"UPDATE run SET {name} = 'soon' WHERE id = '2'": f"column {name}" for name in NUMBERS},
    "UPDATE run SET state = 'dancing' WHERE id = '2'": "'dancing' is no state",
    "UPDATE run SET seq = 0 WHERE id = '2'": "has no step",
    "UPDATE run SET owner = 'somebody' WHERE id = '2'": "column owner",
    "UPDATE run SET definition = 99 WHERE id = '2'": "its definition",
}


def three(storage: Storage) -> Storage:
    """Three runs on record, each in a session of its own, and each with a call that waits for a person."""
    for id in ("1", "2", "3"):
        head, run = begun(id, session_id=f"s{id}", definition="d" if id == "2" else "e")
        happen(run, ("begin", {"state": [["set", ["order"], 7, []]]}, USER))
        happen(run, ("recalled", {}, b""))
        happen(run, ("thought", {"more": False}, b""))
        happen(run, ("call", {"calls": {"c1": {"gate": "input", "fields": [{"name": "to"}]}}}, asks(["c1"])))
        storage.save(head, run)
    return storage


@pytest.fixture
def harm(sqlite: Callable[..., SqliteStorage]) -> Callable[[str], SqliteStorage]:
    """Three runs in a file to which something was done from outside."""

    def harmed(damage: str) -> SqliteStorage:
        storage = sqlite()
        three(storage)
        if "space" in damage or "session_id" in damage:
            storage = sqlite(table_name=None)
        with closing(sqlite3.connect(storage.db_file, isolation_level=None)) as database:
            assert database.execute(damage).rowcount
        return storage

    return harmed


@pytest.mark.parametrize(("damage", "told"), HEADS.items(), ids=list(HEADS))
def test_a_run_whose_head_cannot_be_read_is_listed_as_damaged(
    harm: Callable[[str], SqliteStorage], damage: str, told: str
) -> None:
    storage = harm(damage)
    third, second, first = storage.runs()
    assert [third.id, second.id, first.id] == ["3", "2", "1"]
    assert (third.damage, first.damage) == (None, None)
    assert second.state == DAMAGED
    assert second.damage is not None
    assert "run '2'" in second.damage
    assert told in second.damage
    for ask in (storage.load, storage.steps):
        with pytest.raises(DamagedData) as refused:
            ask("2")
        assert str(refused.value) == second.damage
    assert [head.id for head in storage.runs(prefix="2")] == ["2"]
    assert [head.id for head in storage.runs(before="3", limit=1)] == ["2"]
    for id in ("1", "3"):
        assert storage.load(id)[0].seq == 4


@pytest.mark.parametrize("table", ["run", "session"])
def test_even_without_an_id_it_hides_no_other(harm: Callable[[str], SqliteStorage], table: str) -> None:
    storage = harm(f"UPDATE {table} SET id = x'ff' WHERE id IN ('2', 's2')")
    found: list[Any] = [*(storage.runs() if table == "run" else storage.sessions())]
    assert [one.damage is None for one in found] == [True, False, True]
    assert "column id" in found[1].damage


def test_no_state_is_called_damaged() -> None:
    assert DAMAGED not in STATES


def test_what_fits_of_a_damaged_head_is_kept_and_the_rest_is_not_made_up(harm: Callable[[str], SqliteStorage]) -> None:
    """The types hold for whoever sorts, formats or filters what is listed."""
    (damaged,) = harm("UPDATE run SET updated_at = 'soon', user_id = x'00' WHERE id = '2'").runs(prefix="2")
    assert (damaged.session_id, damaged.agent_id, damaged.seq, damaged.plan) == ("s2", "a", 4, frozenset())
    assert (damaged.updated_at, damaged.user_id, damaged.owner) == (0, None, None)
    assert damaged.created_at > 0


def test_a_damaged_run_is_found_by_what_is_sound_of_it(harm: Callable[[str], SqliteStorage]) -> None:
    storage = harm("UPDATE run SET updated_at = 'soon', state = 'model' WHERE id = '2'")
    assert [head.damage is None for head in storage.runs(state=ACTING)] == [False]
    assert [head.damage is None for head in storage.runs(session_id="s2")] == [False]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("state = '{'", "column state"),
        ("state = '[]'", "column state"),
        ("name = x'00'", "column name"),
        ("version = 'x'", "column version"),
        ("created_at = 'x'", "column created_at"),
    ],
)
def test_a_session_that_cannot_be_read_is_listed_as_damaged(
    harm: Callable[[str], SqliteStorage], damage: str, told: str
) -> None:
    storage = harm(f"UPDATE session SET {damage} WHERE id = 's2'")
    third, second, first = storage.sessions()
    assert [third.id, second.id, first.id] == ["s3", "s2", "s1"]
    assert first.state == third.state == {"order": 7}
    assert (first.damage, third.damage) == (None, None)
    assert second.damage is not None
    assert told in second.damage
    with pytest.raises(DamagedData, match=told):
        storage.session("s2")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("fields = '{'", "column fields"),
        ("fields = '7'", "column fields"),
        ("expires_at = 'soon'", "column expires_at"),
        ("tool = x'00'", "column tool"),
        ("kind = 'dance'", "column kind"),
    ],
)
def test_a_request_that_cannot_be_read_is_listed_as_damaged(
    harm: Callable[[str], SqliteStorage], damage: str, told: str
) -> None:
    storage = harm(f"UPDATE request SET {damage} WHERE run = 2")
    third, second, first = storage.requests()
    assert [(each.run_id, each.call_id) for each in (third, second, first)] == [("3", "c1"), ("2", "c1"), ("1", "c1")]
    assert first.fields == third.fields == [{"name": "to"}]
    assert (first.damage, third.damage) == (None, None)
    assert second.damage is not None
    assert "run 2" in second.damage
    assert told in second.damage


@pytest.mark.parametrize("damage", ["run SET seq = 0", "run SET state = 'dancing'", "run SET owner = 'somebody'"])
def test_a_server_lists_a_damaged_run_too(
    postgres: Callable[..., PostgresStorage], postgres_url: str, damage: str
) -> None:
    storage: Any = three(postgres())
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"UPDATE {storage.schema}.{damage} WHERE id = '2'")
    assert [(head.id, head.damage is None) for head in storage.runs()] == [("3", True), ("2", False), ("1", True)]
    with pytest.raises(DamagedData, match="run '2'"):
        storage.load("2")
