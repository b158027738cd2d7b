"""A guide to one folder: an agent whose tools look around and change nothing. Copy this file and make it yours.

    graphagent run guide.py:agent "Which file should I read first?" --db runs.db

The folder is the one you call it from.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from graphagent import Agent, Toolkit, tool
from graphagent.models.openai import OpenAIChat


class Folder(Toolkit):
    """Tools to look around in one folder. Hidden files and whatever lies outside are out of reach.

    They only read, so a call may be made again if its process died in the middle of it: `policy="read"`.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).resolve(strict=True)
        super().__init__("folder", tools=[self.list_files, self.read_head, self.count, self.find_text])

    @tool(policy="read")
    def list_files(self, folder: str = ".") -> list[str]:
        """List the first 200 names in a folder: files with their size in bytes, folders with a slash.

        Args:
            folder: Its path, as in `docs/images`.
        """
        here = self.inside(folder)
        paths = [here / name for name in visible(path.name for path in here.iterdir())[:200]]
        return [f"{path.name}/" if path.is_dir() else f"{path.name} {path.lstat().st_size}" for path in paths]

    @tool(policy="read")
    def read_head(self, path: str, lines: int = 20) -> str:
        """Read the first lines of a text file.

        Args:
            path: Its path, as in `docs/index.md`.
            lines: How many.
        """
        return "\n".join(text_of(self.inside(path)).splitlines()[:lines])

    @tool(policy="read")
    def count(self, path: str) -> dict[str, int]:
        """Count the lines and words of a text file.

        Args:
            path: Its path.
        """
        text = text_of(self.inside(path))
        return {"lines": len(text.splitlines()), "words": len(text.split())}

    @tool(policy="read")
    def find_text(self, text: str) -> dict[str, Any]:
        """Find text files that hold a text, exactly as it is given: how many of the first 1000, and the first 20 paths.

        Args:
            text: What to find.
        """
        found = [path for path in islice(self.files(), 1000) if text in self.readable(path)]
        return {"files": len(found), "paths": found[:20]}

    def inside(self, path: str) -> Path:
        """The real path of something in the folder. Raises `PermissionError` for what is outside or hidden."""
        real = (self.root / path).resolve(strict=True)
        if not real.is_relative_to(self.root):
            raise PermissionError(f"{path!r} is not in this folder.")
        if any(name.startswith(".") for name in real.relative_to(self.root).parts):
            raise PermissionError(f"{path!r} is hidden.")
        return real

    def files(self) -> Iterator[str]:
        """The paths of all files that are not hidden."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = visible(folders)
            yield from (str(Path(folder, name).relative_to(self.root)) for name in visible(names))

    def readable(self, path: str) -> str:
        """The text of a file; none where it cannot be read, since a search passes over such files."""
        try:
            return text_of(self.inside(path))
        except (OSError, ValueError, RuntimeError):  # the last for links that lead to themselves
            return ""


def visible(names: Iterable[str]) -> list[str]:
    """Names in order, without those of hidden files."""
    return sorted(name for name in names if not name.startswith("."))


def text_of(path: Path) -> str:
    """The first megabyte of a text file. Raises `ValueError` for what is no text."""
    if not path.is_file():
        raise ValueError(f"{path.name!r} is not a file.")
    with path.open("rb") as file:
        content = file.read(1_000_000)
    if b"\0" in content:
        raise ValueError(f"{path.name!r} is not text.")
    return content.decode(errors="replace")


agent = Agent(
    name="Guide",
    model=OpenAIChat(),
    tools=[Folder(".")],
    instructions=["Show a newcomer around.", "Look before you speak: say only what your tools told you."],
)
