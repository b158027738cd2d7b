"""Work in a thread of its own, which does not keep the process alive: a tool that never returns must not hold up its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

Given = TypeVar("Given")


def in_thread(name: str, work: Callable[[], Given]) -> Future[Given]:
    """Do the work in a new thread of that name; the future has what it returns, or raises whatever it raises."""
    future: Future[Given] = Future()
    future.set_running_or_notify_cancel()  # it has begun: whoever waits no longer does not end it
    context = copy_context()

    def go() -> None:
        try:
            future.set_result(context.run(work))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            future.set_exception(error)

    threading.Thread(target=go, name=name, daemon=True).start()
    return future
