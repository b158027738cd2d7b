"""The rules of Chat Completions that no JSON schema states: which requests the real service refuses, and why."""

from __future__ import annotations

from graphagent.testing.rules.messages import message_violations
from graphagent.testing.rules.options import option_violations
from graphagent.testing.rules.tools import tool_violations


def violations(body: object) -> list[str]:
    """Say what the service would refuse in a request body, each as `path: reason`; empty where it would not."""
    if not isinstance(body, dict):
        return ["$: The body of the request is not a JSON object."]
    return [*option_violations(body), *message_violations(body.get("messages")), *tool_violations(body)]
