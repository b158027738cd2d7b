"""Logging: one logger, silent by default, that lets no secret through. `GRAPHAGENT_DEBUG` is read when this is imported."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import Final

from graphagent.utils.redact import redacted, redacted_text

logger: Final = logging.getLogger("graphagent")

DETAIL: Final = 5
"""Level of whole requests and replies, below DEBUG."""

LEVELS: Final = {1: logging.DEBUG, 2: DETAIL}
STANDARD: Final = frozenset(vars(logging.makeLogRecord({})))


class Redaction(logging.Filter):
    """Takes secrets out of a record before any handler sees it: out of its message, arguments, extras and traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; never drops one."""
        record.args = redacted(record.args)
        with suppress(TypeError, ValueError, KeyError):  # arguments that do not fit: the handler will say so
            record.msg, record.args = redacted_text(record.getMessage()), None
        for name in vars(record).keys() - STANDARD:
            setattr(record, name, redacted(getattr(record, name), name))
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            record.exc_text = redacted_text(logging.Formatter().formatException(record.exc_info))
        return True


def enable_debug(level: int = 1) -> None:
    """Log to standard error, from now on. Calling it again only changes the level.

    Args:
        level: 1 for every transition and call, 2 for whole requests and replies as well.

    Raises:
        ValueError: The level is neither.
    """
    if level not in LEVELS:
        raise ValueError(f"A debug level is 1 or 2, not {level!r}.")
    logger.setLevel(LEVELS[level])
    if not any(handler.get_name() == "graphagent" for handler in logger.handlers):
        logger.addHandler(debug_handler())


def debug_handler() -> logging.Handler:
    """A handler for people: colours in a terminal, one line a record elsewhere."""
    from rich.console import Console
    from rich.logging import RichHandler

    console = Console(stderr=True)
    handler: logging.Handler
    if console.is_terminal:
        handler = RichHandler(console=console, show_path=False, log_time_format="[%X]")
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.set_name("graphagent")
    handler.addFilter(Redaction())  # for records of child loggers, which pass the logger's own filter by
    return handler


def enable_debug_from_environment() -> None:
    """Do what `GRAPHAGENT_DEBUG` says: `1` or `true`, `2`, or nothing."""
    wanted = os.environ.get("GRAPHAGENT_DEBUG", "").strip().lower()
    if wanted and wanted not in ("0", "false", "no", "off"):
        enable_debug(2 if wanted == "2" else 1)


logging.addLevelName(DETAIL, "DETAIL")
logger.addHandler(logging.NullHandler())
logger.addFilter(Redaction())
enable_debug_from_environment()
