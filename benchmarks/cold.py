"""A new process that goes on with a run it finds in a file: `python -m benchmarks.cold FILE RUN`. It imports no more than that takes."""

from __future__ import annotations

import sys

from benchmarks.work import ANSWER, price
from graphagent import Agent
from graphagent.models.base import Model, Reply, Request, assistant_message
from graphagent.storage.sqlite import SqliteStorage


class LastWord(Model):
    """Has the answer."""

    id = "last word"

    def ask(self, request: Request) -> Reply:
        return Reply(assistant_message(ANSWER, []), ANSWER)


def main(file: str, run_id: str) -> None:
    agent = Agent(model=LastWord(), tools=[price], storage=SqliteStorage(table_name="runs", db_file=file))
    response = agent.continue_run(run_id=run_id)
    print(response.status.value, response.content)


if __name__ == "__main__":
    main(*sys.argv[1:])
