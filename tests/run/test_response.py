"""A response: what is made when it is asked for, and what it says of pauses."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.run import RunEvent, RunResponse, RunResponseEvent, RunStatus, ToolExecution
from graphagent.run.metrics import collect, sums

names = st.sampled_from(["input_tokens", "output_tokens", "time", "time_to_first_token"])
measures = st.lists(st.dictionaries(names, st.integers(0, 10**6)), max_size=5)


@pytest.mark.parametrize("name", ["messages", "metrics", "tools", "events"])
def test_a_deferred_field_is_made_once_and_only_when_read(name: str) -> None:
    made: list[list[object]] = []

    def make() -> list[object]:
        made.append([])
        return made[-1]

    response = RunResponse(**{name: make})  # type: ignore[arg-type]  # the names are checked by the test itself
    assert made == []
    assert getattr(response, name) is getattr(response, name)
    assert len(made) == 1


@pytest.mark.parametrize("name", ["messages", "metrics", "tools", "events"])
def test_responses_share_no_default(name: str) -> None:
    one, other = RunResponse(), RunResponse()
    assert not getattr(one, name)
    assert getattr(one, name) is not getattr(other, name)


def test_calls_share_no_default() -> None:
    one, other = ToolExecution("1", "t"), ToolExecution("2", "t")
    one.tool_args["x"] = 1
    assert other.tool_args == {}
    assert one.user_input_schema is None


def test_a_misspelt_decision_is_refused() -> None:
    with pytest.raises(AttributeError):
        ToolExecution("1", "t").confirmd = True  # type: ignore[attr-defined]


flags = ["requires_confirmation", "requires_user_input", "external_execution_required", "in_doubt"]
views = [
    "tools_requiring_confirmation",
    "tools_requiring_user_input",
    "tools_awaiting_external_execution",
    "tools_in_doubt",
]


@given(st.lists(st.sets(st.sampled_from(flags)), max_size=5))
def test_the_views_of_waiting_calls_are_the_calls_themselves_in_order(waits: list[set[str]]) -> None:
    tools = [
        ToolExecution(str(number), "t", **dict.fromkeys(wait, True))  # type: ignore[arg-type]  # flags are booleans
        for number, wait in enumerate(waits)
    ]
    for seen in (RunResponse(tools=tools), RunResponseEvent(RunEvent.run_paused, tools=tools)):
        for flag, view in zip(flags, views, strict=True):
            assert [id(tool) for tool in getattr(seen, view)] == [id(tool) for tool in tools if getattr(tool, flag)]
    assert [tool.is_paused for tool in tools] == [bool(wait) for wait in waits]


def test_a_decision_leaves_the_call_in_its_view_until_the_run_has_gone_on() -> None:
    response = RunResponse(tools=[ToolExecution(id, "t", requires_confirmation=True) for id in "ab"])
    for number in range(2):
        response.tools_requiring_confirmation[number].confirmed = True
    assert [tool.confirmed for tool in response.tools] == [True, True]


@pytest.mark.parametrize("status", RunStatus)
def test_paused_and_cancelled_are_what_the_status_says(status: RunStatus) -> None:
    response = RunResponse(status=status)
    assert response.is_paused == (status == "PAUSED")
    assert response.is_cancelled == (status == "CANCELLED")


def test_calls_read_as_python() -> None:
    response = RunResponse(
        tools=[ToolExecution("1", "search", {"query": "rain", "limit": 3}), ToolExecution("2", "now")]
    )
    assert response.formatted_tool_calls == ["search(query='rain', limit=3)", "now()"]


def test_a_response_is_shown_short() -> None:
    assert repr(RunResponse(run_id="r", status=RunStatus.completed, content="Hi")) == (
        "RunResponse(run_id='r', status=COMPLETED, content='Hi')"
    )


@given(measures)
def test_every_measure_has_an_entry_for_every_message(messages: list[dict[str, int]]) -> None:
    metrics = collect(messages)
    assert set(metrics) == {name for message in messages for name in message}
    for name, entries in metrics.items():
        assert entries == [message.get(name, 0) for message in messages]


@given(measures)
def test_sums_add_up(messages: list[dict[str, int]]) -> None:
    totals = sums(collect(iter(messages)))
    assert totals == {name: sum(message.get(name, 0) for message in messages) for name in totals}


def test_looking_at_runs_needs_no_heavy_library() -> None:
    script = "import sys, graphagent.run, graphagent.utils.pprint, graphagent.utils.log; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) & {"pydantic", "rich", "asyncio", "networkx", "sqlmodel", "sqlalchemy", "openai"} == set()
