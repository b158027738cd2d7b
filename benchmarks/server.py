"""The provider of the client's figures, in a process of its own, so that what it does is not counted as the client's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.work import ANSWER, ARGUMENTS, WORDS
from graphagent.testing import Item, LocalProvider, call, say

CALLS = 3


def answer(body: dict[str, Any]) -> Item:
    """A long text to who streams; to others three calls, one after the other, and then a short one."""
    if body.get("stream"):
        return say(WORDS)
    answered = sum(message["role"] == "tool" for message in body["messages"])
    return call("price", ARGUMENTS[answered]) if answered < CALLS else say(ANSWER)


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Address and key of the provider, as long as it lasts."""
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
    ) as process:
        assert process.stdout is not None
        base_url, api_key = process.stdout.readline().split()
        try:
            yield base_url, api_key
        finally:
            process.communicate()  # it ends with its input


def main() -> None:
    with LocalProvider(answer, strict=False) as provider:
        print(provider.base_url, provider.api_key, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
