"""Text for terminals: nothing acts, nothing is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.utils.clean import clean, shortened

TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
CONTROLS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc"]


@pytest.mark.parametrize("control", sorted(set(CONTROLS) - {"\n", "\t"}), ids=lambda control: f"{ord(control):#x}")
def test_each_control_character_becomes_one_that_can_be_seen(control: str) -> None:
    assert len(clean(f"a{control}b")) == 3
    assert clean(f"a{control}b").isprintable()


TURNING = [chr(code) for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in TURNS] + [
    "\u200e",
    "\u200f",
]


@pytest.mark.parametrize("turn", TURNING, ids=lambda turn: f"{ord(turn):#x}")
def test_what_turns_the_direction_of_writing_is_shown_as_its_code(turn: str) -> None:
    """Arguments that a person is asked about read as they are."""
    assert clean(f"a{turn}b") == f"a<U+{ord(turn):04X}>b"


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=["\u061c", *TURNING])
        | st.sampled_from("\n\t")
    )
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_line_ends_of_other_systems_are_line_ends() -> None:
    assert clean("a\r\nb") == "a\nb"


@given(st.text(), st.sampled_from(["ascii", "latin-1", "utf-8"]))
def test_what_is_cleaned_for_an_encoding_can_be_written_in_it(text: str, encoding: str) -> None:
    clean(text, encoding).encode(encoding)


@given(st.text(), st.integers(1, 20))
def test_shortened_text_is_one_line_within_the_limit(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert "\n" not in short
    if len(text) <= limit and text == " ".join(text.split()):
        assert short == text
