"""How a figure is taken: two contestants in turn, round after round, so that whatever disturbs the machine disturbs both.

A round runs each contestant for some milliseconds. The figure is the least of several medians of rounds; the ratio is
taken of these, and the middle half of the ratios of single rounds is shown as its spread. The garbage collector is on,
as it is in a program, with all that was there before the measurement out of its sight; it is run between rounds.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Clock = Callable[[], int]
CLOCKS: dict[str, Clock] = {"CPU": time.process_time_ns, "wall": time.perf_counter_ns}
ROUNDS = 21
ENOUGH = {"CPU": 30_000_000, "wall": 90_000_000}  # nanoseconds of one contestant in one round: others disturb the clock


@dataclass(frozen=True, slots=True)
class Duel:
    """What two contestants took, in microseconds."""

    ours: float
    floor: float
    spread: tuple[float, float]
    """Quartiles of the ratio over single rounds."""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


def duel(
    ours: Callable[[], object], floor: Callable[[], object], *, clock: str = "CPU", rounds: int = ROUNDS, per: int = 1
) -> Duel:
    """Measure two functions against each other.

    Args:
        ours: One piece of work.
        floor: The same, by hand.
        clock: `CPU` (of this process and its threads) or `wall`.
        rounds: How often each gets its turn.
        per: How many units one piece of work is, where the figure is per unit.
    """
    return _weigh(list(zip(*_rounds((ours, floor), clock, rounds), strict=True)), per)


def aduel(
    ours: Callable[[], Awaitable[object]],
    floor: Callable[[], Awaitable[object]],
    *,
    clock: str = "CPU",
    rounds: int = ROUNDS,
    per: int = 1,
) -> Duel:
    """`duel` of coroutine functions, on one event loop."""

    async def repeat(work: Callable[[], Awaitable[object]], times: int) -> None:
        for _ in range(times):
            await work()

    with asyncio.Runner() as runner:
        turns = _rounds_of(
            [lambda times, work=work: runner.run(repeat(work, times)) for work in (ours, floor)],  # type: ignore[misc]
            clock,
            rounds,
        )
    return _weigh(list(zip(*turns, strict=True)), per)


def alone(work: Callable[[], object], *, clock: str = "CPU", rounds: int = ROUNDS, per: int = 1) -> float:
    """Microseconds of one piece of work."""
    return _least(_rounds((work,), clock, rounds)[0]) / per


def _rounds(contestants: Sequence[Callable[[], object]], clock: str, rounds: int) -> list[list[float]]:
    def repeated(work: Callable[[], object]) -> Callable[[int], None]:
        def repeat(times: int) -> None:
            for _ in range(times):
                work()

        return repeat

    return _rounds_of([repeated(work) for work in contestants], clock, rounds)


def _rounds_of(contestants: Sequence[Callable[[int], None]], clock: str, rounds: int) -> list[list[float]]:
    """Microseconds of one piece of work, by contestant and round."""
    now = CLOCKS[clock]
    times = [_enough(repeat, now, ENOUGH[clock]) for repeat in contestants]
    taken: list[list[float]] = [[] for _ in contestants]
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        order = list(enumerate(contestants))
        for index, repeat in order if turn % 2 else reversed(order):
            gc.collect()
            started = now()
            repeat(times[index])
            taken[index].append((now() - started) / times[index] / 1000)
    gc.unfreeze()
    return taken


def _enough(repeat: Callable[[int], None], clock: Clock, enough: int) -> int:
    """How often to repeat for a round; warms up on the way."""
    repeat(1)
    times = 1
    while True:
        started = clock()
        repeat(times)
        if (spent := clock() - started) >= enough / 4:
            return max(1, round(times * enough / spent))
        times *= 2


def _least(rounds: Sequence[float], batch: int = 7) -> float:
    """The least of the medians of consecutive rounds: a quiet stretch, but no lucky moment."""
    return min(median(rounds[start : start + batch]) for start in range(0, len(rounds), batch))


def _weigh(rounds: list[tuple[float, float]], per: int) -> Duel:
    low, _, high = quantiles([one / other for one, other in rounds], n=4)
    ours, floor = (_least(side) / per for side in zip(*rounds, strict=True))
    return Duel(ours, floor, (low, high))
