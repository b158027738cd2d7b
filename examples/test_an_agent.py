"""How to test an agent of your own: a model that says what the test needs, and a look at what it was asked."""

from __future__ import annotations

from graphagent import Agent
from graphagent.models import ScriptedModel, call, say


def price(item: str) -> int:
    """Look up a price, in cents."""
    return {"tea": 300}[item]


def test_an_unknown_item_is_told_to_the_model() -> None:
    """A tool that fails does not fail the run: the model is told, and can say something sensible."""
    model = ScriptedModel([call("price", item="gold"), say("I do not know that one.")])
    response = Agent(model=model, tools=[price]).run("What does gold cost?")

    assert response.content == "I do not know that one."
    told = model.requests[-1].decoded()[-1]
    assert told["role"] == "tool"
    assert "gold" in told["content"]


if __name__ == "__main__":
    test_an_unknown_item_is_told_to_the_model()
    print("The test passes.")
