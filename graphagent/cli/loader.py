"""The agent that a command line names as MODULE:AGENT. The one place where code is imported by a name that somebody typed."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from graphagent.agent import Agent
from graphagent.cli.exits import UsageError

if TYPE_CHECKING:
    from types import ModuleType


def agent_named(name: str) -> Agent:
    """The agent of that name.

    Args:
        name: `MODULE:AGENT`. The module is a path that ends in `.py`, or importable, also from the current folder.

    Raises:
        UsageError: The module cannot be imported, or has no such agent. What went wrong in it is the cause.
    """
    module_name, colon, attribute = name.rpartition(":")
    if not (colon and module_name and attribute):
        raise UsageError(f"{name!r} names no agent. Say MODULE:AGENT, as in support.py:agent or company.support:agent.")
    module = loaded(module_name)
    agent = getattr(module, attribute, None)
    if isinstance(agent, Agent):
        return agent
    there = [key for key, value in vars(module).items() if isinstance(value, Agent)]
    found = f"is no Agent but of type {type(agent).__name__}" if hasattr(module, attribute) else "is not there"
    raise UsageError(f"{attribute!r} {found}. Agents in {module_name}: {', '.join(there) or 'none'}.")


def loaded(name: str) -> ModuleType:
    """The module of that name or path. Raises `UsageError`."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return from_file(Path(name)) if name.endswith(".py") else import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, FileNotFoundError) and error.filename == name:
            raise UsageError(f"There is no file {name}.") from error
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            raise UsageError(f"There is no module {error.name!r} in {here} or among the installed ones.") from error
        raise UsageError(
            f"{name} cannot be imported: {type(error).__name__}: {error} ({place(error)}). --debug shows the traceback."
        ) from error


def from_file(path: Path) -> ModuleType:
    """A module from its file, with the files beside it importable, as Python runs a script."""
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(2, "No such file", str(path))
    sys.path.insert(0, str(path.parent.resolve()))
    module = sys.modules[path.stem] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def place(error: BaseException) -> str:
    """Where in whose code it happened."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
