"""`graphagent demo`: the first thing that a newcomer sees."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import in_terminal, piped

from graphagent.testing import LocalProvider

README = "# Winter garden\n\nA garden for the winter,\nwith three beds.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to look at, without a database."""
    (tmp_path / "beds").mkdir()
    (tmp_path / "beds" / "north.txt").write_text("Winter comes to the north bed last.\n", "utf-8")
    (tmp_path / "README.md").write_text(README, "utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\0\0winter")
    (tmp_path / ".env").write_text("winter=secret", "utf-8")
    return tmp_path


def test_it_tells_what_is_really_there(folder: Path) -> None:
    shown = piped("demo", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert f'→ ["README.md {len(README)}","beds/","graphagent.db' in shown.stdout
    lines, words = len(README.splitlines()), len(README.split())
    assert f'→ {{"lines":{lines},"words":{words}}}' in shown.stdout
    assert f"The one to start with is README.md: {lines} lines, {words} words." in shown.stdout
    assert "about “Winter”. Where else does that stand?" in shown.stdout
    assert "“Winter” also stands in 1 other file: beds/north.txt." in shown.stdout
    assert "secret" not in shown.stdout


def test_it_says_that_it_is_scripted_and_how_to_have_a_real_model(folder: Path) -> None:
    shown = piped("demo", cwd=folder).stdout
    assert "none but a script, asked over real HTTP at http://127.0.0.1:" in shown
    assert "what the model said was scripted" in shown
    assert "OPENAI_API_KEY" in shown


def test_its_journal_is_kept_and_what_it_tells_to_type_works(folder: Path) -> None:
    shown = piped("demo", "--db", "my runs.db", cwd=folder).stdout
    again, everything = re.findall(r"graphagent ((?:show|runs).*)", shown)
    assert again.endswith(everything.removeprefix("runs"))
    (run,) = json.loads(piped("runs", "--db", "my runs.db", "--json", cwd=folder).stdout)
    assert (run["agent_name"], run["state"]) == ("Guide", "completed")
    assert f"{run['steps']} steps" in shown
    timeline = shown.partition("step  ")[2].partition("\n\n")[0]
    assert timeline in piped("show", "--db", "my runs.db", cwd=folder).stdout


def test_a_second_run_is_added_to_the_first(folder: Path) -> None:
    for _ in range(2):
        assert piped("demo", cwd=folder).returncode == 0
    assert len(json.loads(piped("runs", "--json", cwd=folder).stdout)) == 2


def test_a_terminal_shows_the_same_in_colours(folder: Path) -> None:
    printed = in_terminal("demo", cwd=folder, columns=90)
    assert printed.code == 0
    assert "\x1b[36mlist_files()" in printed.raw
    assert "\x1b[32m→ completed" in printed.raw
    of_text = [line for line in printed.text.splitlines() if "graphagent.db" not in line]  # a path is one long word
    assert max(map(len, of_text)) <= 90
    assert "\x1b[?" not in printed.raw  # it never moves the cursor: what has been read stays where it was


def test_pipes_have_no_colours(folder: Path) -> None:
    assert "\x1b" not in piped("demo", cwd=folder).stdout


@pytest.mark.parametrize("columns", [20, 40, 250])
def test_a_terminal_of_any_width_will_do(folder: Path, columns: int) -> None:
    assert in_terminal("demo", cwd=folder, columns=columns).code == 0


@pytest.mark.parametrize(
    "files", [{}, {"photo.jpg": b"\0\1"}, {"data.csv": b"\0\1"}, {"a": b""}, {"LICENSE": "é".encode()}]
)
def test_any_folder_will_do(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    shown = piped("demo", "--folder", folder, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert f"Here are no folders and {f'{len(files)} file.' if files else 'no files.'}" in shown.stdout


def test_a_proxy_is_not_in_the_way(folder: Path) -> None:
    proxy = "http://127.0.0.1:9"  # nobody listens there
    assert piped("demo", cwd=folder, HTTP_PROXY=proxy, http_proxy=proxy, ALL_PROXY=proxy).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [("--folder", "nowhere"), ("--folder", "README.md"), ("--model", "gpt"), ("--db", "sqlite://x"), ("--nonsense",)],
)
def test_what_cannot_be_done_is_explained(folder: Path, arguments: tuple[str, ...]) -> None:
    shown = piped("demo", *arguments, cwd=folder)
    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr
    assert not (folder / "graphagent.db").exists()


# -- with a model -----------------------------------------------------------------------------------------------------


def test_with_a_key_it_asks_the_service_and_says_so(folder: Path, obliging_provider: LocalProvider) -> None:
    shown = piped("demo", "--model", "gpt-of-mine", cwd=folder)  # the key and the address are in the environment
    assert shown.returncode == 0, shown.stderr
    assert "gpt-of-mine at 127.0.0.1; what the tools read is sent there" in shown.stdout
    assert "scripted" not in shown.stdout
    assert [request.body["model"] for request in obliging_provider.requests] == ["gpt-of-mine"] * 2


def test_the_key_is_nowhere_to_be_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch, obliging_provider: LocalProvider
) -> None:
    address = obliging_provider.base_url.replace("//", "//me:hunter2@")
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    shown = piped("demo", "--debug", cwd=folder)
    kept = b"".join(path.read_bytes() for path in folder.glob("graphagent.db*"))
    for secret in (obliging_provider.api_key, "hunter2"):
        assert secret not in shown.stdout + shown.stderr
        assert secret.encode() not in kept


def test_scripted_asks_nobody_although_there_is_a_key(folder: Path, obliging_provider: LocalProvider) -> None:
    assert "none but a script" in piped("demo", "--scripted", cwd=folder).stdout
    assert obliging_provider.requests == []


def test_a_service_that_refuses_fails_the_run(folder: Path, obliging_provider: LocalProvider) -> None:
    refused = piped("demo", cwd=folder, OPENAI_API_KEY="wrong")
    assert refused.returncode == 1
    assert "graphagent show" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert [run["state"] for run in json.loads(piped("runs", "--json", cwd=folder).stdout)] == ["failed"]


@pytest.mark.usefixtures("obliging_provider")
def test_its_code_is_a_file_to_copy(folder: Path) -> None:
    (folder / "mine.py").write_text(piped("demo", "--code", cwd=folder).stdout, "utf-8")
    assert sorted(path.name for path in folder.iterdir()) == [".env", "README.md", "beds", "mine.py", "photo.jpg"]
    ran = piped("run", "mine.py:agent", "What is here?", cwd=folder)
    assert (ran.returncode, ran.stdout) == (0, "That is what I found.\n"), ran.stderr
