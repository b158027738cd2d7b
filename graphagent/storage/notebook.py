"""What is remembered about one user: read and written through an object that knows no other user."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head

LONGEST: Final = 40  # characters of a word that are looked at
MOST: Final = 2000  # words of a memory that are looked at
PREFIX: Final = 3  # characters from which on a word also finds longer ones
_SYLLABLES: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # written without blanks, so that each is a word
_WORD: Final = re.compile(rf"[{_SYLLABLES}]|[^\W_{_SYLLABLES}]+")


class Operation(NamedTuple):
    """One change to what is remembered about a user, as it stands in the data of a step."""

    kind: Literal["add", "replace", "delete"]
    id: str
    memory: str | None = None
    topics: Sequence[str] | None = None
    input: str | None = None

    def said(self) -> list[Any]:
        """As JSON, without what is not said."""
        values = list(self)
        while values[-1] is None:
            values.pop()
        return values


class Learnt(NamedTuple):
    """What one step of a run changes in what is remembered about its user. `at` is in microseconds since the epoch."""

    run_id: str
    seq: int
    at: int
    session_id: str
    operations: Sequence[Operation] = ()
    summary: dict[str, Any] | None = None
    space: str | None = None
    """Where in the database of the run it is kept; None where it is kept in another database."""
    damage: str | None = None
    """Why it cannot be read back. Only of which step of which run it is, is sure then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A memory as one operation left it. Its text is None once the memory is deleted, in all its versions."""

    number: int
    id: str
    version: int
    operation: str
    memory: str | None
    topics: list[str] | None
    input: str | None
    is_current: bool
    run_id: str | None
    """The run that wrote it; None for an edit by hand."""
    seq: int | None
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a session was about, as one run left it."""

    number: int
    session_id: str
    summary: str
    topics: list[str] | None
    run_id: str
    seq: int
    at: int


class Notebook(ABC):
    """What is remembered about one user. All methods raise `StorageError`s for what goes wrong with the database."""

    @abstractmethod
    def memories(self, *, limit: int | None = None, first: bool = False) -> list[Version]:
        """What holds now, in the order in which it was written: all, or the last `limit` of it, or the first."""

    @abstractmethod
    def search(self, query: str, limit: int | None = None) -> list[Version]:
        """What holds now and has any of the words of the query, best first. A long word also finds those it begins."""

    @abstractmethod
    def history(self, id: str) -> list[Version]:
        """All versions of a memory, oldest first."""

    @abstractmethod
    def write(self, operations: Sequence[Operation], at: int) -> int:
        """Change by hand, all or none. Returns how many operations found what they change."""

    @abstractmethod
    def learn(self, learnt: Learnt) -> None:
        """Change as a step of a run says, unless that was done before."""

    @abstractmethod
    def summaries(self, session_id: str | None = None) -> list[Summary]:
        """The latest summary of each session, or of one."""

    @abstractmethod
    def summary(self, run_id: str, seq: int) -> Summary | None:
        """The summary that a step wrote, if it is still there."""

    @abstractmethod
    def clear(self, at: int) -> int:
        """Delete all memories; what they said is gone, that they were stays. Returns how many there were."""

    @abstractmethod
    def forget_summaries(self, session_id: str | None = None) -> int:
        """Remove the summaries of one session, or of all. Returns how many rows."""

    @abstractmethod
    def forget(self) -> int:
        """Remove all memories and summaries, with every trace. Returns how many rows."""


def learnt(head: Head, step: Step) -> Learnt | None:
    """What a step changes in what is remembered; None for most."""
    data = step.data
    if data is None or not is_learnt(step):
        return None
    operations = [Operation(*operation) for operation in data.get("memories", ())]
    about = (head.id, step.seq, step.at, head.session_id)
    return Learnt(*about, operations, data.get("summary"), data.get("memory_space"))


def is_learnt(step: Step) -> bool:
    """Whether a step changes what is remembered; one that was told of it only refers to it."""
    return step.data is not None and step.trigger != "recalled" and ("memories" in step.data or "summary" in step.data)


def user_key(user_id: str | None) -> str:
    """A user as a column has it: nobody in particular is a user, too."""
    return user_id or ""


def owner(space: str, user: str) -> str:
    """One word that stands for a user in a full-text index."""
    return "o" + sha256(f"{space}\0{user}".encode()).hexdigest()[:24]


def words(text: str) -> list[str]:
    """The words of a text, as all storages index and look for them."""
    return [word[:LONGEST] for word in _WORD.findall(text.casefold())]


def wanted(query: str) -> dict[str, bool]:
    """The words of a query, each with whether it also finds longer ones."""
    return {word: len(word) >= PREFIX for word in words(query)}


def indexed(memory: str, topics: Iterable[str] | None) -> list[str]:
    """The words that a memory is found by: each once, and of a very long one the first."""
    return list(dict.fromkeys(words(" ".join((memory, *(topics or ()))))))[:MOST]
