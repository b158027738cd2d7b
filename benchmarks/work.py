"""The work that every contestant does: the same tool, the same answers of the model, the same question."""

from __future__ import annotations

from typing import Any

QUESTION = "What do these articles cost together?"
ANSWER = "Together they cost 165 euros."
CALLS = 10
CHUNKS = 2_000
ARGUMENTS = [f'{{"article": "article {number}", "quantity": {number}}}' for number in range(1, CALLS + 1)]
WORDS = " ".join(f"word{number}" for number in range(CHUNKS))


def price(article: str, quantity: int) -> str:
    """Look up what a number of articles costs.

    Args:
        article: Name of the article.
        quantity: How many of it.
    """
    return f"{quantity} of {article} cost {quantity * 3} euros"


async def aprice(article: str, quantity: int) -> str:
    """Look up what a number of articles costs.

    Args:
        article: Name of the article.
        quantity: How many of it.
    """
    return f"{quantity} of {article} cost {quantity * 3} euros"


DEFINITION: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "price",
        "description": "Look up what a number of articles costs.",
        "parameters": {
            "type": "object",
            "properties": {
                "article": {"type": "string", "description": "Name of the article."},
                "quantity": {"type": "integer", "description": "How many of it."},
            },
            "required": ["article", "quantity"],
        },
    },
}


def call_message(number: int, text: str) -> dict[str, Any]:
    """The model asks for one call."""
    function = {"name": "price", "arguments": text}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}],
    }


REPLIES: list[dict[str, Any]] = [
    *(call_message(number, text) for number, text in enumerate(ARGUMENTS, 1)),
    {"role": "assistant", "content": ANSWER},
]


def conversation(length: int) -> list[dict[str, Any]]:
    """What was said before: messages of 200 characters each, by user and assistant in turn."""
    roles = ("user", "assistant")
    return [{"role": roles[turn % 2], "content": "Some words of a message. " * 8} for turn in range(length)]
