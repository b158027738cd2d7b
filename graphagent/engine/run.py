"""A run: a small record with a state. `need` says what it wants from the world, `feed` tells it what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from pydantic_core import from_json
from transitions import MachineError

from graphagent.engine.call import ANSWERED, PLANNED, STARTED, Call
from graphagent.engine.folds import FOLDS, NOTHING
from graphagent.engine.limits import Limits
from graphagent.engine.machine import ACTING, FINAL, FIRE, READY, REASONING, RECALL, REMEMBER, TOOL, WAITING
from graphagent.exceptions import DamagedData, IllegalTransition, RunPruned

PRUNED: Final = "pruned"  # what the data of a first step say, and when, once what the steps carried was removed


class Step(NamedTuple):
    """One transition of a run, as it is recorded: what happened, where that led, and what it carried.

    `at` is in microseconds since the epoch. `messages` are the chat messages it added, in wire form, joined by commas.
    `data` is whatever else the run learnt, as JSON values.
    """

    seq: int
    trigger: str
    state: str
    at: int
    data: dict[str, Any] | None = None
    messages: bytes = b""


class Need(NamedTuple):
    """What a run wants from the world: the acting state it is in and, in `tool`, the calls to invoke."""

    state: str
    calls: tuple[Call, ...] = ()


NEEDS: Final = {state: Need(state) for state in ACTING}


class Run:
    """One execution of an agent. Changed by `feed` alone, whether live, resumed or replayed."""

    __slots__ = (
        "batch", "calls", "error", "failures", "fresh", "history", "id", "instant", "limits", "open", "plan",
        "preamble", "recalled", "repairs", "replies", "seq", "shown", "state", "stopped", "thinking", "thoughts", "transcript",
    )  # fmt: skip

    FOLDS = FOLDS

    def __init__(self, id: str, plan: frozenset[str]) -> None:
        self.id = id
        self.plan = plan
        self.limits = Limits()
        self.state: str = READY
        self.seq = 0
        self.fresh: list[Step] = []  # fed, not yet on record
        self.preamble = b""  # system message and what else precedes history
        self.history = b""  # what was recalled of earlier runs
        self.transcript: list[bytes] = []  # this run's own messages, each tool exchange complete and in call order
        self.replies: list[tuple[dict[str, Any], float]] = []  # what came with each reply, and the seconds it took
        self.calls: dict[str, Call] = {}
        self.batch: list[Call] = []  # the calls of the latest reply
        self.open: dict[str, Call] = {}  # those of them that have no answer yet
        self.recalled: dict[str, Any] | None = None
        self.thoughts: list[dict[str, Any]] = []
        self.thinking = False
        self.shown = ""  # tool output to be shown with the answer
        self.stopped = False
        self.failures = 0
        self.repairs = 0
        self.error: dict[str, Any] | None = None
        self.instant = 0

    # -- what happened ------------------------------------------------------------------------------------------------

    def feed(self, trigger: str, data: dict[str, Any] | None = None, messages: bytes = b"", *, at: int) -> Step:
        """Tell the run what happened. Deterministic: no clock, no dice, no input or output.

        Raises `IllegalTransition` where the state does not allow the trigger or the data do not fit the run; the run is
        then unchanged.
        """
        fire = FIRE.get(trigger)
        if fire is None:
            raise IllegalTransition(f"There is no trigger {trigger!r}.", run_id=self.id)
        try:
            fire(self, data or NOTHING, messages, at)
        except MachineError as error:
            raise IllegalTransition(f"Run {self.id}: {error.value}", run_id=self.id) from None
        self.seq += 1
        self.instant = at
        step = Step(self.seq, trigger, self.state, at, data, messages)
        self.fresh.append(step)
        return step

    def fold(self, trigger: str, data: dict[str, Any], messages: bytes, at: int) -> None:
        """Learn what a trigger carries, before the machine reads the guards: what the lean machine does by itself."""
        self.FOLDS[trigger](self, data, messages, at)

    @classmethod
    def replay(cls, id: str, plan: frozenset[str], steps: Sequence[Step]) -> Run:
        """The run that these steps, in order, lead to.

        Raises `DamagedData` where they do not follow from each other, and `RunPruned` where only their spine is left.
        """
        check_whole(id, steps)
        run = cls(id, plan)
        for step in steps:
            try:
                felt = run.feed(step.trigger, step.data, step.messages, at=step.at)
            except (IllegalTransition, KeyError, TypeError, ValueError, AttributeError) as error:
                raise DamagedData(
                    f"Run {id}: step {step.seq} ({step.trigger}) cannot be replayed: {error!r}"
                ) from error
            if felt.seq != step.seq or felt.state != step.state:
                raise DamagedData(
                    f"Run {id}: step {step.seq} ({step.trigger}) is recorded as leading to {step.state!r}, "
                    f"but step {felt.seq} leads to {felt.state!r}."
                )
            run.fresh.clear()
        return run

    def become(self, other: Run) -> None:
        """Be as another run is: this one told again, with something else in place of what could not be recorded."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    # -- what it needs ------------------------------------------------------------------------------------------------

    def need(self) -> Need | None:
        """What the run wants done now, read off its state; None where it rests (waiting, over, or not begun)."""
        if self.state == TOOL:
            return Need(TOOL, tuple([call for call in self.open.values() if call.gate is None]))
        return NEEDS.get(self.state)

    def prompt(self) -> bytes:
        """The transcript a model is asked with, in wire form."""
        return b",".join(filter(None, (self.preamble, self.history, *self.transcript)))

    @property
    def said(self) -> str | None:
        """The text of the model's latest message, if that is the last thing in the transcript."""
        return text_of(self.transcript[-1]) if self.transcript else None

    @property
    def is_over(self) -> bool:
        return self.state in FINAL

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    def lost(self) -> list[Call]:
        """Calls that were started and have no result. In a run just loaded, nobody knows what became of them."""
        return [call for call in self.open.values() if call.status == STARTED]

    def waiting(self) -> list[Call]:
        """Calls that wait for somebody, in the order they were asked for; none unless the run rests for them."""
        return [call for call in self.open.values() if call.gate is not None] if self.is_waiting else []

    def planned(self) -> list[Call]:
        """Calls that may be started now."""
        return [call for call in self.open.values() if call.status == PLANNED and call.gate is None]

    # -- guards: read by the machine after the run has learnt ----------------------------------------------------------

    @property
    def recalls(self) -> bool:
        return RECALL in self.plan

    @property
    def reasons(self) -> bool:
        return REASONING in self.plan

    @property
    def remembers(self) -> bool:
        return REMEMBER in self.plan

    @property
    def ponders(self) -> bool:
        return self.thinking and len(self.thoughts) < self.limits.thoughts

    @property
    def spent(self) -> bool:
        return self.seq >= self.limits.steps

    @property
    def exhausted(self) -> bool:
        return self.failures > self.limits.retries

    @property
    def beyond_repair(self) -> bool:
        return self.repairs > self.limits.repairs

    @property
    def answered(self) -> bool:
        return not self.open and not self.stopped

    @property
    def stopping(self) -> bool:
        return not self.open and self.stopped

    @property
    def free(self) -> bool:
        return self._gated(None)

    @property
    def unconfirmed(self) -> bool:
        return self._gated("confirm")

    @property
    def unfilled(self) -> bool:
        return self._gated("input")

    @property
    def undelivered(self) -> bool:
        return self._gated("external")

    @property
    def doubtful(self) -> bool:
        return self._gated("doubt")

    def _gated(self, gate: str | None) -> bool:
        for call in self.open.values():  # noqa: SIM110 - a generator would cost more than the rest of a transition
            if call.gate == gate:
                return True
        return False


def is_pruned(steps: Sequence[Step]) -> bool:
    """Whether only the spine of these steps is left."""
    return bool(steps and steps[0].data and PRUNED in steps[0].data)


def check_whole(run_id: str, steps: Sequence[Step]) -> None:
    """Raise `RunPruned` where only the spine of a run's steps is left."""
    if is_pruned(steps):
        raise RunPruned(
            f"Run {run_id} has ended, and what it carried was removed since, to keep no more than was allowed. "
            "Which way it went is still on record: `graphagent show` tells it.",
            run_id=run_id,
        )


def text_of(message: bytes) -> str | None:
    """The text of a message of the model, in wire form; None where it is nobody's or another's."""
    said = from_json(message) if message.startswith(b'{"role":"assistant"') else {}
    return said.get("content") or said.get("refusal")


__all__ = ["ANSWERED", "PLANNED", "STARTED", "Call", "Need", "Run", "Step", "text_of"]
