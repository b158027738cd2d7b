"""Events: their names, and which of them are told and kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.exceptions import DefinitionError
from graphagent.run import RunEvent, RunResponseEvent
from graphagent.run.events import skipped


@pytest.mark.parametrize("event", RunEvent)
def test_an_event_equals_its_text_and_is_named_after_it(event: RunEvent) -> None:
    assert event == event.value == str(event)
    assert event.value == "".join(part.capitalize() for part in event.name.split("_"))


@given(st.lists(st.sampled_from(RunEvent)))
def test_events_to_skip_are_given_as_members_or_as_texts(events: list[RunEvent]) -> None:
    assert skipped(events) == skipped([event.value for event in events]) == set(events)


def test_pieces_of_text_are_skipped_by_default_only() -> None:
    assert skipped(None) == {"RunResponseContent"}
    assert skipped([]) == set()


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("RunStrated", "RunStarted"), ("run_completed", "RunCompleted"), ("toolcallstarted", "ToolCallStarted")],
)
def test_an_unknown_event_is_refused_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(DefinitionError, match=f"{wrong}.*{near}"):
        skipped([wrong])


def test_a_text_in_place_of_a_list_is_refused() -> None:
    with pytest.raises(DefinitionError, match="list"):
        skipped("RunStarted")


@pytest.mark.parametrize("event", RunEvent)
def test_flags_of_an_event(event: RunEvent) -> None:
    told = RunResponseEvent(event)
    assert told.is_paused == (event == "RunPaused")
    assert told.is_cancelled == (event == "RunCancelled")
    always = {"RunResponseContent", "RunPaused", "RunError", "RunCancelled", "ToolCallStarted", "ToolCallCompleted"}
    assert told.is_intermediate == (event.value not in always)
