"""The changes that a model asks for, checked one by one against the memories of the one user they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from graphagent.exceptions import ToolArgumentsError
from graphagent.storage.notebook import Operation
from graphagent.tools.function import Function
from graphagent.utils.identity import uuid7

if TYPE_CHECKING:
    from graphagent.models.base import ToolCall

CLEAR: Final = "clear"


class Update(NamedTuple):
    """What is to be changed, and what the model asked for that cannot be done."""

    operations: list[Operation]
    problems: list[str]

    def __str__(self) -> str:
        """What happened, in words."""
        told = {"add": "Remembered: {memory}", "replace": "Changed to: {memory}", "delete": "Deleted memory {id}."}
        lines = [told[operation.kind].format(**operation._asdict()) for operation in self.operations]
        return "\n".join([*lines, *(f"Not done: {problem}" for problem in self.problems)]) or "Nothing to change."


# What a model is offered. Each says what is asked for; none of them knows a user, so that one object serves all.


def add_memory(memory: str, topics: list[str] | None = None) -> Operation:
    """Remember something new about the user.

    Args:
        memory: One fact about the user, as a short sentence in the third person.
        topics: One to three words that say what it is about.
    """
    return Operation("add", uuid7(), clean(memory), topics)


def update_memory(memory_id: str, memory: str, topics: list[str] | None = None) -> Operation:
    """Replace a memory that is no longer right, or that can say more.

    Args:
        memory_id: The id of the memory to replace.
        memory: What holds now, as a short sentence in the third person.
        topics: One to three words that say what it is about.
    """
    return Operation("replace", memory_id, clean(memory), topics)


def delete_memory(memory_id: str) -> Operation:
    """Delete one memory.

    Args:
        memory_id: The id of the memory to delete.
    """
    return Operation("delete", memory_id)


def clear_memory() -> Operation:
    """Delete all memories of the user."""
    return Operation("delete", CLEAR)


FUNCTIONS: Final[dict[str, Function[..., Operation]]] = {
    each.__name__: Function(each) for each in (add_memory, update_memory, delete_memory, clear_memory)
}


def offered(*, delete: bool, clear: bool) -> list[Function]:
    """The changes that a model may ask for."""
    refused = {"delete_memory": not delete, "clear_memory": not clear}
    return [function for name, function in FUNCTIONS.items() if not refused.get(name)]


class Draft:
    """The changes so far.

    Args:
        known: The ids that the model was shown; an id that is not among them is nobody's.
        everything: Gives the ids of all memories of the user, also of those that were not shown.
        offered: What the model may ask for.
    """

    def __init__(self, known: Iterable[str], everything: Callable[[], list[str]], offered: Iterable[Function]) -> None:
        self.known = dict.fromkeys(known)
        self.everything = everything
        self.offered = {function.name for function in offered}
        self.operations: list[Operation] = []

    def take(self, call: ToolCall) -> str | None:
        """Take down what a call asks for. Returns what is wrong with it, for the model; None where it is done."""
        if call.name not in self.offered:
            return f"There is no tool {call.name!r}, or it may not be used here."
        function = FUNCTIONS[call.name]
        ask: Callable[..., Operation] = function.entrypoint
        try:
            operation = ask(**function.validate(call.arguments))
        except ToolArgumentsError as error:
            return str(error)
        if operation.id == CLEAR and operation.kind == "delete":
            self._clear()
            return None
        if operation.kind == "add":
            if not operation.memory:
                return "A memory says something; this one is empty."
            self.known[operation.id] = None
        elif operation.id not in self.known:
            return f"There is no memory of the id {operation.id!r}."
        elif operation.kind == "delete":
            del self.known[operation.id]
        self.operations.append(operation)
        return None

    def _clear(self) -> None:
        """Delete all there is, but for what was deleted before."""
        gone = {operation.id for operation in self.operations if operation.kind == "delete"}
        all_of_them = dict.fromkeys((*self.everything(), *self.known))
        self.operations += [Operation("delete", id) for id in all_of_them if id not in gone]
        self.known.clear()


def clean(text: str) -> str:
    """Text as any database can hold it."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd").strip()
