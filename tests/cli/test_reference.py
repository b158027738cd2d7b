"""The page on the command line lists what there is: every command, every option, every exit code."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from graphagent.cli.exits import MEANINGS
from graphagent.cli.parser import COMMANDS, parser

PAGE = (Path(__file__).parent.parent.parent / "docs" / "reference" / "command-line.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `graphagent (\w+).*?`$(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL))
EVERYWHERE = {"-h", "--help", "--debug"}


def options(name: str) -> set[str]:
    """The options of a command, as it knows them itself."""
    whole = parser([name])
    (commands,) = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    return {option for action in commands.choices[name]._actions for option in action.option_strings} - EVERYWHERE


def test_every_command_has_a_section() -> None:
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_each_option_of_its_command_and_no_other(name: str) -> None:
    cells = "".join(row.split("|")[1] for row in SECTIONS[name].splitlines() if row.startswith("| `--"))
    assert set(re.findall(r"--[\w-]+", cells)) == options(name)


def test_every_exit_code_is_explained() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.*?)(?:;.*)? \|$", PAGE, re.MULTILINE))
    assert {int(code): meaning for code, meaning in rows.items()} == MEANINGS
