"""A studio in a process of its own over a real database, and an agent beside it that only workers load."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from commands import GRAPHAGENT, environment, piped

AGENTS = '''
from __future__ import annotations

import os

from graphagent import Agent, tool
from graphagent.models import ScriptedModel, call, say


@tool(requires_confirmation=True)
def refund(order: str, cents: int, password: str = "") -> str:
    """Pay money back."""
    with open("refunds.txt", "a") as file:
        file.write(f"{order} {cents} {password}\\n")
    return f"refunded {cents}"


@tool(user_input_fields=["address", "express", "parcels"])
def ship(order: str, address: str, express: bool, parcels: list) -> str:
    """Ship something.

    Args:
        order: Which.
        address: Where to.
        express: Whether it is urgent.
        parcels: What is sent.
    """
    return f"shipped {order} to {address}, {express}, {parcels}"


@tool(external_execution=True)
def shell(command: str) -> str:
    """Run a command elsewhere."""
    raise AssertionError("made elsewhere")


@tool
def charge(order: str) -> str:
    """Charge a card, and die of it the first time."""
    if not os.path.exists("died"):
        open("died", "w").close()
        os._exit(9)
    return "charged"


def script(*calls):
    def reply(messages):
        results = [message["content"] for message in messages if message["role"] == "tool"]
        return say("; ".join(results)) if results else say("May I?", *calls)
    return ScriptedModel(reply)


REFUND = call("refund", order="7", cents=300, password="hunter2hunter2")
HOSTILE = call("refund", order="<img src=x onerror=alert(1)>", cents=1)
TOOLS = [refund, ship, shell, charge]
agent = Agent(name="Shop", model=script(REFUND, call("ship", order="7"), call("shell", command="ls")), tools=TOOLS)
paying = Agent(name="Paying", model=script(REFUND), tools=TOOLS)
shipping = Agent(name="Shipping", model=script(call("ship", order="7")), tools=TOOLS)
outside = Agent(name="Outside", model=script(call("shell", command="ls")), tools=TOOLS)
charging = Agent(name="Charging", model=script(call("charge", order="7")), tools=TOOLS)
hostile = Agent(name="</script><b>Bold</b>", model=script(HOSTILE), tools=TOOLS)
answering = Agent(name="Answering", model=ScriptedModel(["Here."]), tools=TOOLS)
'''


TOKEN = "0123456789abcdef"
OWN = {
    "content_type": "application/json",
    "sec_fetch_site": "same-origin",
}  # what the studio's own pages say of themselves
KEY = re.compile(r'"key":"(\w+)"')


class Answer(NamedTuple):
    """What the studio answered."""

    status: int
    headers: dict[str, str]
    body: str


class Studio(NamedTuple):
    """A studio that listens at that port of the loopback address."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str = "/", method: str = "GET", body: Any = None, **headers: str) -> Answer:
        """Ask for something; `sec_fetch_site` is the header `sec-fetch-site`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body if body is None or isinstance(body, str) else json.dumps(body), named)
        answer = connection.getresponse()
        told = Answer(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        )
        connection.close()
        return told

    def begun(self, name: str = "agent", message: str = "hello") -> str:
        """The id of a run of an agent, which ran in another process."""
        ran = piped("run", f"shop.py:{name}", message, "--db", "graphagent.db", "--json", cwd=self.folder)
        assert ran.returncode in {0, 3}, ran.stderr
        id: str = json.loads(ran.stdout)["run_id"]
        return id

    def on_record(self, run_id: str) -> dict[str, Any]:
        """All that is on record of a run, as another process reads it."""
        found: dict[str, Any] = json.loads(piped("show", run_id, "--json", cwd=self.folder).stdout)
        return found


def key_of(page: str) -> str:
    """The key to decide with that a page of the studio has."""
    (key,) = KEY.findall(page)
    return str(key)


def serving(folder: Path, *options: str) -> Iterator[Studio]:
    """A studio over the database in a folder, gone at the end."""
    with subprocess.Popen(
        [*GRAPHAGENT, "studio", "--port", "0", *options],
        cwd=folder, env=environment(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            yield Studio(folder, int(told.rstrip("/\n").rpartition(":")[2]))
        finally:
            process.terminate()
            assert process.wait(20) == 0
