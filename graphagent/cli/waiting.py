"""The calls that wait for somebody, in any run of a database."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from graphagent.cli import database
from graphagent.engine.digest import canonical

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.run.inbox import Inbox
    from graphagent.storage.base import Head, Storage
    from graphagent.storage.requests import Kind

DIGEST_LENGTH: Final = 12  # characters of a digest that are shown: enough to notice any change


class Waiting(NamedTuple):
    """A call that waits, its run, since when, and when it counts as rejected (microseconds since the epoch)."""

    head: Head
    call: Call
    since: int
    expires: int | None

    @property
    def kind(self) -> str:
        """What it waits for: `confirm`, `input`, `external` or `doubt`."""
        return self.call.gate or ""

    @property
    def digest(self) -> str:
        """Of the tool's name and the arguments, as they are now."""
        return canonical(self.call.name, self.call.arguments)


def waiting(inbox: Inbox, *, run_id: str | None = None, kind: Kind | None = None) -> Iterator[Waiting]:
    """What waits, that asked for first first: in one run or in all, of one kind or of all."""
    for request, head, _, call in inbox.waiting(reversed(inbox.pending(run_id=run_id, kind=kind))):
        yield Waiting(head, call, request.asked_at, request.expires_at)


def commands(found: Waiting, storage: Storage) -> Iterator[str]:
    """What can be typed to decide about a call."""
    call, option = found.call, database.option(storage)
    about = f"{found.head.id} {quote(call.id)}"
    digest = f" --digest {found.digest[:DIGEST_LENGTH]}"
    if found.kind == "confirm":
        yield f"graphagent approve {about}{digest}{option}"
    if found.kind == "input":
        fields = " ".join(f"{quote(field['name'])}=…" for field in call.fields or () if field.get("value") is None)
        yield f"graphagent answer {about} {fields or '--values {}'}{option}"
    if found.kind == "external":
        yield f"graphagent deliver {about} RESULT{option}"
    if found.kind == "doubt":
        yield f"graphagent settle {about} retry|result|failure{option}"
    else:
        yield f"graphagent reject {about}{option}"
