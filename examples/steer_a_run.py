"""A tool may stop the run, or send the model back to think again. The model is scripted, so no key is needed."""

from __future__ import annotations

from graphagent import Agent
from graphagent.exceptions import RetryAgentRun, StopAgentRun
from graphagent.models import ScriptedModel, call


def book(seats: int) -> str:
    """Book seats."""
    if seats > 4:
        raise RetryAgentRun("too many", user_message="At most four seats a booking. Try fewer.")
    raise StopAgentRun(f"{seats} seats are on hold; somebody will call you.")


model = ScriptedModel([call("book", seats=9), call("book", seats=4)])  # after the second call it is not asked again
response = Agent(model=model, tools=[book]).run("Nine seats, please.")

for message in response.messages:
    print(f"{message.role}: {message.content or message.tool_calls}")
assert [tool.result for tool in response.tools] == ["too many", "4 seats are on hold; somebody will call you."]
