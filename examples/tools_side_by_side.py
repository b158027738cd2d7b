"""Several calls in one reply run at the same time. A scripted model asks for three, so no key is needed."""

from __future__ import annotations

import asyncio

from graphagent import Agent
from graphagent.models import ScriptedModel, call, say

everybody = asyncio.Barrier(3)


async def measure(station: str) -> str:
    """Ask a weather station for its temperature."""
    await everybody.wait()  # nobody gets past this line before all three are here
    return f"{station}: 12 degrees"


async def main() -> None:
    calls = [call("measure", station=station) for station in ("north", "east", "south")]
    agent = Agent(model=ScriptedModel([calls, say("It is 12 degrees everywhere.")]), tools=[measure])
    response = await agent.arun("How warm is it?")
    print(*(tool.result for tool in response.tools), response.content, sep="\n")
    assert len(response.tools) == 3


asyncio.run(main())
