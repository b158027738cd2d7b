"""Pictures, sounds and files that stand in texts, as base64: which of them a page holds, and the names of those it does not."""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 400_000  # characters of one picture or sound in a page
SHOWN: Final = ("image", "audio", "video")

# As a data URL: its type, and what it holds. Or bare, as sounds are in messages: too long to be a word of anybody.
INLINE: Final = re.compile(r"data:(\w+)/([\w.+-]+)(?:;[\w=.+-]+)*;base64,([A-Za-z0-9+/]*={0,2})")
BARE: Final = re.compile(r"[A-Za-z0-9+/]{256,}={0,2}")


def is_medium(text: str) -> bool:
    """Whether a text is a picture, a sound or a file and nothing else."""
    return (text.startswith("data:") and INLINE.fullmatch(text) is not None) or BARE.fullmatch(text) is not None


def without_large(text: str) -> str:
    """The text, with the names of what a page does not hold of its media: what is too large, and what nobody could see."""
    if ";base64," in text:
        return INLINE.sub(lambda found: found.group() if fits(found) else named(found.group()), text)
    return named(text) if len(text) > LARGEST and BARE.fullmatch(text) else text


def fits(found: re.Match[str]) -> bool:
    """Whether a page holds it."""
    return found[1] in SHOWN and len(found[0]) <= LARGEST


def named(text: str) -> str:
    """What stands in a page for a medium that it does not hold."""
    found = INLINE.fullmatch(text)
    kind, held = (f"{found[1]}/{found[2]}", found[3]) if found else ("data", text)
    return f"[{kind} of {len(held.rstrip('=')) * 3 // 4:,} bytes, not in this page]"
