"""What model requests and tool calls took: tokens and seconds, one entry per assistant message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

TOKENS: Final = (
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cached_tokens",  # of the input, read from the provider's cache
    "cache_write_tokens",  # of the input, written to it
    "reasoning_tokens",  # of the output
    "audio_tokens",
    "input_audio_tokens",
    "output_audio_tokens",
)
TIMES: Final = ("time", "time_to_first_token")  # seconds


@dataclass(slots=True)
class ToolCallMetrics:
    """`time` is how long the call took, in seconds; None until it has returned."""

    time: float | None = None


def collect(messages: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    """The measures of each assistant message, turned into a list per name.

    All lists are as long as there are messages, so entry `i` of each belongs to message `i`. What one message lacks is
    0 there; a name that all of them lack is absent.
    """
    measured = list(messages)
    names = dict.fromkeys(name for message in measured for name in message)
    return {name: [message.get(name, 0) for message in measured] for name in names}


def sums(metrics: Mapping[str, Iterable[float]]) -> dict[str, float]:
    """The sum of each list of `collect`."""
    return {name: sum(values) for name, values in metrics.items()}
