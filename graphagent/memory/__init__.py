"""What agents remember about their users, and of their sessions."""

from __future__ import annotations

from graphagent.memory.manager import MemoryManager
from graphagent.memory.memory import Memory
from graphagent.memory.schema import SessionSummary, UserMemory
from graphagent.memory.summarizer import SessionSummarizer

__all__ = ["Memory", "MemoryManager", "SessionSummarizer", "SessionSummary", "UserMemory"]
