"""An agent with one tool, from question to answer. It brings a local provider along, so it needs no key."""

from __future__ import annotations

from graphagent import Agent
from graphagent.models.openai import OpenAIChat
from graphagent.testing import LocalProvider, call, say


def count_words(text: str) -> int:
    """Count the words of a text.

    Args:
        text: What to count.
    """
    return len(text.split())


with LocalProvider([call("count_words", text="to be or not to be"), say("It has six words.")]) as provider:
    agent = Agent(
        model=OpenAIChat(id="local", base_url=provider.base_url, api_key=provider.api_key),  # yours: OpenAIChat(id=…)
        tools=[count_words],
    )
    response = agent.run("How many words has 'to be or not to be'?")

print(*response.formatted_tool_calls, sep="\n")
print(response.content)
assert [tool.result for tool in response.tools] == ["6"]
