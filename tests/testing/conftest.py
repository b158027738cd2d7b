"""The real service's own schema as a check, and a client that asks the local provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

SCHEMA = Path(__file__).parent.parent / "data" / "openai_chat_completions.json"

Conforms = Callable[[str, Any], list[str]]


@pytest.fixture(scope="session")
def service_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return schema


@pytest.fixture(scope="session")
def conforms(service_schema: dict[str, Any]) -> Conforms:
    """`conforms(name, value)` says what the service's schema of that name holds against a value."""
    validators = {
        name: Draft202012Validator({"$defs": service_schema["$defs"], "$ref": f"#/$defs/{name}"})
        for name in service_schema["roots"]
    }

    def check(name: str, value: Any) -> list[str]:
        return [f"{error.json_path}: {error.message[:500]}" for error in validators[name].iter_errors(value)]

    return check


@pytest.fixture(scope="session")
def check_request(conforms: Conforms) -> Callable[[dict[str, Any]], list[str]]:
    """For `LocalProvider(check=…)`: refuse what the service's own schema refuses."""
    return lambda body: conforms("CreateChatCompletionRequest", body)


@pytest.fixture(scope="module")
def client() -> Iterator[openai.OpenAI]:
    """One client for all tests of a module, since making one takes 40 ms: `client.with_options(base_url=…)`."""
    with openai.OpenAI(api_key="sk-local", base_url="http://127.0.0.1:9/v1", max_retries=0, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def post() -> Callable[[Any], bytes]:
    """For raw sockets: the bytes of a request with this body, JSON or bytes as they stand."""

    def encode(body: Any) -> bytes:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        key, size = "Authorization: Bearer sk-local", f"Content-Length: {len(content)}"
        return f"POST /v1/chat/completions HTTP/1.1\r\n{key}\r\n{size}\r\n\r\n".encode() + content

    return encode
