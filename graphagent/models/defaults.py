"""The model ids used where none is given. Providers retire models, so no id stands anywhere else in the code."""

from __future__ import annotations

from typing import Final

OPENAI_CHAT: Final = "gpt-5.5"
