"""Runs seen, and decided, in a browser: a small web application over a storage, to be served or mounted."""

from __future__ import annotations

try:
    from graphagent.studio.application import app
except ImportError as error:
    if error.name is None or error.name.split(".")[0] == "graphagent":
        raise
    raise ImportError(f'The studio needs {error.name}: pip install "graphagent[studio]"') from error

__all__ = ["app"]
