"""See which runs that are not over would break if an agent, as it is now, went on with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from graphagent.agent.pinning import Change, changes
from graphagent.cli import database, exits, worker
from graphagent.cli.terminal import console, print_json, print_table, style_of
from graphagent.engine.machine import OPEN
from graphagent.engine.run import Run
from graphagent.exceptions import DamagedData

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from graphagent.agent import Agent
    from graphagent.cli.terminal import Cell

COLUMNS: Final = ("run", "state", "", "changes")


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    worker.add(command)
    database.add(command, otherwise=f"the agent's own storage, else {database.DEFAULT}")
    command.add_argument("--json", action="store_true", help="print a JSON list")


def carry_out(given: argparse.Namespace) -> int:
    """Print each run that is not over and was begun with another definition."""
    agent = worker.agent_of(given)
    found = list(compared(agent))
    changed = [values for values in found if values["changes"]]
    broken = [values for values in found if values["breaks"]]
    if given.json:
        print_json(changed)
    else:
        if changed:
            print_table(console(), COLUMNS, [row(values) for values in changed])
        console(stderr=True).print(
            f"Open runs of {agent.definition.agent_id}: {len(found)}. Would break: {len(broken)}. "
            f"Would go on although it changed: {len(changed) - len(broken)}."
        )
        others = Counter(head.agent_id for head in agent.store.runs(state=OPEN))
        for id in sorted(others.keys() - {agent.definition.agent_id, ""}):
            console(stderr=True).print(
                f"Open runs of another agent, {id}: {others[id]}. If this one was called so when they began, give it "
                f"agent_id={id!r}."
            )
        if not agent.name and not agent.agent_id:
            console(stderr=True).print("This agent has no name: only runs of exactly this definition are found.")
    return exits.FAILED if broken else exits.DONE


def compared(agent: Agent) -> Iterator[dict[str, Any]]:
    """Each run of the agent that is not over, and what has changed since it was begun, oldest first."""
    for head in reversed(agent.store.runs(agent_id=agent.definition.agent_id, state=OPEN)):
        state = head.state
        try:
            head_now, steps = agent.store.load(head.id)
            run = Run.replay(head.id, head_now.plan, steps)
            state = run.state
            found = changes(agent.store, head_now, run, agent.definition)
        except DamagedData as error:
            found = [Change(str(error), breaks=True)]
        yield {
            "run_id": head.id,
            "state": state,
            "breaks": any(change.breaks for change in found),
            "changes": [{"what": change.what, "breaks": change.breaks} for change in found],
        }


def row(values: dict[str, Any]) -> list[Cell]:
    """A run on a line; what breaks it stands first."""
    told = sorted(values["changes"], key=lambda change: not change["breaks"])
    verdict: Cell = ("breaks", "red") if values["breaks"] else ("goes on", "green")
    return [
        values["run_id"], (values["state"], style_of(values["state"])), verdict,
        "; ".join(change["what"] for change in told),
    ]  # fmt: skip
