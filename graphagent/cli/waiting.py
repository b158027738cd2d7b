"""The calls that wait for somebody, in any run of a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic_core import from_json

from graphagent.cli import database
from graphagent.engine.digest import canonical
from graphagent.engine.machine import WAITING
from graphagent.engine.run import Run

if TYPE_CHECKING:
    from graphagent.engine.call import Call
    from graphagent.engine.run import Step
    from graphagent.storage.base import Head, Storage

DIGEST_LENGTH: Final = 12  # characters of a digest that are shown: enough to notice any change


class Waiting(NamedTuple):
    """A call that waits, its run, and since when (microseconds since the epoch)."""

    head: Head
    call: Call
    since: int

    @property
    def kind(self) -> str:
        """What it waits for: `confirm`, `input`, `external` or `doubt`."""
        return self.call.gate or ""

    @property
    def digest(self) -> str:
        """Of the tool's name and the arguments, as they are now."""
        return canonical(self.call.name, self.call.arguments)


def waiting(storage: Storage, *, run_id: str | None = None, kind: str | None = None) -> Iterator[Waiting]:
    """What waits, that of the oldest runs first: in one run or in all, of one kind or of all."""
    for head in [storage.load(run_id)[0]] if run_id else reversed(storage.runs(state=WAITING)):
        head_now, steps = storage.load(head.id)
        run = Run.replay(head.id, head.plan, steps)
        if run.is_waiting:
            for call in run.open.values():
                if call.gate is not None and kind in (None, call.gate):
                    yield Waiting(head_now, call, since(steps, call))


def since(steps: Iterable[Step], call: Call) -> int:
    """When a call began to wait: when it was asked for, or when its outcome was found to be unknown."""
    doubted = [step.at for step in steps if step.trigger == "recover" and call.id in (step.data or {})["calls"]]
    return doubted[-1] if call.gate == "doubt" and doubted else call.made_at


def signature(call: Call) -> str:
    """A call as it would be written, whole: nothing is left out, and what could not be seen is written as an escape."""
    try:
        arguments: Any = from_json(call.arguments or "{}")
    except ValueError:
        arguments = call.arguments
    if not isinstance(arguments, dict):
        return f"{visible(call.name)}({arguments!r})"
    return f"{visible(call.name)}({', '.join(f'{visible(name)}={value!r}' for name, value in arguments.items())})"


def visible(name: str) -> str:
    """A name as it is, or as a Python text where it is none."""
    return name if name.isidentifier() else repr(name)


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
