"""Running an agent: what is sent, what comes back, and what goes wrong."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from pydantic import BaseModel

from graphagent import Agent, RunEvent
from graphagent.engine.run import Run, Step
from graphagent.exceptions import (
    BudgetExceeded,
    DefinitionError,
    ModelConnectionError,
    ModelReplyError,
    ModelRequestError,
    RetryAgentRun,
    RunIsOver,
    RunNotFound,
    StopAgentRun,
)
from graphagent.models import Message, ScriptedModel, call, say
from graphagent.storage.base import Head
from graphagent.storage.memory import MemoryStorage


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def asked(agent: Agent) -> list[dict[str, Any]]:
    """The conversation of the latest request."""
    assert isinstance(agent.model, ScriptedModel)
    return agent.model.requests[-1].decoded()


def test_ten_lines_are_an_agent() -> None:
    agent = Agent(model=ScriptedModel([call("add", a=1, b=2), "It is 3."]), tools=[add])
    response = agent.run("What is 1 + 2?")
    assert response.content == "It is 3."
    assert response.status == "COMPLETED"
    assert [tool.result for tool in response.tools] == ["3"]
    assert response.formatted_tool_calls == ["add(a=1, b=2)"]
    assert agent.run_response is response


@pytest.mark.parametrize("on_a_loop", [False, True])
def test_an_answer_and_its_end_go_on_record_together(on_a_loop: bool) -> None:
    """Nothing of the world lies between them. Before the model is asked, what it is told is on record."""

    class Commits(MemoryStorage):
        def save(self, head: Head, run: Run) -> list[Step]:
            steps = super().save(head, run)
            made.append([step.trigger for step in steps])
            return steps

    made: list[list[str]] = []
    agent = Agent(model=ScriptedModel([call("add", a=1, b=2), "It is 3."]), tools=[add], storage=Commits())
    if on_a_loop:
        asyncio.run(agent.arun("What is 1 + 2?"))
    else:
        agent.run("What is 1 + 2?")
    assert made == [["begin"], ["call"], ["result"], ["reply", "finish"]]


def test_to_look_at_a_run_or_end_it_takes_no_schema_of_a_tool() -> None:
    """What a tool takes is read (with libraries that are slow to load) when a run needs it, and not before."""

    def unfillable(of: threading.Lock) -> str:
        return str(of)

    store = MemoryStorage()
    begun = Agent(model=ScriptedModel(["Hello."]), storage=store).run("Hi.")
    asked = Agent(model=ScriptedModel([]), tools=[unfillable], storage=store)
    assert begun.run_id is not None
    assert asked.get_run(begun.run_id).content == "Hello."
    with pytest.raises(RunIsOver):
        asked.cancel_run(begun.run_id)
    with pytest.raises(DefinitionError, match="unfillable"):
        asked.run("Hi.")


def test_nothing_of_a_run_is_written_to_the_agent() -> None:
    """One agent object, many threads and sessions: each gets its own answers, state and events."""
    agent = Agent(
        model=ScriptedModel(lambda messages: f"You said {messages[-1]['content']}."), session_state={"seen": []}
    )
    answers: dict[int, str | None] = {}

    def one(number: int) -> None:
        answers[number] = agent.run(f"{number}", session_id=f"s{number}", user_id=f"u{number}").content
        assert agent.run_response is not None
        assert agent.run_response.user_id == f"u{number}"

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"You said {number}." for number in range(20)}
    with pytest.raises(AttributeError, match="cannot be changed"):
        agent.markdown = True  # type: ignore[misc]


def test_tasks_on_one_agent_do_not_mix() -> None:
    agent = Agent(model=ScriptedModel(lambda messages: f"You said {messages[-1]['content']}."))

    async def one(number: int) -> None:
        await agent.arun(f"{number}", user_id=f"u{number}")
        assert agent.run_response is not None
        assert (agent.run_response.content, agent.run_response.user_id) == (f"You said {number}.", f"u{number}")

    async def everybody() -> None:
        await asyncio.gather(*(one(number) for number in range(50)))

    asyncio.run(everybody())


# -- what the model is told ------------------------------------------------------------------------------------------------


def test_the_system_message_is_composed_in_order() -> None:
    agent = Agent(
        model=ScriptedModel(["ok"]),
        name="Ada",
        description="You compute.",
        goal="Be right.",
        role="Calculator",
        instructions=["Think.", "Answer."],
        expected_output="A number.",
        additional_context="It is late.",
        success_criteria="No doubt.",
        markdown=True,
        add_name_to_instructions=True,
        add_datetime_to_instructions=True,
        timezone_identifier="UTC",
    )
    agent.run("Go.")
    system = asked(agent)[0]
    assert system["role"] == "system"
    parts = [
        "You compute.",
        "<your_goal>\nBe right.",
        "<your_role>\nCalculator",
        "<instructions>\n- Think.\n- Answer.\n</instructions>",
        "<additional_information>\n- Use markdown to format your answers.\n- The current time is ",
        "- Your name is: Ada.",
        "<expected_output>\nA number.",
        "It is late.",
        "<success_criteria>\nNo doubt.",
    ]
    places = [system["content"].index(part) for part in parts]
    assert places == sorted(places)
    assert "+00:00" in system["content"]


def test_without_anything_to_say_there_is_no_system_message() -> None:
    agent = Agent(model=ScriptedModel(["ok"]))
    agent.run("Go.")
    assert [message["role"] for message in asked(agent)] == ["user"]


def test_only_the_developers_words_are_templated() -> None:
    agent = Agent(
        model=ScriptedModel(["ok"]),
        instructions='Items: {items}. Unknown {thing}, JSON {"a": 1}, price $5, nested {items}.',
        session_state={"items": ["{secret}"], "secret": "hidden"},
        context={"city": lambda: "Paris"},
        description="In {city} for {user_id}.",
        add_state_in_messages=True,
    )
    agent.run("Print {secret}", user_id="ava")
    system, user = asked(agent)
    assert user["content"] == "Print {secret}"
    assert "Items: ['{secret}']. Unknown {thing}, JSON {\"a\": 1}, price $5" in system["content"]
    assert system["content"].startswith("In Paris for ava.")
    assert "hidden" not in system["content"]


def test_functions_and_messages_can_stand_for_texts() -> None:
    def instructions(agent: Agent) -> list[str]:
        return [f"You are {agent.name}."]

    agent = Agent(name="Bo", model=ScriptedModel(["ok"] * 3), instructions=instructions)
    agent.run("Go.")
    assert "You are Bo." in asked(agent)[0]["content"]
    other = agent.copy(system_message=lambda: "Only this.", add_messages=[{"role": "user", "content": "Example."}])
    other.run("Go.", messages=[Message(role="assistant", content="Before.")])
    assert [message["content"] for message in asked(other)] == ["Only this.", "Example.", "Before.", "Go."]
    with pytest.raises(DefinitionError, match="must return text"):
        agent.copy(system_message=lambda: 5).run("Go.")


def test_what_a_user_says_can_take_many_forms() -> None:
    class Order(BaseModel):
        id: int

    agent = Agent(model=ScriptedModel(lambda _: "ok"), context={"a": 1}, add_context=True)
    for message, content in (
        (["one", "two"], "one\ntwo"),
        (Order(id=7), '{"id":7}'),
        ([1, 2], "[1,2]"),
    ):
        agent.run(message)
        assert asked(agent)[-1]["content"].split("\n\n<context>")[0] == content
        assert '"a": 1' in asked(agent)[-1]["content"]
    agent.run({"role": "user", "content": "as it is"})
    assert asked(agent)[-1] == {"role": "user", "content": "as it is"}
    with pytest.raises(DefinitionError, match="'role'"):
        agent.run({"content": "nobody"})


# -- tools steer, and have limits ------------------------------------------------------------------------------------------


def test_a_tool_can_end_the_run() -> None:
    def leave() -> str:
        """Leave."""
        raise StopAgentRun("left", agent_message="I left.")

    agent = Agent(model=ScriptedModel([[call("leave"), call("add", a=1, b=1)]]), tools=[leave, add])
    response = agent.run("Go.")
    assert response.status == "COMPLETED"
    assert [tool.result for tool in response.tools] == ["left", "2"]
    assert response.messages[-1].content == "I left."


def test_a_tool_can_have_the_model_try_again() -> None:
    def guess(number: int) -> str:
        """Guess."""
        if number != 7:
            raise RetryAgentRun("wrong", user_message="Try a higher number.")
        return "right"

    agent = Agent(model=ScriptedModel([call("guess", number=3), call("guess", number=7), "Done."]), tools=[guess])
    response = agent.run("Go.")
    assert response.content == "Done."
    roles = [(message.role, message.content) for message in response.messages]
    assert ("user", "Try a higher number.") in roles
    assert roles.index(("tool", "wrong")) + 1 == roles.index(("user", "Try a higher number."))


def test_calls_beyond_the_limit_are_refused_and_the_model_is_told() -> None:
    agent = Agent(
        model=ScriptedModel([[call("add", a=1, b=1), call("add", a=2, b=2)], call("add", a=3, b=3), "Done."]),
        tools=[add],
        tool_call_limit=1,
    )
    response = agent.run("Go.")
    assert [tool.tool_call_error for tool in response.tools] == [False, True, True]
    assert response.tools[1].result == (
        "Tool call limit reached. Tool call add not executed. Don't try to execute it again."
    )


def test_a_run_ends_when_its_steps_are_used_up() -> None:
    agent = Agent(model=ScriptedModel(lambda _: call("add", a=1, b=1)), tools=[add], step_limit=20)
    with pytest.raises(BudgetExceeded, match="20 steps"):
        agent.run("Go.")
    assert agent.run_response is not None
    assert agent.run_response.status == "ERROR"
    assert len(agent.store.load(agent.run_id or "")[1]) <= 22


def test_ids_that_a_server_repeats_are_told_apart() -> None:
    same = call("add", a=1, b=1).with_id("call_0")
    agent = Agent(model=ScriptedModel([same, same, [same, call("add", a=2, b=2).with_id("x")], "ok"]), tools=[add])
    response = agent.run("Go.")
    assert response.content == "ok"
    assert len({tool.tool_call_id for tool in response.tools}) == 4


# -- what goes wrong --------------------------------------------------------------------------------------------------------


def test_a_transient_failure_is_retried_without_running_tools_again() -> None:
    made = []

    def act() -> str:
        """Act."""
        made.append(1)
        return "acted"

    down = ModelConnectionError("down", transient=True)
    agent = Agent(
        model=ScriptedModel([call("act"), down, down, "Done."]), tools=[act], retries=2, delay_between_retries=0
    )
    assert agent.run("Go.").content == "Done."
    assert made == [1]


def test_a_failure_that_stays_is_raised_and_on_record() -> None:
    down = ModelConnectionError("down", transient=True)
    agent = Agent(model=ScriptedModel([down, down]), retries=1, delay_between_retries=0, store_events=True)
    with pytest.raises(ModelConnectionError, match="down") as raised:
        agent.run("Go.")
    assert agent.run_id is not None
    assert agent.run_id in raised.value.__notes__[0]
    response = agent.get_run(agent.run_id)
    assert (response.status, response.error) == ("ERROR", "down")
    with pytest.raises(RunIsOver):
        agent.continue_run(run_id=agent.run_id)


def test_what_no_retry_can_mend_is_not_retried() -> None:
    agent = Agent(model=ScriptedModel([ModelRequestError("no such model", status=404), "never"]), retries=5)
    with pytest.raises(ModelRequestError):
        agent.run("Go.")
    assert isinstance(agent.model, ScriptedModel)
    assert len(agent.model.requests) == 1


def test_a_stream_tells_of_the_failure_and_raises_it() -> None:
    agent = Agent(model=ScriptedModel([ModelReplyError("nonsense")]))
    stream = agent.run("Go.", stream=True)
    assert next(stream).event == RunEvent.run_error
    with pytest.raises(ModelReplyError):
        next(stream)


def test_an_unknown_run_is_not_found() -> None:
    with pytest.raises(RunNotFound):
        Agent(model=ScriptedModel([])).get_run("nobody")


def test_unknown_options_are_refused_by_name() -> None:
    with pytest.raises(DefinitionError, match="instructions"):
        Agent(instruction="x")  # type: ignore[call-arg]


# -- streams ----------------------------------------------------------------------------------------------------------------


def test_who_stops_listening_loses_nothing() -> None:
    """Calls under way are settled, the run is not cancelled, and it goes on from there."""
    made: list[int] = []

    def act(number: int) -> int:
        """Act."""
        made.append(number)
        return number

    model = ScriptedModel([[call("act", number=1), call("act", number=2)], "Done."])
    agent = Agent(model=model, tools=[act], storage=MemoryStorage())
    stream = agent.run("Go.", stream=True)
    for event in stream:
        if event.event == "ToolCallStarted":
            break
    stream.close()  # type: ignore[attr-defined]
    response = agent.continue_run(run_id=agent.run_id)
    assert response.content == "Done."
    assert sorted(made) == [1, 2]
    assert response.tools_in_doubt == []


def test_a_call_that_was_announced_and_never_made_is_made_later() -> None:
    """The start of a single call is on record with the reply that asks for it; whoever leaves then leaves no doubt."""
    made: list[int] = []

    def act() -> str:
        """Act."""
        made.append(1)
        return "acted"

    agent = Agent(model=ScriptedModel([call("act"), "Done."]), tools=[act])
    stream = agent.run("Go.", stream=True)
    assert next(stream).event == "ToolCallStarted"
    del stream
    assert made == []
    assert agent.continue_run().content == "Done."
    assert made == [1]


def test_who_stops_listening_on_an_event_loop_loses_nothing() -> None:
    made: list[int] = []

    async def act(number: int) -> int:
        """Act."""
        await asyncio.sleep(0)
        made.append(number)
        return number

    model = ScriptedModel([[call("act", number=1), call("act", number=2)], "Done."])
    agent = Agent(model=model, tools=[act], storage=MemoryStorage())

    async def main() -> None:
        stream = await agent.arun("Go.", stream=True)
        started = 0
        async for event in stream:
            started += event.event == "ToolCallStarted"
            if started == 2:
                break
        await stream.aclose()  # type: ignore[attr-defined]
        response = await agent.acontinue_run(run_id=agent.run_id)
        assert response.content == "Done."  # type: ignore[union-attr]

    asyncio.run(main())
    assert sorted(made) == [1, 2]


def test_streaming_once_does_not_stick() -> None:
    agent = Agent(model=ScriptedModel(["one", "two"]))
    assert [event.content for event in agent.run("Go.", stream=True)] == ["one"]
    assert agent.run("Go.").content == "two"


def test_events_can_be_kept_by_name_or_by_member() -> None:
    agent = Agent(model=ScriptedModel(["ok"]), store_events=True, events_to_skip=[RunEvent.run_started.value])
    response = agent.run("Go.")
    assert [event.event for event in response.events] == [RunEvent.run_response_content, RunEvent.run_completed]
    with pytest.raises(DefinitionError, match="RunStarted"):
        Agent(model=ScriptedModel(["ok"]), events_to_skip=["RunStart"]).run("Go.")


def test_a_run_can_be_cancelled_from_elsewhere() -> None:
    """A tool cancels its own run, as another thread or process would: nothing more is started."""
    storage = MemoryStorage()

    def stop(agent: Agent, run_context: Any) -> str:
        """Cancel."""
        agent.cancel_run(run_context.run_id, reason="enough")
        return "ignored"

    agent = Agent(model=ScriptedModel([call("stop"), "never"]), tools=[stop], storage=storage)
    response = agent.run("Go.")
    assert (response.status, response.error) == ("CANCELLED", "enough")
    assert response.is_cancelled
    with pytest.raises(RunIsOver):
        agent.cancel_run(response.run_id or "")


def test_say_with_usage_is_measured() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    agent = Agent(model=ScriptedModel([say("ok", usage=usage)]))
    response = agent.run("Go.")
    assert response.metrics["input_tokens"] == [5]
    assert response.metrics["output_tokens"] == [2]
    assert response.metrics["time"][0] >= 0


def test_a_refusal_is_the_answer() -> None:
    from graphagent.models import refuse

    response = Agent(model=ScriptedModel([refuse("I will not.")])).run("Go.")
    assert response.content == "I will not."
    assert response.status == "COMPLETED"


def test_a_generator_is_a_tool_and_shown_results_are_answered() -> None:
    from graphagent import tool

    @tool(stop_after_tool_call=True, show_result=True)
    def poem() -> Any:
        """Write a poem."""
        yield "Roses "
        yield "are red."

    response = Agent(model=ScriptedModel([call("poem")]), tools=[poem]).run("Go.")
    assert response.content == "Roses are red."
