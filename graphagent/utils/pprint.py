"""Printing runs: live panels in a terminal, plain text elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeGuard

from graphagent.utils.show import Look, Teller, message_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from graphagent.run.events import RunResponseEvent
    from graphagent.run.response import RunResponse
    from graphagent.utils.show import Display

    Told = RunResponse | Iterable[RunResponseEvent]
    ToldLater = Told | AsyncIterable[RunResponseEvent]


def pprint_run_response(run_response: Told, markdown: bool = False, show_time: bool = False) -> None:
    """Print a response, or the events of a stream as they come.

    Args:
        run_response: What `run` or `continue_run` returned. A stream is always read to its end.
        markdown: Render the answer as markdown, where the output is a terminal.
        show_time: Say how long the stream took.

    Raises:
        TypeError: `run_response` is neither.
    """
    print_run(run_response, markdown=markdown, show_time=show_time)


async def apprint_run_response(run_response: ToldLater, markdown: bool = False, show_time: bool = False) -> None:
    """`pprint_run_response` for what `arun` and `acontinue_run` returned."""
    await aprint_run(run_response, markdown=markdown, show_time=show_time)


def print_run(
    source: Told | Callable[[], Told], *, console: Console | None = None, message: Any = None, **look: Any
) -> None:
    """Print a run, live where it goes on.

    Args:
        source: A response, an iterable of events, or a function that returns either; its time is then measured.
            Events are read to their end, also after a pause.
        console: The `rich` console to print to; by default standard output.
        message: What was said to the agent, to be shown first.
        look: The fields of `Look`.

    Raises:
        TypeError: What `source` is or returns is neither, or `look` has an unknown name.
    """
    with shown(source, console, message, look) as teller:
        told = source() if callable(source) else source
        if is_response(told):
            teller.response(told)
        elif isinstance(told, Iterable):
            for event in told:
                teller.event(event)
        else:
            raise TypeError(refusal(told))


async def aprint_run(
    source: ToldLater | Callable[[], ToldLater | Awaitable[ToldLater]],
    *,
    console: Console | None = None,
    message: Any = None,
    **look: Any,
) -> None:
    """`print_run`, on an event loop: `source` may also be, or return, an asynchronous iterable or an awaitable."""
    with shown(source, console, message, look) as teller:
        told: Any = source() if callable(source) else source
        if isawaitable(told):
            told = await told
        if is_response(told):
            teller.response(told)
        elif isinstance(told, AsyncIterable):
            async for event in told:
                teller.event(event)
        elif isinstance(told, Iterable):
            for event in told:
                teller.event(event)
        else:
            raise TypeError(refusal(told))


def split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of `print_response`, parted into those of `run` and those of `print_run`."""
    looks = {"console", *(field.name for field in fields(Look))}
    said = {name: value for name, value in options.items() if name not in looks}
    return said, {name: value for name, value in options.items() if name in looks}


# -- where it goes ----------------------------------------------------------------------------------------------------


@contextmanager
def shown(source: Any, console: Console | None, message: Any, look: dict[str, Any]) -> Iterator[Teller]:
    """Tells what is shown of a run, for as long as it goes on."""
    from rich.console import Console

    goes_on = not is_response(source)
    style = Look(**look)
    style.show_time = style.show_time and goes_on
    with display(console or Console(), style, live=goes_on) as screen:
        if message is not None and style.show_message:
            screen.message(message_text(message))
        yield Teller(screen)


def display(console: Console, look: Look, *, live: bool) -> AbstractContextManager[Display]:
    """Panels where they can be drawn, plain text elsewhere."""
    if console.is_jupyter or (console.is_terminal and not console.is_dumb_terminal and console.encoding == "utf-8"):
        from graphagent.utils.panels import Panels

        return Panels(console, look, live=live and not console.is_jupyter)
    from graphagent.utils.plain import Plain

    return Plain(console, look)


def is_response(told: Any) -> TypeGuard[RunResponse]:
    """Whether it is a whole response; responses are made a layer above this one, so they are known by their shape."""
    return hasattr(told, "status") and hasattr(told, "content")


def refusal(told: Any) -> str:
    """Why something cannot be printed."""
    if isinstance(told, AsyncIterable) or isawaitable(told):
        return "This is asynchronous: print it with `await apprint_run_response(…)`."
    return f"Only a RunResponse or an iterable of its events can be printed, not {type(told).__name__}."
