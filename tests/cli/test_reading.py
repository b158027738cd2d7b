"""`graphagent runs` and `graphagent show`: what is on record is told, as text, and nothing else is touched."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from commands import GRAPHAGENT, environment, in_terminal, piped

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call, say
from graphagent.storage.sqlite import SqliteStorage

HOSTILE = "[bold red]loud[/] \x1b[31mred\x1b[0m \x9b31m :smile: \u2028"


def look(order: str) -> str:
    """Look an order up."""
    if order == "lost":
        raise LookupError(HOSTILE)
    return HOSTILE


@tool(requires_confirmation=True)
def refund(order: str) -> str:
    """Pay money back."""
    raise AssertionError("nobody confirmed it")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database: a run of hostile texts, two of users, and one that waits."""
    with SqliteStorage("other", db_file=tmp_path / "graphagent.db") as other:
        Agent(name="Elsewhere", model=ScriptedModel(["Hello."]), storage=other).run("under another table name")
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        said = say(HOSTILE, call("look", order=HOSTILE), call("look", order="lost"))
        Agent(name=HOSTILE, model=ScriptedModel([said, HOSTILE]), tools=[look], storage=storage).run(HOSTILE)
        plain = Agent(name="Plain", model=ScriptedModel(["One.", "Two."]), storage=storage, session_id="session-1")
        plain.run("first", user_id="Ann")
        plain.run("second", user_id="Ben", session_id="session-2")
        asking = ScriptedModel(
            [say("May I?", call("refund", order="7"), usage={"prompt_tokens": 11, "completion_tokens": 5})]
        )
        Agent(name="Asking", model=asking, tools=[refund], storage=storage).run("refund it")
    return tmp_path


def listed(folder: Path, *options: str) -> list[str]:
    """The agents of the runs that are listed."""
    return [run["agent_name"] for run in json.loads(piped("runs", "--json", *options, cwd=folder).stdout)]


@pytest.mark.parametrize(
    ("options", "agents"),
    [
        ((), ["Asking", "Plain", "Plain", HOSTILE, "Elsewhere"]),
        (("--limit", "2"), ["Asking", "Plain"]),
        (("--session", "session-1"), ["Plain"]),
        (("--user", "Ann"), ["Plain"]),
        (("--agent", "Asking"), ["Asking"]),
        (("--state", "confirm"), ["Asking"]),
        (("--state", "completed", "--user", "Nobody"), []),
    ],
)
def test_runs_are_listed_newest_first_as_far_as_they_fit(
    folder: Path, options: tuple[str, ...], agents: list[str]
) -> None:
    assert listed(folder, *options) == agents
    lines = piped("runs", *options, cwd=folder).stdout.splitlines()
    assert len(lines) == (len(agents) + 1 if agents else 0)


def test_what_is_listed_can_be_shown_by_the_id_as_it_is_listed(folder: Path) -> None:
    for line in piped("runs", cwd=folder).stdout.splitlines()[1:]:
        assert piped("show", line.split()[0], cwd=folder).returncode == 0


def test_a_run_is_found_by_the_beginning_of_its_id(folder: Path) -> None:
    ids = [run["run_id"] for run in json.loads(piped("runs", "--json", cwd=folder).stdout)]
    for id in ids[:2]:
        unique = next(
            id[:length] for length in range(1, 37) if sum(other.startswith(id[:length]) for other in ids) == 1
        )
        assert json.loads(piped("show", unique, "--json", cwd=folder).stdout)["run_id"] == id
        ambiguous = piped("show", unique[:-1], cwd=folder)
        assert ambiguous.returncode == 2
        assert id in ambiguous.stderr


@pytest.mark.parametrize("name", ["zzz", "0" * 36, "%", "'; DROP TABLE run --", ""])
def test_an_unknown_run_is_said_to_be_unknown(tmp_path: Path, name: str) -> None:
    SqliteStorage(db_file=tmp_path / "graphagent.db").runs()
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        Agent(model=ScriptedModel(["Hello."]), storage=storage).run("hello")
    shown = piped("show", *([name] if name else ["--db", "missing.db"]), cwd=tmp_path)
    assert shown.returncode == 2
    assert shown.stderr.startswith("graphagent: ")
    assert "Traceback" not in shown.stderr


def test_everything_on_record_is_in_the_json(folder: Path) -> None:
    (id,) = (run["run_id"] for run in json.loads(piped("runs", "--json", "--agent", "Asking", cwd=folder).stdout))
    shown = json.loads(piped("show", id, "--json", cwd=folder).stdout)
    head, steps = SqliteStorage(db_file=folder / "graphagent.db").load(id)
    assert (shown["run_id"], shown["state"], shown["steps"]) == (head.id, "confirm", 2)
    assert [(step["seq"], step["trigger"], step["state"], step["at"], step["data"]) for step in shown["timeline"]] == [
        (step.seq, step.trigger, step.state, step.at, step.data) for step in steps
    ]
    assert shown["timeline"][1]["messages"][0]["tool_calls"][0]["function"]["name"] == "refund"
    assert [(waiting["tool_name"], waiting["tool_args"]) for waiting in shown["waiting_for"]] == [
        ("refund", {"order": "7"})
    ]


def test_a_timeline_says_what_each_step_carried(folder: Path) -> None:
    shown = piped("show", cwd=folder).stdout
    assert re.search(r"now  confirm, after 2 steps in", shown)
    assert re.search(r"1 +0.000 s +begin +→ model +“refund it”\n", shown)
    assert re.search(r"2 .* call +→ confirm +11\+5 +“May I\?”\n +refund\(order='7'\), needs approval\n", shown)
    assert shown.endswith("  waits  for approval: refund(order='7')\n")


@pytest.mark.parametrize("command", [("runs",), ("show",), ("runs", "--json"), ("show", "--json")], ids=" ".join)
def test_texts_from_a_database_are_shown_as_text(folder: Path, command: tuple[str, ...]) -> None:
    (id,) = (run["run_id"] for run in json.loads(piped("runs", "--json", "--agent", HOSTILE, cwd=folder).stdout))
    asked = [id] if command[0] == "show" else []
    printed = in_terminal(*command, *asked, cwd=folder, columns=300)
    assert printed.code == 0
    assert "[bold red]loud[/]" in printed.text
    assert "\x1b" not in printed.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed.text)
    plain = piped(*command, *asked, cwd=folder).stdout
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", plain)


def test_a_terminal_has_colours_and_no_line_too_long(folder: Path) -> None:
    printed = in_terminal("runs", cwd=folder, columns=80)
    assert "\x1b[32mcompleted" in printed.raw
    assert "\x1b[33mconfirm" in printed.raw
    for command in ("runs", "show"):
        lines = in_terminal(command, cwd=folder, columns=80).text.splitlines()
        assert max(map(len, lines)) <= 80


def test_pipes_have_neither_colours_nor_blanks_at_the_end_of_a_line(folder: Path) -> None:
    for command in ("runs", "show"):
        lines = piped(command, cwd=folder).stdout.splitlines()
        assert lines == [line.rstrip() for line in lines]
        assert not any("\x1b" in line for line in lines)


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    with subprocess.Popen(
        [*GRAPHAGENT, "show", "--json"], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


# -- databases that are not as they should be --------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["runs", "show"])
def test_reading_makes_no_file(tmp_path: Path, command: str) -> None:
    asked = piped(command, cwd=tmp_path)
    assert asked.returncode == 2
    assert "There is no database" in asked.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_has_no_runs(tmp_path: Path) -> None:
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        Agent(model=ScriptedModel(["Hello."]), storage=storage).run("hello")
    with closing(sqlite3.connect(tmp_path / "graphagent.db", isolation_level=None)) as database:
        database.execute("DELETE FROM step")
        database.execute("DELETE FROM run")
    assert piped("runs", cwd=tmp_path).returncode == 0
    assert json.loads(piped("runs", "--json", cwd=tmp_path).stdout) == []
    assert piped("show", cwd=tmp_path).returncode == 2


DAMAGES = {
    "a gap": "DELETE FROM step WHERE seq = 2",
    "no JSON": "UPDATE step SET data = '{' WHERE seq = 1",
    "no transition": "UPDATE step SET trigger = 'dance' WHERE seq = 2",
    "another state": "UPDATE step SET state = 'tool' WHERE seq = 1",
    "a newer version": "UPDATE graphagent SET schema_version = 1000",
    "no tables": "DROP TABLE step",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_ends_with_its_own_code(tmp_path: Path, damage: str) -> None:
    with SqliteStorage(db_file=tmp_path / "graphagent.db") as storage:
        Agent(model=ScriptedModel(["Hello."]), storage=storage).run("hello")
    with closing(sqlite3.connect(tmp_path / "graphagent.db", isolation_level=None)) as database:
        database.execute(DAMAGES[damage])
    for options in ((), ("--json",)):
        shown = piped("show", *options, cwd=tmp_path)
        assert (shown.returncode, shown.stdout) == (4, "")
        assert shown.stderr.startswith("graphagent: ")
        assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(content)
    shown = piped("runs", "--db", file, cwd=tmp_path)
    assert shown.returncode == 4
    assert "Traceback" not in shown.stderr
    assert file.read_bytes() == content


def test_another_kind_of_database_is_refused_without_its_password(tmp_path: Path) -> None:
    shown = piped("runs", "--db", "mysql://me:secret@host/runs", cwd=tmp_path)
    assert shown.returncode == 2
    assert "secret" not in shown.stderr


def test_a_postgres_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    shown = piped("runs", "--db", "postgresql://me:secret@127.0.0.1:1/runs", cwd=tmp_path)
    assert shown.returncode == 4
    assert "127.0.0.1" in shown.stderr
    assert "secret" not in shown.stderr
