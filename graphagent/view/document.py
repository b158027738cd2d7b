"""HTML documents that need nothing else: their data, style and script are in them, and nothing more may run there."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ASSETS: Final = files("graphagent.view") / "assets"
# What an HTML parser could take for the end of the data, and an old script for the end of a line.
ESCAPED: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def document(
    *,
    title: str,
    body: str,
    data: Any,
    scripts: Sequence[Traversable],
    styles: Sequence[Traversable],
    kind: str,
    is_served: bool = False,
) -> str:
    """A whole HTML document.

    Args:
        title: Its title, as text.
        body: What it begins with, as HTML.
        data: What its scripts find in `DATA`: JSON values.
        scripts: The files of its scripts, run in this order.
        styles: The files of its styles.
        kind: The class of the body.
        is_served: Whether it may talk to the server it comes from.
    """
    style, script = joined(styles), joined(scripts)
    return Template(text(ASSETS / "page.html")).substitute(
        title=escape(title),
        kind=escape(kind),
        body=body,
        style=style,
        script=script,
        data=embedded(data),
        policy=policy([style, *STYLE.findall(body)], [script], is_served=is_served),
    )


def embedded(data: Any) -> str:
    """JSON as it can stand in a script element."""
    return to_json(data).decode().translate(ESCAPED)


def policy(styles: Sequence[str], scripts: Sequence[str], *, is_served: bool) -> str:
    """What the document may do: run and look like these texts, show pictures and sounds that are in it, and nothing else."""
    own = "'self'" if is_served else "'none'"
    return "; ".join((
        "default-src 'none'",
        f"script-src {' '.join(map(hashed, scripts))}",
        f"style-src-elem {' '.join(map(hashed, styles))}",
        "style-src-attr 'unsafe-inline'",
        "img-src data:",
        "media-src data:",
        f"connect-src {own}",
        f"form-action {own}",
        "base-uri 'none'",
    ))  # fmt: skip


def hashed(text: str) -> str:
    """A text as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def joined(assets: Sequence[Traversable]) -> str:
    """The texts of files, one after the other."""
    return "\n".join(map(text, assets))


def text(asset: Traversable) -> str:
    """The text of a file that comes with the package."""
    return asset.read_text("utf-8")
