"""The body of a request, spliced from parts that are encoded already: its cost does not grow with the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticSerializationError, to_json

from graphagent.exceptions import DefinitionError

if TYPE_CHECKING:
    from graphagent.models.base import Request
    from graphagent.models.openai.chat import OpenAIChat

# Options that are fields of the body by the same name, whatever the request.
SENT: Final = (
    "temperature", "top_p", "max_completion_tokens", "max_tokens", "reasoning_effort", "verbosity",
    "frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "top_logprobs", "seed", "stop", "modalities",
    "audio", "prediction", "web_search_options", "service_tier", "store", "metadata", "user", "safety_identifier",
    "prompt_cache_key", "prompt_cache_retention",
)  # fmt: skip
# Fields that depend on the request. A second one of that name, from `extra_body`, would make the body ambiguous.
RESERVED: Final = {
    "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "stream", "stream_options",
}  # fmt: skip


def constant_fields(model: OpenAIChat) -> bytes:
    """Encode the fields that are the same in every request of the model, each with a comma before it.

    Raises:
        DefinitionError: An option is not JSON, or `extra_body` or `request_params` hold a reserved field.
    """
    given = model.options()
    extra = {**(model.extra_body or {}), **(model.request_params or {})}
    if taken := RESERVED & extra.keys():
        raise DefinitionError(
            f"{type(model).__name__}: extra_body and request_params cannot set {', '.join(sorted(taken))}. "
            "Messages, tools and the response format are the agent's; the rest are options of the model."
        )
    fields = {"model": model.id} | {name: given[name] for name in SENT if given.get(name) is not None} | extra
    try:
        return b"," + to_json(fields)[1:-1]
    except PydanticSerializationError as error:
        raise DefinitionError(f"{type(model).__name__}: its options cannot be sent as JSON. {error}") from error


def encode(model: OpenAIChat, request: Request, *, streamed: bool) -> bytes:
    """Encode the whole body. What the service accepts only along with tools is left out where there are none."""
    parts = [b'{"messages":[', request.messages, b"]", model.constant_fields]
    if request.tools:
        parts += [b',"tools":[', request.tools, b"]"]
        if request.tool_choice is not None:
            parts += [b',"tool_choice":', to_json(request.tool_choice)]
        if model.parallel_tool_calls is not None:
            parts += [b',"parallel_tool_calls":', to_json(model.parallel_tool_calls)]
    if request.response_format is not None:
        parts += [b',"response_format":', to_json(_enforced(request.response_format, strict=model.strict_output))]
    if streamed:
        parts.append(b',"stream":true')
        if model.stream_options is not None:
            parts += [b',"stream_options":', to_json(model.stream_options)]
    return b"".join([*parts, b"}"])


def _enforced(response_format: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    if strict or "json_schema" not in response_format:
        return response_format
    return {**response_format, "json_schema": {**response_format["json_schema"], "strict": False}}
