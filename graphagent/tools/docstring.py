"""What a docstring says about a function and its parameters, whichever style it is written in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Documentation:
    """The text about a function, and the text about each parameter that has one."""

    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read_docstring(function: Callable[..., Any]) -> Documentation:
    """Parse the docstring of `function`: Google, NumPy, reST or Epytext. Text that fits no style is its description."""
    import docstring_parser

    text = inspect.getdoc(function) or ""
    try:
        parsed = docstring_parser.parse(text)
    except Exception:  # noqa: BLE001 (the parser trips over some texts, such as "::    :param")
        return Documentation(text)
    described = {parameter.arg_name: (parameter.description or "").strip() for parameter in parsed.params}
    return Documentation((parsed.description or "").strip(), {name: said for name, said in described.items() if said})
