"""What happens when the provider is down for a moment, and when a tool fails. A local provider plays both."""

from __future__ import annotations

from graphagent import Agent
from graphagent.models.openai import OpenAIChat
from graphagent.testing import LocalProvider, call, fault, say


def price(item: str) -> int:
    """Look up a price, in cents."""
    return {"tea": 300}[item]


with LocalProvider([
    fault(503),  # asked again, since `retries` allows it
    call("price", item="gold"),  # fails: the model is told why, and can do something about it
    call("price", item="tea"),
    say("Gold I cannot say, tea is 3 euros."),
]) as provider:  # fmt: skip
    model = OpenAIChat(id="local", base_url=provider.base_url, api_key=provider.api_key, max_retries=0)
    agent = Agent(model=model, tools=[price], retries=2, delay_between_retries=0.1)
    response = agent.run("What do gold and tea cost?")

for tool in response.tools:
    print(tool, "->", tool.status, tool.result)
print(response.content)
assert [tool.status for tool in response.tools] == ["failed", "completed"]
assert len(provider.requests) == 4
