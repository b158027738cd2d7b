"""The events of a step: what callers are told once it is on record. Text that streams in between is told as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphagent.engine.machine import CANCELLED, COMPLETED, DECISIONS, FAILED, REMEMBER, WAITING
from graphagent.engine.run import text_of
from graphagent.run.events import RunEvent, RunResponseEvent
from graphagent.run.view import content_of, tool_of, tools_of

if TYPE_CHECKING:
    from graphagent.engine.run import Run, Step
    from graphagent.models.base import Delta, Model
    from graphagent.storage.base import Head


def content_event(head: Head, delta: Delta) -> RunResponseEvent:
    """A piece of text as it streams."""
    return RunResponseEvent(
        RunEvent.run_response_content, run_id=head.id, session_id=head.session_id, agent_id=head.agent_id,
        agent_name=head.agent_name, content=delta.content, reasoning_content=delta.reasoning,
        response_audio=delta.audio,
    )  # fmt: skip


def about_memory(step: Step, data: dict[str, Any]) -> tuple[RunEvent, dict[str, Any]] | None:
    """The event of an update of memory, and what it says: how much was written, and what went wrong."""
    if step.state == REMEMBER:
        return RunEvent.memory_update_started, {}
    if step.trigger != "remembered":
        return None
    wrong = [f"The update of {name} failed: {error['message']}" for name, error in data.get("errors", {}).items()]
    wrong += data.get("problems", [])
    written = {"memories": len(data.get("memories", ())), "summary": "summary" in data}
    return RunEvent.memory_update_completed, {"extra_data": written, "error": "\n".join(wrong) or None}


def narrate(head: Head, run: Run, step: Step, *, streamed: bool, model: Model | None) -> list[RunResponseEvent]:
    """The events of one step of a run that has just been put on record.

    `streamed` says that the text of this reply has been told already.
    """
    told: list[RunResponseEvent] = []

    def tell(event: RunEvent, **fields: Any) -> None:
        told.append(RunResponseEvent(
            event, seq=step.seq, created_at=step.at // 1_000_000, run_id=head.id, session_id=head.session_id,
            agent_id=head.agent_id, agent_name=head.agent_name, **fields,
        ))  # fmt: skip

    def tell_text(text: str | None) -> None:
        if text:
            tell(RunEvent.run_response_content, content=text)

    def tell_started(id: str) -> None:
        if run.calls[id].problem is None:
            tell(RunEvent.tool_call_started, tool=tool_of(run, run.calls[id]))

    trigger, data = step.trigger, step.data or {}
    if trigger == "begin":
        tell(RunEvent.run_started, model=getattr(model, "id", None), model_provider=getattr(model, "provider", None))
    elif trigger in ("call", "reply") and not streamed:
        tell_text(text_of(step.messages))
    if trigger == "call":
        free = [call for call in run.batch if call.required is None]
        if len(free) == 1 and step.state != FAILED:
            tell_started(free[0].id)
    elif trigger == "start":
        tell_started(data["call"])
    elif trigger == "result" and run.calls[data["call"]].problem is None:
        tool = tool_of(run, run.calls[data["call"]])
        seconds = tool.metrics.time if tool.metrics and tool.metrics.time is not None else 0.0
        tell(RunEvent.tool_call_completed, tool=tool, content=f"{tool} completed in {seconds:.4f}s.")
        tell_text(data.get("show"))
    if about := about_memory(step, data):
        tell(about[0], **about[1])
    if trigger in DECISIONS and trigger != "result" and step.state not in WAITING:
        tell(RunEvent.run_continued)
    if step.state in WAITING and step.seq == run.seq:
        tell(RunEvent.run_paused, tools=[tool for tool in tools_of(run) if tool.is_paused], content=content_of(run))
    elif step.state == COMPLETED:
        tell(RunEvent.run_completed, content=content_of(run), tools=tools_of(run))
    elif step.state == FAILED:
        tell(RunEvent.run_error, error=(run.error or {}).get("message"), content=(run.error or {}).get("message"))
    elif step.state == CANCELLED:
        tell(RunEvent.run_cancelled, reason=(run.error or {}).get("message"))
    return told
