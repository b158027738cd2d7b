"""The same by hand: `python -m benchmarks.floor.cold FILE RUN`."""

from __future__ import annotations

import sys

from benchmarks.floor import durable
from benchmarks.work import ANSWER, price


def main(file: str, run: str) -> None:
    messages = durable.resume(
        durable.opened(file), run, lambda _: {"role": "assistant", "content": ANSWER}, {"price": price}
    )
    print("COMPLETED", messages[-1]["content"])


if __name__ == "__main__":
    main(*sys.argv[1:])
