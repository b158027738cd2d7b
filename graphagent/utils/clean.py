"""Text of models, tools and users, made fit for a terminal."""

from __future__ import annotations

from typing import Final

# An escape sequence in a tool's output could repaint the screen under the eyes of a person who is about to approve a call.
VISIBLE: Final = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in b"\n\t"},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    # Signs that turn the direction of writing can make arguments read as others than they are (Unicode TR 36, 2.3).
    **{code: f"<U+{code:04X}>" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))},
}


def clean(text: str, encoding: str = "utf-8") -> str:
    """The text with control characters shown as visible signs, and what the encoding lacks as backslash escapes."""
    text = text.replace("\r\n", "\n").translate(VISIBLE)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
