"""A chat message as users see it and hand it in."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """One message of a conversation, in the fields of Chat Completions.

    Fields without a name here are kept as they are. `content` is text, or a list of parts such as
    `{"type": "image_url", …}`. `tool_calls` are those of an assistant, and `tool_call_id` says which of them a message
    of the role `tool` answers.
    """

    model_config = ConfigDict(extra="allow")

    role: str
    content: str | list[dict[str, Any]] | None = None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read a message from its fields.

        Raises:
            pydantic.ValidationError: It is not one.
        """
        return cls.model_validate(data)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that were set, as JSON values."""
        return self.model_dump(mode="json", exclude_unset=True)

    @classmethod
    def from_wire(cls, wire: bytes) -> Self:
        """Read a message as it is sent and stored.

        Raises:
            pydantic.ValidationError: It is not one.
        """
        return cls.model_validate_json(wire)

    def to_wire(self) -> bytes:
        """Return the message as it is sent and stored: the fields that were set, and no others."""
        return self.model_dump_json(exclude_unset=True).encode()
