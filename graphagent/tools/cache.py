"""Results of tools kept on disk, as JSON, for tools that ask for it."""

from __future__ import annotations

import functools
import logging
import os
import tempfile
import time
import types
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphagent.engine.digest import canonical
from graphagent.options import Options

if TYPE_CHECKING:
    from graphagent.tools.function import Function

MISS: Any = object()


def default_folder() -> Path:
    """`graphagent/tools` in the user's own cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graphagent" / "tools"


class CachedResult:
    """The place of one result: that of a function, its arguments, and all else it may depend on."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = path
        self.seconds = seconds

    @classmethod
    def of(cls, function: Function, arguments: Mapping[str, Any], injected: Mapping[str, Any]) -> CachedResult | None:
        """The place for this call; None where the tool keeps no results or its arguments are not JSON values.

        Where the tool asks for something of the run, the key holds the user and the session. Without these two there
        is no place either.
        """
        if not function.cache_results:
            return None
        from pydantic_core import to_json

        whose: list[Any] = []
        if function.signature.injected:
            context = injected.get("run_context")
            whose = [getattr(context, "user_id", None), getattr(context, "session_id", None)]
            if whose == [None, None]:
                return None
        try:
            key = canonical(_origin(function), to_json([arguments, whose]))
        except (ValueError, RecursionError):
            return None
        return cls(Path(function.cache_dir or default_folder()) / f"{function.name}-{key}.json", function.cache_ttl)

    def load(self) -> Any:
        """The result, or MISS where there is none, it is too old, or its file cannot be read."""
        from pydantic_core import from_json

        try:
            if time.time() - self.path.stat().st_mtime > self.seconds:
                return MISS
            return from_json(self.path.read_bytes())
        except (OSError, ValueError):
            return MISS

    def save(self, result: Any) -> None:
        """Keep `result` if it is JSON through and through, so that it comes back as it was."""
        from pydantic_core import from_json, to_json

        try:
            encoded = to_json(result)
            if from_json(encoded) == result:
                _write(self.path, encoded)
        except (ValueError, RecursionError):
            return
        except OSError as error:
            logging.getLogger("graphagent").warning("A tool's result was not cached: %s", error)


def _write(path: Path, content: bytes) -> None:
    """Put `content` there at once: a reader sees the old file or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(content)
            file.close()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink()
            raise


def _origin(function: Function) -> str:
    """What a result depends on besides its arguments: the code, its object's attributes, its closure.

    Where these hold more than JSON values (a client, a connection), nobody can tell two of them apart, so nothing is
    shared with any other object or process.
    """
    from pydantic_core import to_json

    told_of: set[int] = set()

    def parts(value: Any) -> Any:
        if isinstance(value, Options):
            return repr(value)
        if isinstance(value, functools.partial):
            return [value.func, value.args, value.keywords]
        if isinstance(value, types.MethodType):
            owner = value.__self__
            attributes = None if id(owner) in told_of else vars(owner)
            told_of.add(id(owner))
            return [value.__func__, attributes]
        if isinstance(value, types.FunctionType):
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            return [value.__module__, value.__qualname__, cells, vars(value)]
        raise TypeError

    try:
        return to_json(parts(function.entrypoint), fallback=parts).decode()
    except (ValueError, TypeError, RecursionError):
        return function.identity
