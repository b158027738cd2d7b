"""People decide from a terminal, in processes that have no agent; whoever has the agent goes on."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from commands import ANSI, in_terminal, piped

AGENTS = '''
from __future__ import annotations

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call, say

HOSTILE = "7 \\x1b[31m\\u202e" + "x" * 500


@tool(requires_confirmation=True)
def refund(order: str, cents: int) -> str:
    """Pay money back."""
    with open("refunds.txt", "a") as file:
        file.write(f"{cents}\\n")
    return f"refunded {cents}"


@tool(requires_user_input=True, user_input_fields=["seats", "names"])
def book(train: str, seats: int, names: list) -> str:
    """Book seats."""
    return f"{seats} in {train} for {names}"


@tool(external_execution=True)
def shell(command: str) -> str:
    """Run a command elsewhere."""
    raise AssertionError("made elsewhere")


ALL = [call("refund", order=HOSTILE, cents=300), call("book", train="ICE"), call("shell", command="ls")]


def script(*calls):
    def reply(messages):
        results = [message["content"] for message in messages if message["role"] == "tool"]
        return say("; ".join(results)) if results else say("May I?", *calls)
    return ScriptedModel(reply)


agent = Agent(name="Shop", model=script(*ALL), tools=[refund, book, shell])
paying = Agent(name="Paying", model=script(ALL[0]), tools=[refund])
twice = Agent(name="Twice", model=script(ALL[0], ALL[0]), tools=[refund])
bare = Agent(name="Shop", model=script(*ALL), tools=[book, shell])
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with agents."""
    (tmp_path / "shop.py").write_text(AGENTS, "utf-8")
    return tmp_path


def begun(folder: Path, name: str = "agent") -> str:
    """The id of a run that waits."""
    ran = piped("run", f"shop.py:{name}", "hello", "--db", "graphagent.db", "--json", cwd=folder)
    assert ran.returncode == 3, ran.stderr
    id: str = json.loads(ran.stdout)["run_id"]
    return id


def inbox(folder: Path, *options: str) -> list[dict[str, Any]]:
    """What waits."""
    found: list[dict[str, Any]] = json.loads(piped("inbox", "--json", *options, cwd=folder).stdout)
    return found


def refused(told: subprocess.CompletedProcess[str], code: int) -> None:
    """It was refused, in one paragraph."""
    assert told.returncode == code, told.stderr
    assert told.stderr.startswith("graphagent: ")
    assert told.stderr.count("\n") == 1


def test_each_kind_is_decided_in_a_process_of_its_own_and_another_goes_on(folder: Path) -> None:
    run = begun(folder)
    assert [found["kind"] for found in inbox(folder)] == ["confirm", "input", "external"]
    said = piped("approve", run[:20], cwd=folder)
    assert said.returncode == 0
    assert f"graphagent inbox --run {run}" in said.stdout
    assert piped("answer", run, "seats=3", 'names=["Ann"]', cwd=folder).returncode == 0
    said = piped("deliver", run, "-", "--by", "Ben", cwd=folder, stdin="a.txt")
    assert "by Ben" in said.stdout
    assert f"graphagent resume MODULE:AGENT {run}" in said.stdout
    assert inbox(folder) == []
    gone_on = piped("resume", "shop.py:agent", run, cwd=folder)
    assert (gone_on.returncode, gone_on.stdout) == (0, "refunded 300; 3 in ICE for ['Ann']; a.txt\n")
    assert (folder / "refunds.txt").read_text() == "300\n"
    refused(piped("resume", "shop.py:agent", run, cwd=folder), 5)
    refused(piped("cancel", run, cwd=folder), 5)


def test_what_is_shown_is_whole_and_cannot_repaint_the_screen(folder: Path) -> None:
    begun(folder)
    for columns in (60, 300):
        shown = in_terminal("inbox", cwd=folder, columns=columns)
        assert "\x1b" not in shown.text
        assert "\u202e" not in shown.text
        assert r"7 \x1b[31m\u202e" + "x" * 500 in re.sub(r"\n {9}", " ", shown.text).replace("  ", " ")
    assert not ANSI.search(piped("inbox", cwd=folder).stdout)


def test_the_command_that_is_shown_decides_and_is_bound_to_what_was_shown(folder: Path) -> None:
    run = begun(folder, "paying")
    (typed,) = re.findall(r"graphagent (approve .*)", piped("inbox", cwd=folder).stdout)
    refused(piped("approve", run, "--digest", "0" * 12, cwd=folder), 5)
    refused(piped("approve", run, "--digest", inbox(folder)[0]["digest"][:11], cwd=folder), 2)
    assert piped(*typed.split(), cwd=folder).returncode == 0


def test_arguments_can_be_changed_and_the_call_is_made_with_them(folder: Path) -> None:
    run = begun(folder, "paying")
    refused(piped("approve", run, "--arguments", "[1]", cwd=folder), 2)
    assert piped("approve", run, "--arguments", '{"order": "7", "cents": 5}', cwd=folder).returncode == 0
    assert piped("resume", "shop.py:paying", run, cwd=folder).stdout == "refunded 5\n"


def test_a_rejected_call_is_not_made_and_the_note_is_told(folder: Path) -> None:
    run = begun(folder, "paying")
    assert piped("reject", run, "--note", "Too much.", cwd=folder).returncode == 0
    assert "Too much." in piped("resume", "shop.py:paying", run, "--stream", cwd=folder).stdout
    assert not (folder / "refunds.txt").exists()


@pytest.mark.parametrize("second", [("approve",), ("reject",), ("approve", "--arguments", "{}")], ids=" ".join)
def test_a_second_decision_changes_nothing_and_has_its_own_code(folder: Path, second: tuple[str, ...]) -> None:
    run = begun(folder, "paying")
    assert piped("approve", run, cwd=folder).returncode == 0
    before = piped("show", run, "--json", cwd=folder).stdout
    refused(piped(second[0], run, *second[1:], cwd=folder), 5)
    assert piped("show", run, "--json", cwd=folder).stdout == before


def test_of_two_who_decide_at_once_one_wins(folder: Path) -> None:
    run = begun(folder, "paying")
    with ThreadPoolExecutor(4) as people:
        verbs = ["approve", "reject", "approve", "reject"]
        codes = [told.returncode for told in people.map(lambda verb: piped(verb, run, cwd=folder), verbs)]
    assert sorted(codes) == [0, 5, 5, 5]


def test_what_does_not_fit_decides_nothing(folder: Path) -> None:
    run = begun(folder)
    refused(piped("answer", run, "seats=many", "names=[]", cwd=folder), 2)
    refused(piped("answer", run, "seats=3", "names=Ann", cwd=folder), 2)
    refused(piped("answer", run, "wheels=3", cwd=folder), 2)
    refused(piped("answer", run, "--values", "[]", cwd=folder), 2)
    refused(piped("answer", run, "call_1_1", "seats=3", "names=[]", cwd=folder), 2)
    refused(piped("deliver", run, cwd=folder), 2)
    refused(piped("deliver", run, "--file", "missing.txt", cwd=folder), 2)
    refused(piped("settle", run, "perhaps", cwd=folder), 2)
    refused(piped("settle", run, "retry", cwd=folder), 2)
    refused(piped("approve", run, "nobody", cwd=folder), 2)
    refused(piped("approve", "ffff", cwd=folder), 2)
    assert len(inbox(folder)) == 3


def test_several_calls_have_to_be_told_apart(folder: Path) -> None:
    run = begun(folder, "twice")
    told = piped("reject", run, cwd=folder)
    refused(told, 2)
    calls = [found["call_id"] for found in inbox(folder)]
    assert all(call in told.stderr for call in calls)
    assert piped("reject", run, calls[0], cwd=folder).returncode == 0
    assert piped("reject", run, cwd=folder).returncode == 0


def test_a_run_is_cancelled_without_its_agent(folder: Path) -> None:
    run = begun(folder)
    (folder / "shop.py").unlink()
    assert piped("cancel", run, "--reason", "Not wanted.", cwd=folder).returncode == 0
    assert inbox(folder) == []
    assert "Not wanted." in piped("show", run, cwd=folder).stdout


@pytest.mark.parametrize(
    "command", ["inbox", "approve x", "cancel x", "resume shop.py:agent x", "recover shop.py:agent"]
)
def test_deciding_makes_no_file(folder: Path, command: str) -> None:
    refused(piped(*command.split(), cwd=folder), 2)
    assert not list(folder.glob("*.db*"))


def test_a_deployment_can_ask_what_it_would_break(folder: Path) -> None:
    run = begun(folder)
    assert piped("compat", "shop.py:agent", cwd=folder).returncode == 0
    asked = piped("compat", "shop.py:bare", "--json", cwd=folder)
    assert asked.returncode == 1
    (found,) = json.loads(asked.stdout)
    assert (found["run_id"], found["breaks"]) == (run, True)
    assert {"what": "tool 'refund' is gone", "breaks": True} in found["changes"]
    assert "tool 'refund' is gone" in piped("compat", "shop.py:bare", cwd=folder).stdout
    assert piped("cancel", run, cwd=folder).returncode == 0
    assert piped("compat", "shop.py:bare", cwd=folder).returncode == 0
