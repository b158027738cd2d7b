"""A PNG image shows what the SVG image shows, in the same places and colours."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from commands import in_terminal, piped
from histories import histories
from hypothesis import example, given, settings
from named import LOADED, Graph, graphs
from PIL import Image
from worlds import ALL

from graphagent.engine.graph import graph, run_graph
from graphagent.engine.run import Step
from graphagent.view.png import plain, png
from graphagent.view.svg import svg

AGENT = """
from graphagent import Agent
from graphagent.models import ScriptedModel
agent = Agent(model=ScriptedModel(["Hello."]))
"""
WHITE, BLUE, RED = (255, 255, 255), (0x25, 0x63, 0xEB), (0xC0, 0x1F, 0x1F)
SIGNS = {
    "ready": 0x64748B, "recall": 0x9333EA, "reasoning": 0x9333EA, "model": 0x2563EB, "tool": 0xD9480F, "respond": 0x0E7F95,
    "remember": 0x0E7F95, "completed": 0x16863F, "failed": 0xDC2626, "cancelled": 0x64748B, "confirm": 0xC2700A,
    "input": 0xC2700A, "external": 0xC2700A, "doubt": 0xC2700A,
}  # fmt: skip


def seen(data: bytes) -> Image.Image:
    """The image that a reader sees."""
    image = Image.open(BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGB")


def places(picture: str) -> dict[str, tuple[int, int]]:
    """Where the box of each state of a picture is."""
    found = re.findall(r'data-state="(\w+)"[^>]* transform="translate\((\d+),(\d+)\)"', picture)
    return {state: (int(x), int(y)) for state, x, y in found}


@pytest.mark.parametrize("zoom", [1, 2, 3])
def test_states_have_their_places_and_colours(zoom: int) -> None:
    picture, image = svg(graph()), seen(png(graph(), zoom=zoom))
    width, height = (int(size) for size in re.findall(r'(?:width|height)="(\d+)"', picture)[:2])
    assert image.size == (width * zoom, height * zoom)
    assert image.getpixel((1, 1)) == WHITE
    stands = places(picture)
    assert set(stands) == ALL
    for state, (x, y) in stands.items():
        colour = SIGNS[state]
        assert image.getpixel(((x + 12) * zoom, (y + 21) * zoom)) == (colour >> 16, colour >> 8 & 255, colour & 255)
        assert image.getpixel(((x + 59) * zoom, y * zoom)) == (RED if state == "failed" else BLUE)


@settings(max_examples=25)
@given(histories())
def test_the_way_of_a_run_stands_out(steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    image = seen(png(drawn, zoom=1))
    visited = {state for state, (x, y) in places(svg(drawn)).items() if image.getpixel((x + 59, y)) in {BLUE, RED}}
    assert visited == {"ready", *(step.state for step in steps)}


@given(graphs())
@example(networkx.MultiDiGraph([(name, name, {"trigger": name}) for name in LOADED]))
def test_any_graph_is_rendered_in_colours_that_are_known(drawn: Graph) -> None:
    image = seen(png(drawn, zoom=1))
    assert image.getpixel((1, 1)) == WHITE
    colours = image.getcolors(image.width * image.height)
    assert colours
    assert (len(colours) > 1) == bool(drawn)
    assert (0, 0, 0) not in {colour for _, colour in colours}  # what is drawn in no colour that is known is black


def test_nothing_is_left_that_the_renderer_does_not_know() -> None:
    style = plain(svg(graph())).partition("<style>")[2].partition("</style>")[0]
    assert ElementTree.fromstring(plain(svg(graph()))) is not None  # noqa: S314
    assert not re.findall(r"var\(|@media|font: |translateY", style)


def test_names_are_drawn_as_they_are() -> None:
    drawn: Graph = networkx.MultiDiGraph([("var(--back)", 'fill="var(--back)"')])
    assert plain(svg(drawn)).count("var(--back)") == svg(drawn).partition("</style>")[2].count("var(--back)") - 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an agent."""
    (tmp_path / "mine.py").write_text(AGENT)
    return tmp_path


def test_commands_write_images(folder: Path) -> None:
    done = piped("run", "mine.py:agent", "Hi", "--db", "runs.db", cwd=folder)
    assert done.returncode == 0, done.stderr
    for command in (["show", "--db", "runs.db"], ["graph", "mine.py:agent"]):
        done = piped(*command, "--png", "--output", "drawn.png", cwd=folder)
        assert (done.returncode, done.stdout) == (0, "")
        assert seen((folder / "drawn.png").read_bytes()).width > 500
        shell = ["bash", "-c", f"{sys.executable} -P -m graphagent {' '.join(command)} --png > piped.png"]
        assert piped(cwd=folder, program=shell).returncode == 0
        assert (folder / "piped.png").read_bytes() == (folder / "drawn.png").read_bytes()


def test_a_terminal_is_not_filled_with_an_image(folder: Path) -> None:
    printed = in_terminal("graph", "mine.py:agent", "--png", cwd=folder)
    assert printed.code == 2
    assert "Say --output FILE" in printed.text


def test_without_its_extra_it_says_what_to_install(folder: Path) -> None:
    (folder / "resvg_py.py").write_text("raise ImportError('No module named resvg_py')\n")
    done = piped("graph", "mine.py:agent", "--png", cwd=folder, PYTHONPATH=f"{folder}:{Path(__file__).parents[2]}")
    assert done.returncode == 2
    assert 'pip install "graphagent[png]"' in done.stderr
    assert "--svg" in done.stderr
