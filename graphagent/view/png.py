"""A graph as a PNG image, for what shows no SVG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from graphagent.view.svg import svg

if TYPE_CHECKING:
    import networkx

COLOUR: Final = re.compile(r"(--[\w-]+): (#\w+);")
OWN: Final = re.compile(r"([^{}]+)\{[^{}]*--own: (#\w+);")  # which states have a colour of their own, and which
VARIABLE: Final = re.compile(r"var\((--[\w-]+)\)")
FONT: Final = re.compile(r"font: (\d+) (\w+)/1 ([^;]+);")


def png(graph: networkx.MultiDiGraph[str], *, zoom: float = 2.0) -> bytes:
    """The picture that `svg` draws, in its light colours and in the fonts that are installed.

    Args:
        graph: Of an agent, of a run, or any other.
        zoom: How many of the image's pixels one of the picture takes.

    Raises:
        ImportError: The extra `png` is not installed.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError('A PNG image needs resvg-py: pip install "graphagent[png]"') from error
    return bytes(resvg_py.svg_to_bytes(svg_string=plain(svg(graph)), zoom=zoom))


def plain(picture: str) -> str:
    """A picture in no more than its renderer knows of CSS: without variables, media queries, `font` and `translateY`."""
    head, _, rest = picture.partition("<style>")
    style, _, body = rest.partition("</style>")
    palette, _, rules = style.partition("\n.machine ")
    colours = dict(COLOUR.findall(palette.partition("@media")[0]))
    rules = ".machine " + rules.partition("@media")[0]
    for states, own in OWN.findall(rules):
        rules += "".join(f"{state} circle {{ fill: {own}; }}\n" for state in states.split(","))
    rules = FONT.sub(r"font-weight: \1; font-size: \2; font-family: \3;", rules)
    rules = rules.replace("translateY(-5px)", "translate(0 -5)")
    body = body.replace("var(--back)", colours["--back"], 1)  # of the ground, which is drawn first
    return f"{head}<style>{VARIABLE.sub(lambda name: colours.get(name[1], 'none'), rules)}</style>{body}"
