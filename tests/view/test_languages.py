"""What the parsers of Mermaid and of Graphviz themselves read in a drawing is the graph that was drawn, whatever it is named."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from unicodedata import category

import networkx
import pytest
from browser import chromium, needs_chromium
from histories import histories
from hypothesis import example, given, settings
from named import LOADED, Graph, graphs
from parsers import NotInstalled, Parsers, parsers
from worlds import ALL

from graphagent.engine.graph import graph, run_graph
from graphagent.engine.run import Step
from graphagent.view.dot import dot
from graphagent.view.mermaid import RESERVED, classes, mermaid, said

RENDER = """
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent.trim());
  const show = ({ svg }) => {
    document.body.innerHTML = svg;
    window.found = [texts("g.node"), texts("g.edgeLabel"), document.querySelectorAll("body script").length];
  };
  mermaid.initialize({ startOnLoad: false });
  mermaid.render("drawn", arguments[0]).then(show, (error) => { window.found = [String(error), [], 0]; });
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Parsers]:
    try:
        with parsers() as running:
            yield running
    except NotInstalled as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))


@given(graphs())
@example(networkx.MultiDiGraph([(name, name, {"trigger": name}) for name in LOADED]))
@example(graph())
def test_mermaid_reads_what_was_drawn(reader: Parsers, drawn: Graph) -> None:
    found = reader.read("mermaid", mermaid(drawn))
    names = {state["id"]: "".join(map(decoded, state["descriptions"])) for state in found["states"]}
    assert list(names.values()) == [name or " " for name in drawn]
    read = [(names[arc["id1"]], decoded(arc["relationTitle"]), names[arc["id2"]]) for arc in found["relations"]]
    assert read == [(source or " ", trigger or "", target or " ") for source, target, trigger in triggers(drawn)]
    assert found["direction"] == "LR"
    by_itself = [name for name in drawn if re.fullmatch("[a-z]+", name) and name not in RESERVED]
    assert all(names[name] == name for name in by_itself)


@given(graphs())
@example(networkx.MultiDiGraph([(name, name, {"trigger": name}) for name in LOADED]))
@example(graph())
def test_graphviz_reads_what_was_drawn(reader: Parsers, drawn: Graph) -> None:
    found = reader.read("dot", dot(drawn))
    labels = [unescaped(node["label"]) for node in found.get("objects", [])]
    assert labels == list(map(printable, drawn))
    read = Counter((edge["tail"], unescaped(edge["label"]), edge["head"]) for edge in found.get("edges", []))
    places = {name: place for place, name in enumerate(drawn)}
    assert read == Counter(
        (places[source], printable(trigger or ""), places[target]) for source, target, trigger in triggers(drawn)
    )


@settings(max_examples=25)
@given(histories())
def test_both_read_the_way_of_a_run(reader: Parsers, steps: list[Step]) -> None:
    drawn = run_graph("r", ALL, steps)
    found = reader.read("mermaid", mermaid(drawn))
    read = {state["id"]: (decoded(state["descriptions"][0]), state["classes"]) for state in found["states"]}
    assert read == {state: (said(state, data), classes(data)) for state, data in drawn.nodes(data=True)}
    arcs = Counter((arc["id1"], decoded(arc["relationTitle"]), arc["id2"]) for arc in found["relations"])
    assert arcs == Counter(
        (source, data["trigger"] + (f" ({data['taken']})" if data["taken"] else ""), target)
        for source, target, data in drawn.edges(data=True)
    )
    found = reader.read("dot", dot(drawn))
    visited = {node["name"] for node in found["objects"] if node["color"] == "#2563eb"}
    assert visited == {"ready", *(step.state for step in steps)}
    assert [node["name"] for node in found["objects"] if node.get("penwidth") == "3"] == [steps[-1].state]


@needs_chromium
@pytest.mark.parametrize("version", ["mermaid", "mermaid-11"])
def test_mermaid_shows_what_was_drawn(reader: Parsers, tmp_path: Path, version: str) -> None:
    """In a browser, by the newest Mermaid and by the one before, which many sites have."""
    names = [name for name in LOADED if name.strip() and name.isprintable() and "ﬂ°" not in name]
    page = tmp_path / "page.html"
    script = (reader.folder / "node_modules" / version / "dist" / "mermaid.min.js").as_uri()
    page.write_text(f'<!doctype html><meta charset="utf-8"><script src="{script}"></script><body></body>', "utf-8")
    text = mermaid(networkx.MultiDiGraph([(*ends, {"trigger": ends[0]}) for ends in pairwise(names)]))
    with chromium(tmp_path / "profile") as browser:
        browser.open(page.as_uri())
        browser.run(RENDER, text)
        shown, told, scripts = browser.until("return window.found")
    assert shown == names
    assert told == names[:-1]
    assert scripts == 0


def triggers(drawn: Graph) -> Iterator[tuple[str, str, str | None]]:
    """The source, the target and the trigger of each edge."""
    yield from drawn.edges(data="trigger")


def decoded(text: str) -> str:
    """A text of Mermaid's, which keeps code points in signs of its own until it draws them."""
    return re.sub("ﬂ°°([0-9]+)¶ß", lambda found: chr(int(found[1])), text)


def unescaped(text: str) -> str:
    """A text of Graphviz's, which keeps escapes and entities until it draws them."""
    plain = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
    return plain.replace("&amp;", "&")


def printable(text: str) -> str:
    """A text as Graphviz is given it, which takes no control characters."""
    return "".join("�" if category(sign) in ("Cc", "Cs") and sign not in "\t\n" else sign for sign in text)
