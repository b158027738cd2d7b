"""A run that nobody looks at pays nothing for those who might: what draws, serves or watches is not even loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LOOKING = ("graphagent.view", "graphagent.studio", "graphagent.cli", "networkx", "starlette", "uvicorn", "rich")
SCRIPT = """
import sys
from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call
from graphagent.storage.sqlite import SqliteStorage

@tool(requires_confirmation=True)
def pay(cents: int) -> str:
    return f"paid {cents}"

model = ScriptedModel([call("pay", cents=5), "Paid."])
with SqliteStorage(db_file=sys.argv[1]) as storage:
    agent = Agent(model=model, tools=[pay], storage=storage, session_state={"paid": 0})
    response = agent.run("Pay 5 cents.")
    response.tools_requiring_confirmation[0].confirmed = True
    assert agent.continue_run(run_response=response).content == "Paid."
print(*sys.modules)
"""


def test_a_run_that_pauses_and_ends_loads_nothing_that_looks_at_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "runs.db")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    loaded = {name for name in ended.stdout.split() if name.startswith(LOOKING)}
    assert "graphagent.engine.drive" in ended.stdout.split()
    assert not loaded
