"""A run as its caller sees it, at the end or at a pause."""

# ruff: noqa: RUF009 - a descriptor is made once for its class, as it should be
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from pydantic_core import from_json, to_json

from graphagent.exceptions import RunNotFound
from graphagent.run.deferred import Deferred
from graphagent.run.events import RunResponseEvent
from graphagent.run.record import Record
from graphagent.run.status import RunStatus
from graphagent.run.tool import ToolExecution, Waiting, now

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx
    from pydantic import BaseModel

    from graphagent.models.message import Message


@dataclass(kw_only=True, repr=False)
class RunResponse(Record, Waiting):
    """What a run answered, what it did, or what it waits for. The storage is the truth; this is a view of it.

    `messages`, `metrics`, `tools` and `events` may be given as functions of no arguments, called when first read.
    """

    run_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    parent_run_id: str | None = None
    parent_step: int | None = None
    """The step of the parent run that this run is a part of."""
    status: RunStatus = RunStatus.pending
    seq: int = 0
    """The step of the journal that this view shows."""
    created_at: int = field(default_factory=now)
    """Seconds since the epoch."""

    content: Any = None
    """Text, or an object of the agent's response model."""
    content_type: str = "str"
    """`str`, or the name of the content's class."""
    reasoning_content: str | None = None
    error: str | None = None
    """What went wrong, of a run that failed or was cancelled."""
    model: str | None = None
    model_provider: str | None = None

    messages: Deferred[list[Message]] = Deferred(list)
    """All messages of the run: system message, history, and what was said since."""
    metrics: Deferred[dict[str, list[float]]] = Deferred(dict)
    """Tokens and seconds by name, with one entry for each assistant message of this run."""
    tools: Deferred[list[ToolExecution]] = Deferred(list)
    """The tool calls of this run, in the order the model asked for them."""
    events: Deferred[list[RunResponseEvent]] = Deferred(list)
    """What was told of the run, where the agent has `store_events`."""

    images: list[Any] | None = None
    videos: list[Any] | None = None
    audio: list[Any] | None = None
    response_audio: Any = None
    citations: list[dict[str, Any]] | None = None
    extra_data: dict[str, Any] | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the run waits for a person."""
        return self.status is RunStatus.paused

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self.status is RunStatus.cancelled

    @property
    def formatted_tool_calls(self) -> list[str]:
        """The tool calls as text: `search(query='rain')`."""
        return [str(tool) for tool in self.tools]

    def graph(self) -> networkx.MultiDiGraph[str]:
        """The plan of the run with the way it took, as it is on record; see `graphagent.engine.graph.run_graph`.

        Raises `RunNotFound` where this response was read back from data and has no storage to ask.
        """
        draw: Callable[[], networkx.MultiDiGraph[str]] | None = vars(self).get("_draw")  # no field: it is not written
        if draw is None:
            raise RunNotFound(
                f"This response of run {self.run_id} was made from data. `storage.run_graph(run_id)` draws the run.",
                run_id=self.run_id,
            )
        return draw()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows: the way of the run, as a picture."""
        from graphagent.view.svg import svg

        return {"text/plain": repr(self), **({"image/svg+xml": svg(self.graph())} if "_draw" in vars(self) else {})}

    def get_content_as_string(self, *, indent: int | None = None) -> str:
        """The content as text; what is not text as JSON, indented by that many spaces. Nothing is the empty text."""
        if self.content is None:
            return ""
        return self.content if isinstance(self.content, str) else to_json(self.content, indent=indent).decode()

    def to_json(self, *, indent: int | None = None) -> str:
        """`to_dict` as JSON text, indented by that many spaces."""
        return to_json(self.to_dict(), indent=indent).decode()

    @classmethod
    def from_json(cls, text: str | bytes, *, response_model: type[BaseModel] | None = None) -> Self:
        """The response that `to_json` wrote; see `from_dict`."""
        return cls.from_dict(from_json(text), response_model=response_model)

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, response_model: type[BaseModel] | None = None) -> Self:
        """The response that `to_dict` wrote; `data` is left as it is.

        Args:
            data: What `to_dict` returned.
            response_model: Validates a content that was written from an object of it; otherwise it stays a dict.

        Raises:
            TypeError: `data` has a key that is no field.
            pydantic.ValidationError: The content does not fit `response_model`.
        """
        response = super().from_dict(data)
        if response_model is not None and response.content_type == response_model.__name__:
            response.content = response_model.model_validate(response.content)
        return response

    @classmethod
    def _decoded(cls, values: dict[str, Any]) -> dict[str, Any]:
        values["status"] = RunStatus(values.get("status", RunStatus.pending))
        values["tools"] = [ToolExecution.from_dict(tool) for tool in values.get("tools", ())]
        values["events"] = [RunResponseEvent.from_dict(event) for event in values.get("events", ())]
        if messages := values.get("messages"):
            from graphagent.models.message import Message

            values["messages"] = [Message.model_validate(message) for message in messages]
        return values

    def __repr__(self) -> str:
        told = self.error if self.status is RunStatus.error else self.content
        return f"RunResponse(run_id={self.run_id!r}, status={self.status.value}, content={told!r})"
