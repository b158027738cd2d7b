"""The agent: what is configured, and the ways to run it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from graphagent.agent.conversations import Conversations
from graphagent.agent.scope import CURRENT, LastRuns

if TYPE_CHECKING:
    import networkx

    from graphagent.agent.begin import Message
    from graphagent.agent.definition import Definition
    from graphagent.agent.execution import Execution
    from graphagent.memory import Memory, SessionSummary, UserMemory
    from graphagent.run.events import RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.run.tool import ToolExecution
    from graphagent.storage.base import Storage


class RunOptions(TypedDict, total=False):
    """What can be said of one run. Whatever is left out is as configured on the agent."""

    stream_intermediate_steps: bool | None
    user_id: str | None
    session_id: str | None
    session_state: dict[str, Any] | None
    messages: list[Any] | None
    retries: int | None


class ContinueOptions(TypedDict, total=False):
    """Which run to go on with, and what was decided."""

    run_id: str | None
    updated_tools: Sequence[ToolExecution] | None
    stream_intermediate_steps: bool | None


class Agent(Conversations):
    """An agent: a model, tools and instructions. Immutable; one object serves many runs, threads and tasks at once.

    `run` and `arun` return what a caller needs of a run. `run_response`, `session_state` and `is_paused` are
    conveniences that refer to the last run of the calling thread or task.
    """

    # -- ways to run it -----------------------------------------------------------------------------------------------

    @overload
    def run(
        self, message: Message = None, *, stream: Literal[True], **options: Unpack[RunOptions]
    ) -> Iterator[RunResponseEvent]: ...
    @overload
    def run(
        self, message: Message = None, *, stream: Literal[False] | None = None, **options: Unpack[RunOptions]
    ) -> RunResponse: ...
    @overload
    def run(
        self, message: Message = None, *, stream: bool | None, **options: Unpack[RunOptions]
    ) -> RunResponse | Iterator[RunResponseEvent]: ...

    def run(
        self, message: Message = None, *, stream: bool | None = None, **options: Unpack[RunOptions]
    ) -> RunResponse | Iterator[RunResponseEvent]:
        """Run the agent on a message until the run ends or waits for a person.

        Args:
            message: What the user says: text, a list, a dict or `Message`, a pydantic model (sent as JSON), or None.
            stream: True: an iterator of events, which drives the run. None: as configured on the agent.
            options: See `RunOptions`.

        Returns:
            The response, or an iterator of events. Whoever stops iterating loses nothing: what is under way is settled
            and the run can be continued.

        Raises:
            ModelError: The model failed and its retries are used up. The run is on record as failed.
            BudgetExceeded: The run used up its step budget.
            StorageError: The record could not be written. What was recorded before stands.
        """
        execution = self._noted(self._begin(message, stream, options))
        return execution.stream() if execution.streaming else execution.finish()

    @overload
    def arun(
        self, message: Message = None, *, stream: Literal[True], **options: Unpack[RunOptions]
    ) -> Coroutine[Any, Any, AsyncIterator[RunResponseEvent]]: ...
    @overload
    def arun(
        self, message: Message = None, *, stream: Literal[False] | None = None, **options: Unpack[RunOptions]
    ) -> Coroutine[Any, Any, RunResponse]: ...
    @overload
    def arun(
        self, message: Message = None, *, stream: bool | None, **options: Unpack[RunOptions]
    ) -> Coroutine[Any, Any, RunResponse | AsyncIterator[RunResponseEvent]]: ...

    async def arun(
        self, message: Message = None, *, stream: bool | None = None, **options: Unpack[RunOptions]
    ) -> RunResponse | AsyncIterator[RunResponseEvent]:
        """`run`, on an event loop. With `stream=True`: `async for event in await agent.arun(…, stream=True)`."""
        begin = partial(self._begin, message, stream, options)
        reads = options.get("session_id") or self.session_id  # what is stored of the session, if it is not a new one
        execution = self._noted(await self.store.aside(begin) if reads else begin())
        return execution.astream() if execution.streaming else await execution.afinish()

    def print_response(self, message: Message = None, *, stream: bool | None = None, **options: Any) -> None:
        """Run and print to the terminal, live where it streams. Takes the options of `run` and of
        `graphagent.utils.pprint.print_response`.

        Without a `session_id`, it goes on in the session of the last run of this thread or task and the same user.
        """
        from graphagent.utils.pprint import print_run, split

        said, shown = split(self._in_conversation(options))
        print_run(lambda: self.run(message, stream=stream, **said), message=message, **self._looks(shown))

    async def aprint_response(self, message: Message = None, *, stream: bool | None = None, **options: Any) -> None:
        """`print_response`, on an event loop."""
        from graphagent.utils.pprint import aprint_run, split

        said, shown = split(self._in_conversation(options))
        await aprint_run(lambda: self.arun(message, stream=stream, **said), message=message, **self._looks(shown))

    @overload
    def continue_run(
        self, run_response: RunResponse | None = None, *, stream: Literal[True], **options: Unpack[ContinueOptions]
    ) -> Iterator[RunResponseEvent]: ...
    @overload
    def continue_run(
        self,
        run_response: RunResponse | None = None,
        *,
        stream: Literal[False] | None = None,
        **options: Unpack[ContinueOptions],
    ) -> RunResponse: ...
    @overload
    def continue_run(
        self, run_response: RunResponse | None = None, *, stream: bool | None, **options: Unpack[ContinueOptions]
    ) -> RunResponse | Iterator[RunResponseEvent]: ...

    def continue_run(
        self, run_response: RunResponse | None = None, *, stream: bool | None = None, **options: Unpack[ContinueOptions]
    ) -> RunResponse | Iterator[RunResponseEvent]:
        """Go on with a run that waits, or whose process ended, from what is on record.

        Args:
            run_response: The run, and what was decided about its waiting calls. None: the last run of this thread or
                task, unless `run_id` names one.
            stream: As for `run`.
            options: See `ContinueOptions`.

        Returns:
            As `run`. A run that still waits for something undecided is returned as it is.

        Raises:
            RunNotFound: There is no such run.
            RunIsOver: The run has ended.
            AlreadyResolved: A call was decided before, elsewhere.
            StaleRun: The run was taken on elsewhere in the meantime. Nothing was started here.
            ToolArgumentsError: What was filled in does not fit; nothing was decided.
        """
        execution = self._noted(self._resume(run_response, stream, options))
        return execution.stream() if execution.streaming else execution.finish()

    async def acontinue_run(
        self, run_response: RunResponse | None = None, *, stream: bool | None = None, **options: Unpack[ContinueOptions]
    ) -> RunResponse | AsyncIterator[RunResponseEvent]:
        """`continue_run`, on an event loop."""
        if run_response is None and options.get("run_id") is None:
            run_response = self.run_response
        from graphagent.agent.memories import aside

        resume = partial(self._resume, run_response, stream, options)
        execution = self._noted(await aside(self, resume))
        return execution.astream() if execution.streaming else await execution.afinish()

    # -- runs on record -----------------------------------------------------------------------------------------------

    def get_run(self, run_id: str) -> RunResponse:
        """The run of that id, from storage. Raises `RunNotFound`, or `DamagedData` where it cannot be read back."""
        from graphagent.agent.stored import loaded

        return loaded(self, run_id).response()

    def cancel_run(self, run_id: str, *, reason: str = "The run was cancelled.") -> RunResponse:
        """End a run, wherever it is being run: nothing new is started in it. Raises `RunIsOver` where it has ended."""
        from graphagent.agent.stored import cancelled

        return cancelled(self, run_id, reason)

    def fork_run(self, run_id: str, seq: int) -> RunResponse:
        """Begin a new run where another one was at step `seq`; go on with it by `continue_run(run_id=…)`.

        It belongs to the same session and has copies of these steps, so it outlives its parent; `parent_run_id` and
        `parent_step` say where it comes from. What was done in them is not done again: results stand, what they wrote
        to the state of the session and to memories was written once. A call that had begun and had no result at that
        step is in doubt, as after a crash. For a call that waits for a person and expires, the time runs anew.

        Raises:
            RunNotFound: There is no such run.
            DefinitionError: It has no such step.
            RunIsOver: It had ended at that step.
        """
        from graphagent.agent.fork import forked

        return forked(self, run_id, seq).response()

    def recover(self) -> list[RunResponse]:
        """Go on with every run of this agent that somebody decided, or whose process ended, until it rests again.

        What has expired is rejected first, by policy. Runs in living hands, and those that somebody else took on in the
        meantime, are left to them. A run that fails is on record as failed, and its response says so. One that cannot
        go on, because it is damaged say, or does not fit this agent any more, is logged as an error and left out; it
        holds up no other.

        Raises:
            StorageError: The runs cannot be listed.
        """
        from graphagent.agent.worker import recovered

        return recovered(self)

    def graph(self) -> networkx.MultiDiGraph[str]:
        """The states that runs of this agent may visit and the arcs between them; see `graphagent.engine.graph.graph`.

        The graph itself has the budgets of a run as `limits`, and its node `tool` the `tools`: by name, what each is gated
        by (`gate`: None, `confirm`, `input` or `external`) and what becomes of a call of unknown outcome (`policy`).
        """
        from graphagent.engine.graph import graph

        drawn, known = graph(self.definition.plan), self.definition
        drawn.graph["limits"] = known.limits._asdict()
        if "tool" in drawn:
            tools = known.functions.items()
            drawn.nodes["tool"]["tools"] = {name: {"gate": tool.gate, "policy": tool.policy} for name, tool in tools}
        return drawn

    # -- what is remembered -------------------------------------------------------------------------------------------

    def get_user_memories(self, user_id: str | None = None) -> list[UserMemory]:
        """What is remembered about a user: of None, the agent's own, else the user of the last run of this thread or task."""
        from graphagent.agent.memories import user_memories

        return user_memories(self, user_id)

    def get_session_summary(self, session_id: str | None = None, user_id: str | None = None) -> SessionSummary | None:
        """What a session was about: of None, the agent's own, else the session of the last run of this thread or task."""
        from graphagent.agent.memories import session_summary

        return session_summary(self, session_id, user_id)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows: where runs of this agent may go, as a picture."""
        from graphagent.view.svg import svg

        return {"text/plain": repr(self), "image/svg+xml": svg(self.graph())}

    # -- conveniences: the last run of this thread or task -------------------------------------------------------------

    @property
    def run_response(self) -> RunResponse | None:
        """The response of the last run, as far as it got; None before the first."""
        last = self._last.get()
        return None if last is None else last.response()

    @property  # type: ignore[misc]  # the option of this name is what the state starts with
    def session_state(self) -> dict[str, Any]:
        """Inside a tool: the state the tool may change. Elsewhere: the state after the last run."""
        scope = CURRENT.get()
        if scope is not None and scope.execution.agent is self:
            return scope.session_state
        last = self._last.get()
        return last.state if last is not None else vars(self).get("session_state") or {}

    @property
    def run_id(self) -> str | None:
        """The id of the last run."""
        last = self._last.get()
        return None if last is None else last.run.id

    @property
    def is_paused(self) -> bool:
        """Whether the last run waits for a person."""
        last = self._last.get()
        return last is not None and last.run.is_waiting

    # -- made when first needed ----------------------------------------------------------------------------------------

    @cached_property
    def definition(self) -> Definition:
        """What runs need of this agent. Raises `DefinitionError` where it cannot work."""
        from graphagent.agent.definition import Definition

        return Definition(self)

    @cached_property
    def store(self) -> Storage:
        """Where this agent's runs are recorded."""
        if self.storage is not None and self.db is None:
            return self.storage
        from graphagent.storage.opened import opened

        return opened(self.db, self.storage)

    @cached_property
    def memories(self) -> Memory:
        """The memory this agent works with: the one of `memory=`, else one in the storage of its runs."""
        from graphagent.agent.memories import used_memory

        return used_memory(self)

    @cached_property
    def unsaved(self) -> dict[str, Execution]:
        """Runs whose latest steps met an error of the storage, by id; `continue_run` offers these steps again."""
        return {}

    @cached_property
    def _last(self) -> LastRuns:
        return LastRuns()

    def _begin(self, message: Message, stream: bool | None, options: RunOptions) -> Execution:
        from graphagent.agent.begin import begun

        if self.debug_mode:
            from graphagent.utils.log import enable_debug

            enable_debug(self.debug_level)
        return begun(self, message, self.stream if stream is None else stream, **options)

    def _resume(self, run_response: RunResponse | None, stream: bool | None, options: ContinueOptions) -> Execution:
        from graphagent.agent.resume import resumed

        execution = resumed(self, run_response, options.get("run_id"), options.get("updated_tools"))
        detailed = options.get("stream_intermediate_steps")
        execution.streaming = bool(self.stream if stream is None else stream)
        execution.detailed = bool(self.stream_intermediate_steps if detailed is None else detailed)
        return execution

    def _noted(self, execution: Execution) -> Execution:
        self._last.note(execution)
        return execution

    def _in_conversation(self, options: dict[str, Any]) -> dict[str, Any]:
        """Options of a run that is printed: a person at a terminal goes on in the session that they are in."""
        last = self._last.get()
        if last is None or options.get("session_id") or self.session_id:
            return options
        user_id = options.get("user_id") or self.user_id
        return {**options, "session_id": last.head.session_id} if last.head.user_id == user_id else options

    def _looks(self, shown: dict[str, Any]) -> dict[str, Any]:
        return {"markdown": self.markdown, "show_tool_calls": self.show_tool_calls, **shown}
