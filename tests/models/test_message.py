"""A message read from the wire and written back is the same message."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from graphagent.models import Message

texts = st.text(st.characters(codec="utf-8"), max_size=20)
parts = st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": texts}), max_size=2)
tool_calls = st.lists(st.fixed_dictionaries({"id": texts, "type": st.just("function")}), max_size=2)
wires = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "user", "assistant", "tool"])},
    optional={
        "content": st.none() | texts | parts,
        "name": texts,
        "tool_calls": tool_calls,
        "tool_call_id": texts,
        "audio": st.fixed_dictionaries({"id": texts}),
        "something_new": texts,
    },
)


@given(wire=wires)
def test_nothing_is_lost_or_added_on_the_way_through(wire: dict[str, Any]) -> None:
    message = Message.from_wire(to_json(wire))
    assert from_json(message.to_wire()) == wire == message.to_dict()
    assert Message.from_dict(wire) == message


def test_fields_can_be_picked() -> None:
    message = Message(role="user", content="Hello.", name="Ann")
    assert message.model_dump(include={"role", "content"}) == {"role": "user", "content": "Hello."}


@pytest.mark.parametrize("wire", [b"{}", b"[]", b'{"role":1}', b'{"role":"user","content":7}', b"{"])
def test_what_is_no_message_is_refused(wire: bytes) -> None:
    with pytest.raises(ValidationError):
        Message.from_wire(wire)
