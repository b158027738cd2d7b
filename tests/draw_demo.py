"""Draw `docs/assets/demo.svg`: a real run of `graphagent demo` in a real terminal, as it looked at its end.

    python tests/draw_demo.py

The demo looks at this repository as it was committed last. Needs git, and a Unix system for its terminals.
"""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from commands import in_terminal
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
COLUMNS = 106


def demo() -> str:
    """What the demo prints."""
    with TemporaryDirectory() as home:
        folder = Path(home, "graphagent")
        folder.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
        printed = in_terminal("demo", "--scripted", cwd=folder, columns=COLUMNS, variables={"HOME": home})
    assert printed.code == 0, printed.text
    return printed.raw


def picture(printed: str) -> str:
    """A terminal as SVG. Nothing is fetched to show it, so it takes the reader's own font for code."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ graphagent demo\n{printed}"))
    drawn = console.export_svg(title="graphagent demo", theme=DIMMED_MONOKAI, unique_id="demo")
    drawn = re.sub(r"@font-face \{.*?\}\n", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("Fira Code, monospace", "ui-monospace, monospace").replace(" \n", "\n")
    return drawn.replace("<text ", '<text xml:space="preserve" ')


if __name__ == "__main__":
    (ROOT / "docs" / "assets" / "demo.svg").write_text(picture(demo()), "utf-8")
