"""Rules about the parameters of a request, and how they depend on each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import to_json

from graphagent.testing.rules.messages import is_name
from graphagent.testing.rules.schemas import schema_violations

PARAMETERS = frozenset(
    """
    audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages
    metadata modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key
    prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier
    stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options
    """.split()  # noqa: SIM905 - as a list it would fill a screen
)


def option_violations(body: dict[str, Any]) -> Iterator[str]:
    """Find what is wrong with the parameters other than messages and tools."""
    for name in sorted(body.keys() - PARAMETERS):
        yield f"{name}: Unrecognized request argument supplied."
    if not isinstance(body.get("model"), str) or not body["model"]:
        yield "model: You must provide a model parameter, a string."
    yield from _counts(body)
    yield from _streaming(body)
    yield from _response_format(body.get("response_format"), body.get("messages"))
    if isinstance(body.get("modalities"), list) and "audio" in body["modalities"] and not body.get("audio"):
        yield "audio: It is required where 'modalities' names audio."


def _counts(body: dict[str, Any]) -> Iterator[str]:
    number = body.get("n")
    if number is not None and (type(number) is not int or not 1 <= number <= 128):
        yield f"n: Expected an integer from 1 to 128, got {number!r}."
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        yield "max_tokens: It cannot be set together with 'max_completion_tokens'."
    if body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        yield "top_logprobs: It is only allowed when 'logprobs' is true."
    stop = body.get("stop")
    if isinstance(stop, list) and not 1 <= len(stop) <= 4:
        yield f"stop: Expected 1 to 4 sequences, got {len(stop)}."


def _streaming(body: dict[str, Any]) -> Iterator[str]:
    stream, options = body.get("stream"), body.get("stream_options")
    if stream is not None and not isinstance(stream, bool):
        yield f"stream: Expected a boolean, got {stream!r}."
    if options is not None and stream is not True:
        yield "stream_options: It is only allowed when 'stream' is enabled."
    if options is not None and not isinstance(options, dict):
        yield f"stream_options: Expected an object, got {options!r}."
    elif isinstance(options, dict) and not isinstance(options.get("include_usage", False), bool):
        yield "stream_options.include_usage: Expected a boolean."


def _response_format(wanted: Any, messages: Any) -> Iterator[str]:
    if wanted is None:
        return
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind == "json_object" and b"json" not in to_json(messages).lower():
        yield "messages: They must contain the word 'json' in some form, to use a response format of type json_object."
    elif kind == "json_schema":
        yield from _json_schema(wanted.get("json_schema"))
    elif kind not in ("text", "json_object"):
        yield "response_format.type: Supported values are 'text', 'json_object' and 'json_schema'."


def _json_schema(wanted: Any) -> Iterator[str]:
    where = "response_format.json_schema"
    if not isinstance(wanted, dict):
        yield f"{where}: Expected an object with a name and a schema."
        return
    if not is_name(wanted.get("name")):
        yield f"{where}.name: Expected a string of 1 to 64 letters, digits, _ and -, got {wanted.get('name')!r}."
    if "schema" in wanted:
        yield from schema_violations(f"{where}.schema", wanted["schema"], strict=wanted.get("strict") is True)
