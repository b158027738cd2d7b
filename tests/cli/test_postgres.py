"""Every command works on a Postgres database, and none repeats a password."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import quote

import pytest
from commands import piped
from postgres_server import fresh_schema

AGENTS = '''
from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call

@tool(requires_confirmation=True)
def refund(cents: int) -> str:
    """Pay money back."""
    return f"refunded {cents}"

@tool
def vanish() -> str:
    """Take the process along."""
    import os
    os._exit(9)

def said(messages):
    results = [message["content"] for message in messages if message["role"] == "tool"]
    if messages[-1]["content"] == "Vanish.":
        return call("vanish")
    return "; ".join(results) if results else call("refund", cents=300)

agent = Agent(name="Shop", model=ScriptedModel(said), tools=[refund, vanish])
'''
PASSWORD = "s3cr3t-w0rd"


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    """A database of its own, with a password in its URL."""
    import psycopg

    name = fresh_schema()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        about = connection.info
        place = f"?host={quote(about.host, safe='')}&port={about.port}"
        yield f"postgresql://{about.user}:{PASSWORD}@/{name}{place}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def call(folder: Path, *arguments: str, **more: Any) -> CompletedProcess[str]:
    """What a command prints; a password is not in it."""
    printed = piped(*arguments, cwd=folder, **more)
    assert PASSWORD not in printed.stdout + printed.stderr
    return printed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "agents.py").write_text(AGENTS, "utf-8")
    return tmp_path


def test_a_run_is_begun_found_decided_and_gone_on_with(folder: Path, url: str) -> None:
    begun = call(folder, "run", "agents.py:agent", "Refund.", "--db", url)
    assert begun.returncode == 3, begun.stderr
    assert begun.stderr.rstrip().endswith(" --db URL")
    (found,) = json.loads(call(folder, "runs", "--json", "--db", url).stdout)
    run = found["run_id"]
    assert run in begun.stderr
    assert "refund" in call(folder, "show", run, "--db", url).stdout
    inbox = call(folder, "inbox", "--db", url)
    assert f"graphagent approve {run}" in inbox.stdout
    (asked,) = json.loads(call(folder, "inbox", "--json", "--db", url).stdout)
    approve = ("approve", run, asked["call_id"], "--db", url)
    assert call(folder, *approve).returncode == 0
    assert call(folder, *approve).returncode == 5
    assert call(folder, "compat", "agents.py:agent", "--db", url).returncode == 0
    resumed = call(folder, "resume", "agents.py:agent", run, "--db", url)
    assert (resumed.returncode, "refunded 300" in resumed.stdout) == (0, True)
    assert call(folder, "cancel", run, "--db", url).returncode == 5


def test_the_environment_names_the_database_as_well(folder: Path, url: str) -> None:
    begun = call(folder, "run", "agents.py:agent", "Refund.", GRAPHAGENT_DB=url)
    assert begun.returncode == 3, begun.stderr
    assert "--db" not in begun.stderr
    assert "--db" not in call(folder, "inbox", GRAPHAGENT_DB=url).stdout


def test_a_run_whose_process_died_is_recovered(folder: Path, url: str) -> None:
    assert call(folder, "run", "agents.py:agent", "Vanish.", "--db", url).returncode == 9
    recovered = call(folder, "recover", "agents.py:agent", "--db", url)
    assert recovered.returncode in {0, 3}, recovered.stderr
    (asked,) = json.loads(call(folder, "inbox", "--json", "--db", url).stdout)
    assert asked["kind"] == "doubt"
    settle = ("settle", asked["run_id"], asked["call_id"], "result", "--db", url)
    settled = call(folder, *settle)
    assert settled.returncode == 0, settled.stderr


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{PASSWORD}@127.0.0.1:1/nowhere",  # nobody listens
        f"postgresql://me:{PASSWORD}@127.0.0.1:port/nowhere",
        f"postgresql://me:{PASSWORD}@127.0.0.1/nowhere?what",
        f"postgresql://me:p@{PASSWORD}@127.0.0.1/nowhere",
        f"postgresql://me:p/{PASSWORD}@127.0.0.1/nowhere",
        f"postgresql://{PASSWORD}/x@127.0.0.1/nowhere",
        f"postgresql://me:{PASSWORD}@/nowhere?host=%2Fnowhere",
    ],
)
@pytest.mark.parametrize("command", [("runs",), ("inbox", "--debug"), ("run", "agents.py:agent", "Hello.")])
def test_no_error_repeats_a_password(folder: Path, command: tuple[str, ...], url: str) -> None:
    failed = call(folder, *command, "--db", url)
    assert failed.returncode in ({1} if "--debug" in command else {2, 4}), failed.stderr
    assert "Postgres" in failed.stderr or "db_url" in failed.stderr
