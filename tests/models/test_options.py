"""Options are kept as they were given, known by name, and never change."""

from __future__ import annotations

import copy
import inspect
from functools import cached_property
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.exceptions import DefinitionError
from graphagent.options import Options, option


class Plain(Options):
    """What options look like to those who declare them."""

    limit: ClassVar[int] = 3
    _inner: int = 4

    id: str = option(default="stock", kw_only=False)
    size: int = 1
    secret: str | None = option(default=None, repr=False)

    @cached_property
    def doubled(self) -> int:
        return self.size * 2


class Special(Plain):
    colour: str = "red"
    size: int = 2


names = st.sampled_from(["id", "size", "secret"])


@given(options=st.dictionaries(names, st.integers()))
def test_what_was_given_is_there_and_the_rest_is_the_default(options: dict[str, Any]) -> None:
    plain = Plain(**options)
    assert plain.options() == options
    assert {name: getattr(plain, name) for name in ("id", "size", "secret")} == {
        "id": "stock", "size": 1, "secret": None, **options,
    }  # fmt: skip


@given(options=st.dictionaries(names, st.integers()), changes=st.dictionaries(names, st.integers()))
def test_a_copy_has_the_changes_and_the_original_does_not(options: dict[str, Any], changes: dict[str, Any]) -> None:
    plain = Plain(**options)
    assert plain.copy(**changes).options() == {**options, **changes}
    assert plain.options() == options


def test_nothing_can_be_changed_and_the_error_says_what_to_do() -> None:
    plain = Plain()
    with pytest.raises(AttributeError, match=r"\.copy\(size=…\)"):
        plain.size = 3  # type: ignore[misc]  # that is the point
    with pytest.raises(AttributeError, match="size"):
        del plain.size
    assert plain.size == 1


def test_derived_values_may_be_kept_and_are_no_options() -> None:
    plain = Plain(size=2)
    assert (plain.doubled, plain.doubled) == (4, 4)
    assert plain.options() == {"size": 2}
    assert plain.copy(size=5).doubled == 10


def test_an_unknown_option_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(DefinitionError, match=r"no option 'siez'.*'size'"):
        Plain(siez=3)  # type: ignore[call-arg]  # that is the point
    with pytest.raises(DefinitionError, match="it knows id, secret, size"):
        Plain(zzz=3)  # type: ignore[call-arg]  # likewise
    for hidden in ("_inner", "limit", "doubled", "options"):
        with pytest.raises(DefinitionError):
            Plain(**dict[str, Any]({hidden: 1}))


def test_only_what_says_so_is_taken_by_position() -> None:
    assert Plain("other", size=2).options() == {"id": "other", "size": 2}
    with pytest.raises(DefinitionError, match="takes id only"):
        Plain("other", 2)  # type: ignore[call-arg]  # that is the point
    with pytest.raises(DefinitionError, match="id twice"):
        Plain("other", id="another")  # type: ignore[misc]  # likewise


def test_a_subclass_adds_options_and_changes_defaults() -> None:
    special = Special("x", colour="blue")
    assert (special.size, special.colour, Plain().size) == (2, "blue", 1)
    with pytest.raises(DefinitionError):
        Plain(colour="blue")  # type: ignore[call-arg]  # the base does not know it


def test_only_what_was_given_is_shown_and_no_secret() -> None:
    assert repr(Special("x", secret="s3", size=2)) == "Special(id='x', secret=…, size=2)"


def test_signature_shows_the_options() -> None:
    expected = "(id: str = 'stock', *, size: int = 2, secret: str | None = None, colour: str = 'red')"
    assert str(inspect.signature(Special)).replace(": '", ": ").replace("' =", " =") == expected


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_the_standard_ways_to_copy_work(duplicate: Any) -> None:
    assert duplicate(Plain("x", size=2)).options() == {"id": "x", "size": 2}
