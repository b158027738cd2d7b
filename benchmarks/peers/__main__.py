"""Measure the other frameworks that are installed here, and print a line of JSON for each, or why it is skipped."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from importlib import import_module
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

from benchmarks.floor import durable, memory
from benchmarks.fresh import ROOT, imported
from benchmarks.harness import Duel, duel
from benchmarks.peers.peer import Peer
from benchmarks.work import ANSWER, QUESTION, REPLIES, price

NAMES = {"langgraph": "LangGraph", "pydantic_ai": "Pydantic AI", "openai_agents": "OpenAI Agents"}
MEMORY = Path("/dev/shm")
ROUNDS = 9
TOOLS = {"price": price}


def measured(name: str) -> dict[str, object]:
    """What one framework takes, beside the loop."""
    peer: Peer = import_module(f"benchmarks.peers.{name}").peer()
    following = cycle(REPLIES).__next__
    assert peer.in_memory() == ANSWER
    return {
        "name": f"{NAMES[name]} {version(peer.package)}",
        "import": imported(peer.imports, times=7)[0],
        "memory": told(duel(peer.in_memory, lambda: memory.run(QUESTION, lambda _: following(), TOOLS), rounds=ROUNDS)),
        "durable": told(kept(peer, "CPU", MEMORY)) if MEMORY.is_dir() else None,
        "disk": told(kept(peer, "wall", None)),
        "keeps": peer.keeps,
    }


def kept(peer: Peer, clock: str, where: Path | None) -> Duel | None:
    """The run in a database, if it can be."""
    if peer.durable is None:
        return None
    following = cycle(REPLIES).__next__
    with (
        tempfile.TemporaryDirectory(dir=where or ROOT, prefix=".benchmark-") as folder,
        closing(durable.opened(f"{folder}/floor.db")) as database,
    ):
        run = peer.durable(f"{folder}/peer.db")
        assert run() == ANSWER
        return duel(
            run, lambda: durable.run(database, QUESTION, lambda _: following(), TOOLS), clock=clock, rounds=ROUNDS
        )


def told(weighed: Duel | None) -> dict[str, float] | None:
    return weighed and {"time": weighed.ours, "floor": weighed.floor}


def main() -> None:
    for name, shown in NAMES.items():
        try:
            print(json.dumps(measured(name)), flush=True)
        except ImportError as error:
            print(json.dumps({"name": shown, "skipped": str(error)}), flush=True)


if __name__ == "__main__":
    main()
