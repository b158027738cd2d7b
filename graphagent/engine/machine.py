"""What may happen to a run: the one table that the machine, the graph, the journal and the pictures all read.

A run is in a state. A trigger says what happened in the world. ARCS says which state that leads to: the first arc of the
trigger and state whose guard holds. Guards are names of properties of the run, read *after* the run has learnt what the
trigger carried; they never look at the world. A state without arcs is final.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

from transitions import Event, Machine, MachineError

READY: Final = "ready"
RECALL: Final = "recall"
REASONING: Final = "reasoning"
MODEL: Final = "model"
TOOL: Final = "tool"
CONFIRM: Final = "confirm"
INPUT: Final = "input"
EXTERNAL: Final = "external"
DOUBT: Final = "doubt"
RESPOND: Final = "respond"
REMEMBER: Final = "remember"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"

ACTING: Final = (RECALL, REASONING, MODEL, TOOL, RESPOND, REMEMBER)  # the run needs something that we perform
WAITING: Final = (CONFIRM, INPUT, EXTERNAL, DOUBT)  # the run needs a person
FINAL: Final = (COMPLETED, FAILED, CANCELLED)
STATES: Final = (READY, *ACTING, *WAITING, *FINAL)
OPEN: Final = (READY, *ACTING, *WAITING)

# The waiting states in the order in which a run rests in them, each with the guard that says something is pending there.
RESTS: Final = ((CONFIRM, "unconfirmed"), (INPUT, "unfilled"), (EXTERNAL, "undelivered"), (DOUBT, "doubtful"))

# What may be decided, and about what. A late result settles its own doubt.
DECISIONS: Final = {
    "approve": (CONFIRM,),
    "reject":  (CONFIRM, INPUT, EXTERNAL),
    "answer":  (INPUT,),
    "deliver": (EXTERNAL,),
    "settle":  (DOUBT,),
    "result":  (DOUBT,),
}  # fmt: skip


def _decided() -> Iterator[tuple[str, str, str, str | None]]:
    """A decision keeps the run waiting while anything is undecided, whatever the order in which people decide."""
    for place, (source, pending) in enumerate(RESTS):
        for trigger, gates in DECISIONS.items():
            if source in gates:
                yield from ((trigger, source, target, still) for target, still in RESTS[place:])
                if trigger == "approve":
                    yield trigger, source, TOOL, None
                else:
                    yield trigger, source, TOOL, "free"
                    yield trigger, source, RESPOND, "stopping"
                    yield trigger, source, MODEL, None
            elif any(gate in gates for gate, _ in RESTS[place:]):
                yield trigger, source, source, pending


ARCS: Final[tuple[tuple[str, str, str, str | None], ...]] = (
    # trigger      from        to          guard
    ("begin",      READY,      RECALL,     "recalls"),
    ("begin",      READY,      REASONING,  "reasons"),
    ("begin",      READY,      MODEL,      None),
    ("recalled",   RECALL,     REASONING,  "reasons"),
    ("recalled",   RECALL,     MODEL,      None),
    ("thought",    REASONING,  REASONING,  "ponders"),
    ("thought",    REASONING,  MODEL,      None),
    ("call",       MODEL,      FAILED,     "spent"),
    ("call",       MODEL,      TOOL,       "free"),
    ("call",       MODEL,      CONFIRM,    "unconfirmed"),
    ("call",       MODEL,      INPUT,      "unfilled"),
    ("call",       MODEL,      EXTERNAL,   None),
    ("reply",      MODEL,      RESPOND,    None),
    ("retry",      MODEL,      FAILED,     "exhausted"),
    ("retry",      MODEL,      MODEL,      None),
    ("start",      TOOL,       TOOL,       None),
    ("result",     TOOL,       MODEL,      "answered"),
    ("result",     TOOL,       RESPOND,    "stopping"),
    ("result",     TOOL,       TOOL,       "free"),
    ("result",     TOOL,       CONFIRM,    "unconfirmed"),
    ("result",     TOOL,       INPUT,      "unfilled"),
    ("result",     TOOL,       EXTERNAL,   "undelivered"),
    ("result",     TOOL,       DOUBT,      None),
    ("recover",    TOOL,       TOOL,       "free"),
    ("recover",    TOOL,       CONFIRM,    "unconfirmed"),
    ("recover",    TOOL,       INPUT,      "unfilled"),
    ("recover",    TOOL,       EXTERNAL,   "undelivered"),
    ("recover",    TOOL,       DOUBT,      None),
    *_decided(),
    ("revise",     CONFIRM,    CONFIRM,    None),
    ("repair",     RESPOND,    FAILED,     "beyond_repair"),
    ("repair",     RESPOND,    MODEL,      None),
    ("finish",     RESPOND,    REMEMBER,   "remembers"),
    ("finish",     RESPOND,    COMPLETED,  None),
    ("remembered", REMEMBER,   COMPLETED,  None),
    *(("fail",     source,     FAILED,     None) for source in OPEN),
    *(("cancel",   source,     CANCELLED,  None) for source in OPEN),
)  # fmt: skip


class LeanEvent(Event):
    """An event that does what the stock one does for ARCS, without its bookkeeping (7 µs a trigger).

    The run learns first (`fold`), then the first arc whose guard holds is taken. A trigger that the state does not
    know, or a fold that refuses its data, raises and leaves the run as it was.
    """

    def trigger(self, model: Any, *occurrence: Any, **_: Any) -> bool:
        arcs = self.transitions.get(model.state)
        if arcs is None:
            raise MachineError(f"Trigger {self.name!r} is not allowed in state {model.state!r}.")
        model.FOLDS[self.name](model, *occurrence)
        for arc in arcs:
            for guard in arc.conditions:
                if not READ[guard.func](model):  # type: ignore[index]  # ours are names
                    break
            else:
                model.state = arc.dest
                return True
        raise MachineError(f"No arc of trigger {self.name!r} fits the run in state {model.state!r}.")


class LeanMachine(Machine):
    """The stock machine with lean events."""

    event_cls = LeanEvent


def build(machine: type[Machine] = LeanMachine) -> Machine:
    """The machine over ARCS. Runs are never registered with it; it holds no state of its own."""
    built = machine(model=None, states=list(STATES), initial=READY, auto_transitions=False, prepare_event="fold")
    for trigger, source, target, guard in ARCS:
        built.add_transition(trigger, source, target, conditions=guard)
    return built


READ: Final = {guard: attrgetter(guard) for *_, guard in ARCS if guard}
MACHINE: Final = build()
FIRE: Final = {name: event.trigger for name, event in MACHINE.events.items()}
