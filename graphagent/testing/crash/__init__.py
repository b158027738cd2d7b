"""Kills an agent's process everywhere it can die, lets another one go on, and holds what came of it to the promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.testing.crash.kills import at_random, everywhere
from graphagent.testing.crash.model import told
from graphagent.testing.crash.person import Person
from graphagent.testing.crash.scenario import Scenario
from graphagent.testing.crash.tally import Tally
from graphagent.testing.crash.tally import told as complaints_told
from graphagent.testing.crash.world import Setting

if TYPE_CHECKING:
    from graphagent.agent import Agent

__all__ = ["Person", "Scenario", "Tally", "crash_everywhere", "told"]


def crash_everywhere(
    agent: Agent | Scenario,
    message: str = "Go.",
    *,
    person: Person | None = None,
    db_url: str | None = None,
    random: int = 0,
    seed: int = 0,
) -> Tally:
    """Run an agent once to count the points at which its process can die, and then once for each of them, killed there.

    The points are before and after every SQL statement, commit, model call, tool call and event. Another process then goes on
    with the run. A person answers what is asked, and looks into what each tool has done before saying what became of it.
    The agent's own storage is not touched. Works where processes can be forked; start no threads before.

    Args:
        agent: The agent, or a whole scenario. Its model must go by the conversation alone, as `told` does.
        message: What the agent is told.
        person: Who decides. Default: a person who agrees to everything.
        db_url: The database. None: a SQLite file of its own for every run.
        random: How many processes more are killed at random moments.
        seed: What makes these moments; the same one makes the same.

    Returns:
        What was counted.

    Raises:
        AssertionError: A promise was broken. It says which, in which run, and where the process was killed.
    """
    if not isinstance(agent, Scenario):
        agent = Scenario(name=agent.name or "agent", agent=agent, message=message, person=person or Person())
    setting = Setting(url=db_url)
    tally = everywhere(agent, setting)
    if random and tally.is_clean:
        more = at_random(agent, setting, random, str(seed))
        tally.seconds += more.seconds
        tally.add("at random", [], kills=more.kills, asked=more.asked, trials=more.trials)
        tally.complaints += more.complaints
    if not tally.is_clean:
        raise AssertionError(complaints_told([tally]))
    return tally
