"""What the documentation says is so: its code runs, its arrows are arcs, its lists are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from draw_pictures import pictures
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from graphagent.engine.machine import ARCS, STATES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if "site" not in path.parts)]
TEXTS = {path: path.read_text("utf-8") for path in PAGES}
SYBIL = Sybil([PythonCodeBlockParser(), SkipParser()])


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def targets(path: Path) -> list[str]:
    """The files that a page links to, without what lies elsewhere on the net."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", TEXTS[path])
    return [link for link in links if "://" not in link]


@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in TEXTS[page]], ids=where)
@pytest.mark.usefixtures("obliging_provider")
def test_the_code_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that cannot run here is marked with an HTML comment before it: `<!-- skip: next -->`."""
    monkeypatch.chdir(tmp_path)
    examples = list(SYBIL.parse(page).examples())
    assert examples
    for example in examples:
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=where)
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [target for target in targets(page) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if "```mermaid" in TEXTS[page]], ids=where)
def test_every_arrow_drawn_is_an_arc(page: Path) -> None:
    arrows = re.findall(r"^ *(\w+) -- (\w+) --> (\w+)$", TEXTS[page], re.MULTILINE)
    assert len(arrows) == TEXTS[page].count("-->")
    assert {(trigger, source, target) for source, trigger, target in arrows} <= {arc[:3] for arc in ARCS}


def test_the_pictures_are_what_the_code_draws() -> None:
    """After a change of the drawing: `python tests/draw_pictures.py`, and look at them."""
    for file, drawn in pictures():
        assert file.read_text("utf-8") == drawn, file


def test_the_table_of_states_has_each_of_them() -> None:
    page = TEXTS[ROOT / "docs" / "explanation" / "how-a-run-works.md"]
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(STATES)


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    assert sorted(path.name for path in folder.glob("0*.md")) == targets(folder / "index.md")


def test_every_page_is_in_the_navigation() -> None:
    named = re.findall(r'"([\w/-]+\.md)"', (ROOT / "docs" / "zensical.toml").read_text("utf-8"))
    assert sorted(named) == sorted(str(page.relative_to(ROOT / "docs")) for page in PAGES[1:])
