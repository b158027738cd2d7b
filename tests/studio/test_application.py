"""The studio as a part of somebody else's application: under a prefix, with the names that application knows."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from gates import Ledger, asker, begin
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from studios import OWN, Studio, key_of

from graphagent.exceptions import DefinitionError, ToolArgumentsError
from graphagent.storage.memory import MemoryStorage
from graphagent.storage.sqlite import SqliteStorage
from graphagent.studio import app
from graphagent.studio.decide import Said, filled_in, restored
from graphagent.studio.guard import LOOPBACK
from graphagent.view.hide import hidden


def user(request: Any) -> str | None:
    """Who asks, as a proxy says it."""
    name: str | None = request.headers.get("x-user")
    return name


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[tuple[Studio, SqliteStorage]]:
    """A studio under a prefix of an application that knows who is asking."""
    with SqliteStorage(db_file=tmp_path / "runs.db") as storage, socket.create_server(("127.0.0.1", 0)) as listening:
        whole = Starlette(routes=[Mount("/agents", app(storage, user=user))])
        server = uvicorn.Server(uvicorn.Config(whole, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Studio(tmp_path, listening.getsockname()[1]), storage
        server.should_exit = True
        thread.join()


def test_it_works_under_a_prefix_and_records_the_names_its_application_knows(
    mounted: tuple[Studio, SqliteStorage],
) -> None:
    studio, storage = mounted
    run = begin(asker([[("pay", 2)]], Ledger(), storage)).run_id or ""
    assert studio.ask("/agents/").status == 403
    front = studio.ask("/agents/", x_user="ann")
    assert json.dumps("/agents/") in front.body
    assert studio.ask(f"/agents/runs/{run}", x_user="ann").status == 200
    (request,) = storage.requests(run_id=run)
    said = {"run": run, "call": request.call_id, "action": "approve", "by": "somebody else"}
    headers = {**OWN, "x_graphagent_key": key_of(front.body)}
    assert studio.ask("/agents/decide", "POST", said, **headers).status == 403
    assert studio.ask("/agents/decide", "POST", said, **headers, x_user="ann").status == 200
    (decided,) = storage.requests(run_id=run, status=None)
    assert (decided.status, decided.decided_by) == ("approved", "ann")


@pytest.mark.parametrize("hosts", [None, ["example.com"], [*LOOPBACK, "example.com"]])
def test_it_refuses_to_be_made_where_everybody_could_come_in(hosts: list[str] | None) -> None:
    with pytest.raises(DefinitionError):
        app(MemoryStorage(), hosts=hosts)
    app(MemoryStorage(), hosts=hosts, token="t" * 16)
    app(MemoryStorage(), hosts=hosts, user=user)


SECRETS = st.fixed_dictionaries(
    {"count": st.integers(), "list": st.lists(st.text(max_size=3), max_size=3)},
    optional={
        "password": st.text(min_size=1, max_size=5),
        "inner": st.fixed_dictionaries({"api_key": st.text(min_size=1)}),
    },
)


@given(SECRETS, st.integers())
def test_what_was_not_shown_stays_as_it_was_when_the_rest_is_changed(before: dict[str, Any], count: int) -> None:
    shown = hidden(before)
    assert filled_in(shown, before, shown) == before
    assert filled_in({**shown, "count": count}, before, shown) == {**before, "count": count}


def test_a_secret_that_was_moved_is_refused() -> None:
    storage = MemoryStorage()
    run = begin(asker([[("pay", 2)]], Ledger(), storage)).run_id or ""
    (request,) = storage.requests(run_id=run)
    said = Said(run=run, call=request.call_id, action="approve", arguments='{"amount": "[redacted]"}')
    with pytest.raises(ToolArgumentsError, match="moved"):
        restored(storage, said)
