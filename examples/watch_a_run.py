"""A run as a stream of events: its text as it comes, and each step of its way. A scripted model, so no key."""

from __future__ import annotations

from graphagent import Agent, RunEvent
from graphagent.models import ScriptedModel, call, say


def roll(sides: int) -> int:
    """Roll a die that always shows its highest side."""
    return sides


agent = Agent(model=ScriptedModel([call("roll", sides=20), say("You rolled a twenty. Well done.")]), tools=[roll])
seen = []
for event in agent.run("Roll for me.", stream=True, stream_intermediate_steps=True):
    seen.append(event.event)
    if event.event == RunEvent.run_response_content:
        print(event.content, end="")
    else:
        print(f"\n[{event.event}]", event.tool or "")

assert seen[0] == RunEvent.run_started
assert seen[-1] == RunEvent.run_completed
