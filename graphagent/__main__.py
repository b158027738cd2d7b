"""`python -m graphagent` is the command `graphagent`."""

from __future__ import annotations

import sys

from graphagent.cli import main

if __name__ == "__main__":
    sys.exit(main())
