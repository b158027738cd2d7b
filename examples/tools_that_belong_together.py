"""A toolkit: tools that share something, here a till, under one name. The model is scripted, so no key is needed."""

from __future__ import annotations

from graphagent import Agent, Toolkit
from graphagent.models import ScriptedModel, call, say


class Till(Toolkit):
    """Takes money and says how much there is."""

    def __init__(self, cents: int) -> None:
        self.cents = cents
        super().__init__("till", tools=[self.take, self.balance])

    def take(self, cents: int) -> str:
        """Take money.

        Args:
            cents: How much.
        """
        self.cents += cents
        return "thank you"

    def balance(self) -> int:
        """Say how much there is, in cents."""
        return self.cents


till = Till(1000)
agent = Agent(model=ScriptedModel([call("take", cents=250), call("balance"), say("It holds 12.50.")]), tools=[till])
print(agent.run("Take 2.50, then count.").content)
assert till.cents == 1250
