"""The agent of the demo: its tools stay in their folder, and its script comes to an end whatever they return."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent import Agent
from graphagent.cli.demo.guide import Folder
from graphagent.cli.demo.script import QUESTION, answer
from graphagent.models import ScriptedModel, call, say

SECRET = "the secret word"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with a secret beside it, in it under hidden names, and behind links."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text(SECRET, "utf-8")
    inside = outside / "inside"
    (inside / "docs" / ".hidden").mkdir(parents=True)
    (inside / ".env").write_text(SECRET, "utf-8")
    (inside / "docs" / ".hidden" / "note.txt").write_text(SECRET, "utf-8")
    (inside / "docs" / "open.txt").write_text("nothing secret", "utf-8")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "up").symlink_to(outside)
    (inside / "hidden.txt").symlink_to(inside / ".env")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "gone.txt").symlink_to(inside / "nowhere")
    return Folder(inside)


PARTS = st.sampled_from(
    ["..", ".", "docs", "up", "inside", "secret.txt", "link.txt", "hidden.txt", ".env", ".hidden", "note.txt", "open.txt",
     "loop", "gone.txt", "/", "~", "", "\0", "\ud800"]
)  # fmt: skip


@given(path=st.lists(PARTS, max_size=6).map("/".join) | st.text(max_size=20))
def test_no_path_leads_out_or_to_what_is_hidden(folder: Folder, path: str) -> None:
    for tool in (folder.read_head, folder.count):
        try:
            tool(path)
        except (OSError, ValueError, RuntimeError):
            continue
        assert folder.inside(path) == folder.root / "docs" / "open.txt"


@given(path=st.lists(PARTS, max_size=6).map("/".join))
def test_no_folder_outside_is_listed(folder: Folder, path: str) -> None:
    try:
        listed = folder.list_files(path)
    except (OSError, ValueError, RuntimeError):
        return
    names = [name.split()[0] for name in listed]
    assert names in (["docs/", "gone.txt", "hidden.txt", "link.txt", "loop", "up/"], ["open.txt"])


def test_a_search_finds_no_secret(folder: Folder) -> None:
    assert folder.find_text("secret") == {"files": 1, "paths": ["docs/open.txt"]}
    assert folder.find_text(SECRET) == {"files": 0, "paths": []}


def test_lines_and_words_are_counted(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("one two\n\nthree", "utf-8")
    assert Folder(tmp_path).count("poem.txt") == {"lines": 3, "words": 3}
    assert Folder(tmp_path).read_head("poem.txt", lines=1) == "one two"


NAMES = st.sampled_from(
    ["README.md", "readme", "index.rst", "main.py", "a.txt", "photo.jpg", "LICENSE", "ключ.md", "two words.txt"]
)
CONTENTS = st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))


def spoken(messages: list[dict[str, Any]]) -> Any:
    """What the script says, without the HTTP around it."""
    said = answer({"messages": messages})
    return say(said.content, *(call(asked.name, asked.arguments) for asked in said.calls))


@given(files=st.dictionaries(NAMES, CONTENTS, max_size=4), folders=st.sets(st.sampled_from(["docs", "src", ".git"])))
def test_the_script_ends_with_a_true_answer_in_any_folder(files: dict[str, bytes], folders: set[str]) -> None:
    model = ScriptedModel(spoken)
    with TemporaryDirectory() as place:
        for name, content in files.items():
            Path(place, name).write_bytes(content)
        for name in folders:
            Path(place, name).mkdir()
        response = Agent(model=model, tools=[Folder(place)]).run(QUESTION)
    number = len(files)
    assert f"{number or 'no'} file{'' if number == 1 else 's'}." in response.content
    assert len(model.requests) <= 4
    assert {tool.tool_args["path"] for tool in response.tools if "path" in tool.tool_args} <= set(files)
