"""The system message: what the developer wrote about an agent, in the documented order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]\w*)\}")


class Brief(NamedTuple):
    """Everything that goes into a system message, as text. `notes` are single facts such as the date or a name.

    `guides` are the instructions that tools bring with them.
    """

    description: str | None = None
    goal: str | None = None
    role: str | None = None
    instructions: Sequence[str] = ()
    notes: Sequence[str] = ()
    guides: Sequence[str] = ()
    expected_output: str | None = None
    additional_context: str | None = None
    success_criteria: str | None = None


def compose(brief: Brief) -> str:
    """The system message of a brief; empty where it says nothing."""
    several = len(brief.instructions) > 1
    sections = [
        brief.description,
        _tagged("your_goal", brief.goal),
        _tagged("your_role", brief.role),
        _tagged("instructions", _bullets(brief.instructions) if several else "".join(brief.instructions)),
        _tagged("additional_information", _bullets(brief.notes)),
        *brief.guides,
        _tagged("expected_output", brief.expected_output),
        brief.additional_context,
        _tagged("success_criteria", brief.success_criteria),
    ]
    return "\n\n".join(text.strip() for text in sections if text and text.strip())


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Replace each `{key}` whose key is in `values`; every other brace stays as it is.

    Only for text that a developer wrote. What is put in is not looked at again.
    """
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]) if found[1] in values else found[0], template)


def _tagged(tag: str, text: str | None) -> str | None:
    return f"<{tag}>\n{text.strip()}\n</{tag}>" if text and text.strip() else None


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
