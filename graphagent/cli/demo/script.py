"""The model of the demo: no intelligence, only rules. What it asks for and says depends on what the tools returned."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from graphagent.testing import call, say

if TYPE_CHECKING:
    from graphagent.testing import Answer

QUESTION: Final = "What is in this folder? Look around, open what tells most, and say it in a few sentences."

# What a newcomer opens first: these names, in these formats.
TELLING: Final = ("readme", "index", "main", "notes", "todo", "pyproject", "package", "license")
FORMATS: Final = ("", ".md", ".rst", ".txt", ".toml", ".py", ".html", ".json", ".csv", ".js", ".ts", ".c", ".go", ".rs")


def answer(request: dict[str, Any]) -> Answer:
    """The next reply to a conversation, read off what its tools have returned so far."""
    known = results(request["messages"])
    if "list_files" not in known:
        return say("I will look around first.", call("list_files"))
    names = listed(known["list_files"])
    path = most_telling(names)
    if path is None:
        return say(f"{overview(names)} There is no text to open; show me another one: --folder PATH.")
    if "read_head" not in known:
        return say(f"{path} should tell most.", call("read_head", path=path, lines=12), call("count", path=path))
    word = subject(known["read_head"])
    if word is not None and "find_text" not in known:
        return say(f"It is about “{word}”. Where else does that stand?", call("find_text", text=word))
    told = [overview(names), reading(path, known["count"]), finding(word, known.get("find_text", ""), path)]
    return say(" ".join(sentence for sentence in told if sentence))


def results(messages: list[dict[str, Any]]) -> dict[str, str]:
    """What each tool returned, by its name."""
    asked = {call["id"]: call["function"]["name"] for message in messages for call in message.get("tool_calls") or ()}
    return {asked[message["tool_call_id"]]: message["content"] for message in messages if message["role"] == "tool"}


def listed(result: str) -> list[str]:
    """The names of a listing, those of files without their sizes. A tool that failed has listed nothing."""
    return [name if name.endswith("/") else name.rpartition(" ")[0] for name in as_json(result, list)]


def most_telling(names: list[str]) -> str | None:
    """The file that a newcomer should open first; None where there is none to open."""

    def rank(name: str) -> tuple[int, int, str]:
        stem = PurePath(name).stem.lower()
        place = next((place for place, word in enumerate(TELLING) if stem.startswith(word)), len(TELLING))
        return place, FORMATS.index(PurePath(name).suffix.lower()), name

    texts = [name for name in names if not name.endswith("/") and PurePath(name).suffix.lower() in FORMATS]
    return min(texts, key=rank, default=None)


def subject(head: str) -> str | None:
    """The longest word of the first line that is a title rather than markup."""
    lines = (line.lstrip() for line in head.splitlines())
    titles = (re.findall(r"[^\W\d_]\w{3,}", line) for line in lines if not line.startswith(("<", "[", "!")))
    return max(next(filter(None, titles), []), key=len, default=None)


def overview(names: list[str]) -> str:
    """How much there is."""
    folders = sum(name.endswith("/") for name in names)
    return f"Here are {counted(folders, 'folder')} and {counted(len(names) - folders, 'file')}."


def reading(path: str, count: str) -> str:
    """What was read of a file."""
    told = as_json(count, dict)
    if not told:
        return f"{path} could not be read: {count}"
    return f"The one to start with is {path}: {counted(told['lines'], 'line')}, {counted(told['words'], 'word')}."


def finding(word: str | None, result: str, path: str) -> str:
    """Where else a word stands."""
    found = as_json(result, dict)
    others = [other for other in found.get("paths", ()) if other != path]
    if word is None or not others:
        return ""
    number = found["files"] - (path in found["paths"])
    shown = ", ".join(others[:3])
    return f"“{word}” also stands in {counted(number, 'other file')}{', such as' if number > 3 else ':'} {shown}."


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `no files`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def as_json(result: str, kind: type[Any]) -> Any:
    """The result of a tool; empty where it is the text of an error."""
    try:
        value = from_json(result)
    except ValueError:
        return kind()
    return value if isinstance(value, kind) else kind()
