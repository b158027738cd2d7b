"""Models of OpenAI and of every server that speaks its Chat Completions protocol."""

from __future__ import annotations

from graphagent.models.openai.chat import OpenAIChat

__all__ = ["OpenAIChat"]
