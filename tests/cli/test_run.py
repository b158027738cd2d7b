"""`graphagent run`: an agent named on the command line answers, and the exit code says how it went."""

from __future__ import annotations

import json
import signal
import subprocess
from itertools import product
from pathlib import Path

import pytest
from commands import GRAPHAGENT, environment, in_terminal, piped

CODES = {"agent": 0, "empty": 0, "housed": 0, "failing": 1, "crashing": 1, "asking": 3}
WAYS = [
    *((name, ()) for name in CODES),
    *product(("agent", "failing", "asking"), (("--stream",), ("--json",), ("--json", "--stream"))),
]


@pytest.mark.parametrize(("name", "how"), WAYS)
def test_the_exit_code_says_how_the_run_went(folder: Path, name: str, how: tuple[str, ...]) -> None:
    code = CODES[name]
    ran = piped("run", f"agents.py:{name}", "hello", *how, cwd=folder)
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ("graphagent:" in ran.stderr) == (code == 1)


@pytest.mark.parametrize("how", ["--stream", "--no-stream"])
def test_standard_output_has_the_answer_and_nothing_else(folder: Path, how: str) -> None:
    ran = piped("run", "agents.py:echo", "one\n\n  two  words", how, cwd=folder)
    assert (
        ran.stdout == "loading the agents\none\n\n  two  words\n"
    )  # the first line is what the user's own code prints


def test_standard_error_has_the_calls(folder: Path) -> None:
    told = piped("run", "agents.py:agent", "hello", cwd=folder).stderr
    assert "tool  look(order='7')" in told
    assert '→ {"cents":300}' in told
    assert "failed: no such order" in told


def test_json_is_one_object_that_says_everything(folder: Path) -> None:
    ran = piped("run", "agents.py:agent", "hello", "--json", cwd=folder)
    response = json.loads(ran.stdout)
    assert response["status"] == "COMPLETED"
    assert response["content"] == "Order 7 is 3 euros."
    assert [tool["status"] for tool in response["tools"]] == ["completed", "failed"]
    assert "looking up 7" in ran.stderr  # printed by the tool, so it must not be in the way


def test_json_of_a_stream_is_an_event_a_line(folder: Path) -> None:
    lines = piped("run", "agents.py:agent", "hello", "--json", "--stream", cwd=folder).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert [events[0]["event"], events[-1]["event"]] == ["RunStarted", "RunCompleted"]
    told = "".join(event["content"] for event in events if event["event"] == "RunResponseContent")
    assert told == "Let me look.Order 7 is 3 euros."


def test_json_of_a_failed_run_is_its_response(folder: Path) -> None:
    response = json.loads(piped("run", "agents.py:failing", "hello", "--json", cwd=folder).stdout)
    assert (response["status"], response["error"]) == ("ERROR", "The key is wrong.")


def test_a_message_can_come_from_standard_input(folder: Path) -> None:
    assert piped("run", "agents.py:echo", "-", cwd=folder, stdin="from a pipe").stdout.endswith("from a pipe\n")


def test_a_module_is_found_in_the_current_folder(folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "shop.py").write_text("from agents import echo\n", "utf-8")
    assert piped("run", "package.shop:echo", "hello", cwd=folder).stdout.endswith("hello\n")


def test_a_file_is_found_with_the_files_beside_it(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "shop.py").write_text("from agents import echo\n", "utf-8")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert piped("run", f"{folder / 'shop.py'}:echo", "hello", cwd=elsewhere).stdout.endswith("hello\n")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("agents.py:nobody", "Agents in agents.py: agent, hostile, empty"),
        ("agents.py:not_an_agent", "of type int"),
        ("agents.py", "MODULE:AGENT"),
        (":agent", "MODULE:AGENT"),
        ("missing.py:agent", "no file missing.py"),
        ("missing:agent", "no module 'missing'"),
        ("broken.py:agent", "ZeroDivisionError"),
        ("needy.py:agent", "no_such_library"),
        ("leaving.py:agent", "SystemExit"),
        ("syntax.py:agent", "SyntaxError"),
    ],
)
def test_what_cannot_be_loaded_is_explained(folder: Path, name: str, told: str) -> None:
    sources = {
        "broken": "1 / 0",
        "needy": "import no_such_library",
        "leaving": "raise SystemExit(0)",
        "syntax": "def (",
    }
    for module, source in sources.items():
        (folder / f"{module}.py").write_text(source, "utf-8")
    ran = piped("run", name, "hello", cwd=folder)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", ["broken.py:agent", "agents.py:failing"])
def test_debug_shows_the_traceback(folder: Path, name: str) -> None:
    (folder / "broken.py").write_text("1 / 0", "utf-8")
    assert "Traceback" in piped("run", name, "hello", "--debug", cwd=folder).stderr


def test_a_run_is_kept_where_db_says(folder: Path) -> None:
    piped("run", "agents.py:agent", "hello", "--db", "runs.db", "--session", "s1", "--user", "u1", cwd=folder)
    (run,) = json.loads(piped("runs", "--db", "sqlite:///runs.db", "--json", cwd=folder).stdout)
    assert (run["agent_name"], run["session_id"], run["user_id"]) == ("Shop", "s1", "u1")


def test_a_run_is_kept_where_the_environment_says(folder: Path) -> None:
    told = piped("run", "agents.py:agent", "hello", cwd=folder, GRAPHAGENT_DB="runs.db").stderr
    assert len(json.loads(piped("runs", "--json", cwd=folder, GRAPHAGENT_DB="runs.db").stdout)) == 1
    command = told.splitlines()[-1].partition("graphagent ")[2].split()
    assert piped(*command, cwd=folder, GRAPHAGENT_DB="runs.db").returncode == 0  # what it tells to type works


def test_an_agents_own_storage_is_not_overruled(folder: Path) -> None:
    refused = piped("run", "agents.py:housed", "hello", "--db", "runs.db", cwd=folder)
    assert refused.returncode == 2
    assert not (folder / "runs.db").exists()
    piped("run", "agents.py:housed", "hello", cwd=folder, GRAPHAGENT_DB="runs.db")
    assert len(json.loads(piped("runs", "--db", "own.db", "--json", cwd=folder).stdout)) == 1


def test_without_a_storage_no_file_is_made_and_that_is_said(folder: Path) -> None:
    before = set(folder.iterdir())
    assert "With --db FILE it stays" in piped("run", "agents.py:agent", "hello", cwd=folder).stderr
    assert {path for path in folder.iterdir() if path.name != "__pycache__"} == before


def test_a_database_that_is_none_ends_with_its_own_code(folder: Path) -> None:
    (folder / "runs.db").write_text("this is no database" * 100, "utf-8")
    ran = piped("run", "agents.py:agent", "hello", "--db", "runs.db", "--json", cwd=folder)
    assert ran.returncode == 4
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


def test_an_interrupted_run_is_on_record_with_its_call(folder: Path) -> None:
    with subprocess.Popen(
        [*GRAPHAGENT, "run", "agents.py:waiting", "hello", "--db", "runs.db", "--stream"],
        cwd=folder, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        while "wait()" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert "Interrupted. To see what happened: graphagent show" in told
    shown = json.loads(piped("show", "--db", "runs.db", "--json", cwd=folder).stdout)
    assert shown["state"] in {"tool", "doubt"}  # it can go on
    assert shown["timeline"][1]["messages"][0]["tool_calls"][0]["function"]["name"] == "wait"


def test_a_terminal_shows_who_speaks_and_takes_no_text_for_markup(folder: Path) -> None:
    printed = in_terminal("run", "agents.py:hostile", "hello", cwd=folder)
    assert printed.code == 0
    assert "  model  [bold red]loud[/] ␛[31mred␛[0m �31m :smile:\n         <b>end</b>\n" in printed.text
    assert "   tool  look(order='7')\n" in printed.text


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_had_without(folder: Path, variables: dict[str, str]) -> None:
    printed = in_terminal("run", "agents.py:agent", "hello", cwd=folder, variables=variables)
    assert "\x1b[3" not in printed.raw
