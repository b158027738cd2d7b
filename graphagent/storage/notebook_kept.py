"""What is remembered about users, in this process, for as long as the storage lives."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from graphagent.storage.notebook import Learnt, Notebook, Operation, Summary, Version, indexed, user_key, wanted


@dataclass(slots=True)
class Page:
    """What is kept about one user."""

    versions: list[Version] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)


@dataclass(slots=True)
class Shelf:
    """What is kept about all of them, by space and user."""

    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    count: int = 0

    def number(self) -> int:
        """One that no row had."""
        self.count += 1
        return self.count

    def forget_runs(self, runs: Container[str]) -> Iterator[int]:
        """Remove the summaries that these runs wrote, page by page. Gives how many there were."""
        with self.lock:
            for page in self.pages.values():
                kept = [summary for summary in page.summaries if summary.run_id not in runs]
                yield len(page.summaries) - len(kept)
                page.summaries = kept


class KeptNotebook(Notebook):
    """Bound to one user: it looks at that user's page only."""

    def __init__(self, shelf: Shelf, space: str, user_id: str | None) -> None:
        self.shelf = shelf
        self.key = (space, user_key(user_id))

    @property
    def page(self) -> Page:
        """This user's page."""
        return self.shelf.pages.setdefault(self.key, Page())

    def memories(self, *, limit: int | None = None, first: bool = False) -> list[Version]:
        with self.shelf.lock:
            found = [version for version in self.page.versions if version.is_current]
        if limit is None:
            return found
        return found[:limit] if first else found[max(0, len(found) - limit) :]

    def search(self, query: str, limit: int | None = None) -> list[Version]:
        looked_for = wanted(query)
        scored = [(score(version, looked_for), version.number, version) for version in self.memories()]
        best = sorted((hit for hit in scored if hit[0]), reverse=True, key=lambda hit: hit[:2])
        return [version for *_, version in best[:limit]]

    def history(self, id: str) -> list[Version]:
        with self.shelf.lock:
            return [version for version in self.page.versions if version.id == id]

    def write(self, operations: Sequence[Operation], at: int) -> int:
        with self.shelf.lock:
            return sum(self._apply(operation, at) for operation in operations)

    def learn(self, learnt: Learnt) -> None:
        about = (learnt.run_id, learnt.seq)
        with self.shelf.lock:
            if not any((version.run_id, version.seq) == about for version in self.page.versions):
                for operation in learnt.operations:
                    self._apply(operation, learnt.at, *about)
            if learnt.summary and self.summary(*about) is None:
                said, topics = learnt.summary["summary"], learnt.summary.get("topics")
                self.page.summaries.append(Summary(
                    number=self.shelf.number(), session_id=learnt.session_id, summary=said, topics=topics,
                    run_id=learnt.run_id, seq=learnt.seq, at=learnt.at,
                ))  # fmt: skip

    def summaries(self, session_id: str | None = None) -> list[Summary]:
        with self.shelf.lock:
            latest = {each.session_id: each for each in self.page.summaries if session_id in {None, each.session_id}}
        return list(latest.values())

    def summary(self, run_id: str, seq: int) -> Summary | None:
        with self.shelf.lock:
            return next((each for each in self.page.summaries if (each.run_id, each.seq) == (run_id, seq)), None)

    def clear(self, at: int) -> int:
        with self.shelf.lock:
            return self.write([Operation("delete", version.id) for version in self.memories()], at)

    def forget_summaries(self, session_id: str | None = None) -> int:
        with self.shelf.lock:
            before = self.page.summaries
            self.page.summaries = [each for each in before if session_id not in {None, each.session_id}]
            return len(before) - len(self.page.summaries)

    def forget(self) -> int:
        with self.shelf.lock:
            gone = self.shelf.pages.pop(self.key, Page())
            return len(gone.versions) + len(gone.summaries)

    def _apply(self, operation: Operation, at: int, run_id: str | None = None, seq: int | None = None) -> bool:
        """Called under the lock. Whether the operation found what it changes."""
        kind, id, memory, topics, input = operation
        versions = self.page.versions
        mine = [place for place, version in enumerate(versions) if version.id == id]
        if bool(mine) == (kind == "add") or (mine and not versions[mine[-1]].is_current):
            return False
        if mine:
            versions[mine[-1]] = replace(versions[mine[-1]], is_current=False)
        if kind == "delete":
            for place in mine:
                versions[place] = replace(versions[place], memory=None, topics=None, input=None)
            memory = topics = input = None
        versions.append(Version(
            number=self.shelf.number(), id=id, version=len(mine) + 1, operation=kind, memory=memory,
            topics=None if topics is None else list(topics), input=input, is_current=kind != "delete", run_id=run_id,
            seq=seq, at=at,
        ))  # fmt: skip
        return True


def score(version: Version, looked_for: dict[str, bool]) -> int:
    """How many of the words a memory has."""
    there = set(indexed(version.memory or "", version.topics))
    return sum(
        any(word.startswith(wish) for word in there) if is_prefix else wish in there
        for wish, is_prefix in looked_for.items()
    )
