"""Serve the studio: see runs in a browser, as they go on, and decide what they wait for.

It never loads an agent. To have runs go on with what was decided, start a worker beside it: graphagent recover MODULE:AGENT --watch
"""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Final

from graphagent.cli import database, exits
from graphagent.cli.exits import UsageError
from graphagent.cli.lines import Lines
from graphagent.cli.terminal import console

if TYPE_CHECKING:
    import argparse

    from starlette.applications import Starlette

    from graphagent.storage.base import Storage

VARIABLE: Final = "GRAPHAGENT_STUDIO_TOKEN"
PORT: Final = 8377
LEAST: Final = 16  # characters of a token: too many to try them all


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    database.add(command)
    command.add_argument(
        "--port", type=int, default=PORT, help=f"where it listens (default: {PORT}; 0: any that is free)"
    )
    command.add_argument("--host", default="127.0.0.1", help="the address it listens at (default: 127.0.0.1)")
    told = f"what everybody has to show first (default: ${VARIABLE}); needed for any address but loopback"
    command.add_argument("--token", help=told)


def carry_out(given: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    token = given.token or os.environ.get(VARIABLE) or None
    if token is not None and len(token) < LEAST:
        raise UsageError(f"A token has at least {LEAST} characters. `openssl rand -hex 16` makes one.")
    with database.existing(given.db) as storage:
        serve(application(storage, given.host, token), given.host, given.port, token)
    return exits.DONE


def application(storage: Storage, host: str, token: str | None) -> Starlette:
    """The studio for that address. Raises `UsageError` where it could be reached by everybody, or cannot be served."""
    try:
        from graphagent.studio import app
        from graphagent.studio.guard import LOOPBACK
    except ImportError as error:
        raise UsageError(str(error)) from error
    if host in LOOPBACK:
        return app(storage, token=token)
    if token is None:
        raise UsageError(
            f"At {host} others can reach the studio and decide. Give it a --token, or set {VARIABLE}; or let it listen at "
            "127.0.0.1, where only this machine reaches it."
        )
    return app(storage, token=token, hosts=None)  # who has the token may call it by any name


def serve(studio: Starlette, host: str, port: int, token: str | None) -> None:
    """Listen, say where, and answer. Raises `UsageError` where the address cannot be had."""
    try:
        import uvicorn
    except ImportError as error:
        raise UsageError('The studio needs uvicorn: pip install "graphagent[studio]"') from error
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"Nothing can listen at {host}, port {port}: {error.strerror}. Try --port 0.") from error
    with listening:
        screen = console()
        lines = Lines(screen, screen)
        name = f"[{host}]" if ":" in host else host
        lines.tell("studio", f"http://{name}:{listening.getsockname()[1]}/")
        if token is not None:
            lines.tell("token", "asked for on the first page")
        lines.tell("worker", "graphagent recover MODULE:AGENT --watch goes on with what is decided")
        config = uvicorn.Config(
            studio, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=1
        )
        for number in (signal.SIGINT, signal.SIGTERM):  # the server takes these as its end, and then passes them on
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listening])
