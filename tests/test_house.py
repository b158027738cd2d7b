"""The laws of the house, as far as a program can check them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {path: path.read_text("utf-8") for path in sorted((ROOT / "graphagent").rglob("*.py"))}

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
LOADER = "cli"  # imports the MODULE:AGENT that the user typed
NOBODY_NEEDS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "runpy"}
HEAVY = {"networkx", "sqlmodel", "sqlalchemy", "openai", "httpx2", "rich", "asyncio"}
REFERENCE = "ag" + "no"  # assembled, or this file would break its own law
UNSPOKEN = re.compile(rf"\b{REFERENCE}\b|DESIGN\.md|\bshared/(reference|sketches)|/work\b/|\bissue \d", re.IGNORECASE)
MEASURED = {"benchmarks"}  # what is measured beside others has to name them


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def long_functions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTION) and (lines := (node.end_lineno or 0) - node.lineno + 1) > 50:
            yield f"{node.name} has {lines} lines"


def written_here(name: ast.expr) -> bool:
    """Whether a module's name is a literal, or looked up in a table of them (`HOMES[name]`)."""
    table = isinstance(name, ast.Subscript) and isinstance(name.value, ast.Name) and name.value.id.isupper()
    return table or isinstance(name, ast.Constant)


def dangers(source: str, *, may_load: bool = False) -> Iterator[str]:
    """What would run or revive something whose name or text came from elsewhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (f"imports {name}" for name in names if name.split(".")[0] in NOBODY_NEEDS)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"eval", "exec", "__import__", "builtins.eval", "builtins.exec"}:
                yield f"calls {called}"
            if called.rpartition(".")[2] == "import_module" and not may_load and not written_here(node.args[0]):
                yield f"imports what {ast.unparse(node)} names"


def tracked() -> Iterator[Path]:
    """Every text of the project, without what tools leave behind."""
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in {".ci", ".gitignore"} for part in inside)
        made = hidden or "cache" in inside or "site" in inside or "__pycache__" in inside
        if path.is_file() and not made and path.suffix in {".py", ".md", ".toml", ".ini", ".txt", ".json", ".sql", ""}:
            yield path


def test_no_file_is_over_400_lines() -> None:
    assert {where(path): lines for path, text in SOURCES.items() if (lines := len(text.splitlines())) > 400} == {}


def test_the_median_file_has_at_most_150_lines() -> None:
    assert median(len(text.splitlines()) for text in SOURCES.values()) <= 150


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_functions_fit_on_a_screen(path: Path) -> None:
    assert list(long_functions(SOURCES[path])) == []


def test_every_module_says_what_it_is_for() -> None:
    assert [where(path) for path, text in SOURCES.items() if text and not ast.get_docstring(ast.parse(text))] == []


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_nothing_is_evaluated_unpickled_or_imported_by_a_foreign_name(path: Path) -> None:
    part = path.relative_to(ROOT / "graphagent").with_suffix("").parts[0]
    assert list(dangers(SOURCES[path], may_load=part == LOADER)) == []


@pytest.mark.parametrize(
    "planted",
    ["eval('1')", "exec(text)", "import pickle", "from shelve import open", "import_module(name)", "__import__(name)"],
)
def test_a_planted_danger_is_seen(planted: str) -> None:
    assert list(dangers(planted))


@pytest.mark.parametrize("planted", ["importlib.import_module('networkx')", "import_module(HOMES[name])"])
def test_what_only_looks_dangerous_is_let_be(planted: str) -> None:
    assert list(dangers(planted)) == []


def test_the_agent_class_comes_without_its_heavy_libraries() -> None:
    """Who imports Agent pays for pydantic; the rest is loaded by the first run, picture or query that needs it."""
    script = "import sys; from graphagent import Agent; assert isinstance(Agent, type); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
    assert set(loaded.stdout.split()) & HEAVY == set()


def test_the_project_speaks_only_of_itself() -> None:
    found = [
        f"{where(path)}:{number}: {match.group()}"
        for path in tracked()
        if path.relative_to(ROOT).parts[0] not in MEASURED
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if (match := UNSPOKEN.search(line))
    ]
    assert found == []


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "graphagent" / "py.typed").exists()
