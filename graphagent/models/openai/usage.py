"""Token counts of the service under the names of the metrics."""

from __future__ import annotations

from typing import Any, Final

NAMES: Final = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens", "total_tokens": "total_tokens"}
DETAILS: Final = (
    ("cached_tokens", "prompt_tokens_details", "cached_tokens"),
    ("cache_write_tokens", "prompt_tokens_details", "cache_write_tokens"),
    ("input_audio_tokens", "prompt_tokens_details", "audio_tokens"),
    ("output_audio_tokens", "completion_tokens_details", "audio_tokens"),
    ("reasoning_tokens", "completion_tokens_details", "reasoning_tokens"),
)


def token_counts(usage: dict[str, Any]) -> dict[str, int]:
    """Return the counts that are known, and of the details those that are not zero."""
    counts = {name: usage[theirs] for name, theirs in NAMES.items() if isinstance(usage.get(theirs), int)}
    for name, group, theirs in DETAILS:
        details = usage.get(group)
        if isinstance(details, dict) and isinstance(details.get(theirs), int) and details[theirs]:
            counts[name] = details[theirs]
    return counts
