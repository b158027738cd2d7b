"""Text of models, tools and users, made fit for a terminal."""

from __future__ import annotations

from typing import Final

# An escape sequence in a tool's output could repaint the screen under the eyes of a person who is about to approve a call.
VISIBLE: Final = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in b"\n\t"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
}


def clean(text: str, encoding: str = "utf-8") -> str:
    """The text with control characters shown as visible signs, and what the encoding lacks as backslash escapes."""
    text = text.replace("\r\n", "\n").translate(VISIBLE)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
